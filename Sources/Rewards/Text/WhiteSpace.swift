extension StringProtocol {
    /// Without white space at the ends.
    var trimmed: String { String(trimmedSlice) }

    /// Without white space at the ends, where it stands.
    var trimmedSlice: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }

    /// Only letters and digits, without case.
    var lettersAndDigits: String { lowercased().filter { $0.isLetter || $0.isNumber } }

    /// Trimmed, and with one space for each stretch of white space.
    var foldingSpace: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
