extension StringProtocol {
    /// Without white space at the ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Only letters and digits, without case.
    var lettersAndDigits: String { lowercased().filter { $0.isLetter || $0.isNumber } }

    /// Trimmed, and with one space for each stretch of white space.
    var foldingSpace: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
