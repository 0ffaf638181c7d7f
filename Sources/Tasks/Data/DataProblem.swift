/// What is wrong with a data file, and how to fix it.
public struct DataProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// Counted from 1; nil if the problem concerns the whole file.
    public var line: Int?
    /// The position in the line, counted from 1, if it is not JSON.
    public var column: Int?
    /// The place in the record: `prompt[0].content`.
    public var field: String?
    /// What is wrong there, and the remedy.
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
