extension StringProtocol {
    /// Without white space at the ends.
    var trimmed: String { String(trimmedSlice) }

    /// Without white space at the ends, as a slice of the original.
    var trimmedSlice: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }

    /// Only letters and digits, without case.
    var lettersAndDigits: String { lowercased().filter { $0.isLetter || $0.isNumber } }

    /// Trimmed, with runs of white space folded to one space.
    var foldingSpace: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
