/// What is wrong with one field.
public struct SpecificationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Path of the field, `optimizer.learning_rate` say; empty for the specification as a whole.
    public let path: String
    /// What was written there, as far as it fits; empty where nothing was.
    public let value: String
    /// What is wrong and what to do.
    public let reason: String

    public init(path: String, value: String = "", _ reason: String) {
        self.path = path
        self.value = value
        self.reason = reason
    }

    public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// All that is wrong with a specification, so that its author learns of everything at once.
public struct SpecificationProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// Reported at most: a file that is not a specification does not need a thousand lines.
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

    /// Whether something is wrong at this path already.
    func mentions(_ path: String) -> Bool { problems.contains { $0.path == path } }

    /// One line for each.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    /// Throws them, if there are any.
    public func check() throws(SpecificationProblems) {
        guard isEmpty else { throw self }
    }
}
