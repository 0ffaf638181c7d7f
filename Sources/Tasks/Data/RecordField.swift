internal import JSONCoding

/// A value in a record.
typealias RecordField = JSONCursor<RecordProblem>

/// What is wrong with a record.
struct RecordProblem: JSONCursorError {
    var column: Int?
    let field: String?
    let message: String
}

extension RecordProblem {
    init(document: String, path: String, _ message: String) {
        self.init(field: path.isEmpty ? nil : path, message: message)
    }
}

extension JSONCursor<RecordProblem> {
    /// A string, or a whole number as text.
    func text() throws(RecordProblem) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        default: throw wrongType("a string or a whole number")
        }
    }
}
