/// What is wrong with a data file, and what to do about it.
public struct DataProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// Counted from 1; nil where the whole file is meant.
    public var line: Int?
    /// The place in the record: `prompt[0].content`.
    public var field: String?
    /// What is wrong there and the remedy.
    public var message: String

    public init(file: String, line: Int? = nil, field: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.field = field
        self.message = message
    }

    public var description: String {
        ([file, line.map { "line \($0)" }, field].compactMap(\.self) + [message]).joined(separator: ": ")
    }
}
