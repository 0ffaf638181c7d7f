/// What is wrong with a data file, and what to do about it.
public struct DataProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// Counted from 1; nil where the whole file is meant.
    public var line: Int?
    /// The character of the line, counted from 1, where it is no JSON.
    public var column: Int?
    /// The place in the record: `prompt[0].content`.
    public var field: String?
    /// What is wrong there and the remedy.
    public var message: String

    public init(file: String, line: Int? = nil, column: Int? = nil, field: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.message = message
    }

    public var description: String {
        let place = line.map { line in "line \(line)" + (column.map { ", column \($0)" } ?? "") }
        return ([file, place, field].compactMap(\.self) + [message]).joined(separator: ": ")
    }
}
