/// What is wrong with one field.
public struct SpecificationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Path of the field, for example `optimizer.learning_rate`; empty for the specification as a whole.
    public let path: String
    /// The value written there, shortened if necessary; empty if there was none.
    public let value: String
    /// What is wrong and how to fix it.
    public let reason: String

    public init(path: String, value: String = "", _ reason: String) {
        self.path = path
        self.value = value
        self.reason = reason
    }

    public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// All problems of a specification, so that its author learns of everything at once.
public struct SpecificationProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// The most problems reported: a file that is not a specification does not need a thousand lines.
    static let limit = 64

    public private(set) var problems: [SpecificationProblem] = []

    public init() {}

    public init(path: String, _ reason: String) { problems = [.init(path: path, reason)] }

    public var isEmpty: Bool { problems.isEmpty }
    var isFull: Bool { problems.count >= Self.limit }

    public mutating func add(_ problem: SpecificationProblem) {
        if !isFull { problems.append(problem) }
    }

    public mutating func add(_ path: String, value: String = "", _ reason: String) {
        add(.init(path: path, value: value, reason))
    }

    /// Whether a problem at this path has already been reported.
    func mentions(_ path: String) -> Bool { problems.contains { $0.path == path } }

    /// One line per problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    /// Throws the problems, if there are any.
    public func check() throws(SpecificationProblems) {
        guard isEmpty else { throw self }
    }
}
