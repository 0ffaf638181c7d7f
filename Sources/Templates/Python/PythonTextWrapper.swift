/// Wraps lines to a width, like Python's `textwrap`.
struct PythonTextWrapper {
    let width: Int
    let breaksLongWords: Bool
    let breaksAtHyphens: Bool

    /// Wraps one line into several.
    func wrap(_ text: String) -> [String] {
        var chunks = chunks(Array(text.unicodeScalars))[...]
        var lines: [String] = []
        while !chunks.isEmpty {
            if !lines.isEmpty, Self.isBlank(chunks[chunks.startIndex]) { chunks.removeFirst() }
            var line: [ArraySlice<Unicode.Scalar>] = [], length = 0
            while let chunk = chunks.first, length + chunk.count <= width {
                line.append(chunk)
                length += chunk.count
                chunks.removeFirst()
            }
            if let chunk = chunks.first, chunk.count > width {
                let (now, later) = broken(chunk, space: width - length)
                if breaksLongWords || line.isEmpty {
                    line.append(now)
                    chunks.removeFirst()
                    if !later.isEmpty { chunks = ([later] + chunks)[...] }
                }
            }
            if let last = line.last, Self.isBlank(last) { line.removeLast() }
            if !line.isEmpty { lines.append(line.map { String(String.UnicodeScalarView($0)) }.joined()) }
        }
        return lines
    }

    private static func isBlank(_ chunk: ArraySlice<Unicode.Scalar>) -> Bool { chunk.allSatisfy(\.isPythonSpace) }

    /// Splits a chunk that is too long for any line: the part for this line, and the rest.
    private func broken(
        _ chunk: ArraySlice<Unicode.Scalar>, space: Int
    ) -> (ArraySlice<Unicode.Scalar>, ArraySlice<Unicode.Scalar>) {
        guard breaksLongWords else { return (chunk, []) }
        // Empty if the line is full; the empty part then counts as the blank that may end a line.
        var end = space
        if breaksAtHyphens, chunk.count > space, let hyphen = chunk.prefix(space).lastIndex(of: "-"),
            hyphen > chunk.startIndex, chunk[..<hyphen].contains(where: { $0 != "-" })
        {
            end = hyphen - chunk.startIndex + 1
        }
        return (chunk.prefix(end), chunk.dropFirst(end))
    }

    // MARK: Chunks

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x09...0x0D).contains(scalar.value) || scalar == " "
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isPythonWord || "!\"'&.,?".unicodeScalars.contains(scalar)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isPythonWord && scalar.properties.numericType == nil
    }

    /// Words and the space between them; a word may be split after a hyphen and around dashes.
    private func chunks(_ scalars: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var chunks: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        while start < scalars.count {
            let end = endOfChunk(scalars, start)
            chunks.append(scalars[start..<end])
            start = end
        }
        return chunks
    }

    private func endOfChunk(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        if Self.isSpace(scalars[start]) { return scalars[start...].firstIndex { !Self.isSpace($0) } ?? scalars.count }
        let wordEnd = scalars[start...].firstIndex(where: Self.isSpace) ?? scalars.count
        guard breaksAtHyphens else { return wordEnd }
        if let end = endOfDash(scalars, start), start > 0, Self.isWord(scalars[start - 1]) { return end }
        for end in start + 1..<max(wordEnd, start + 1) {
            if isHyphen(scalars, end - 1) { return end }
            if Self.isWord(scalars[end - 1]), endOfDash(scalars, end) != nil { return end }
        }
        return wordEnd
    }

    /// The end of two or more hyphens followed by a word.
    private func endOfDash(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        let end = scalars[start...].firstIndex { $0 != "-" } ?? scalars.count
        guard end - start >= 2, end < scalars.count, scalars[end].isPythonWord else { return nil }
        return end
    }

    /// Whether a word may be split after a hyphen: it has letters on both sides.
    private func isHyphen(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        func isLetter(_ index: Int) -> Bool { scalars.indices.contains(index) && Self.isLetter(scalars[index]) }
        guard scalars[index] == "-" else { return false }
        let follows =
            isLetter(index - 1) && isLetter(index - 2)
            || index >= 3 && isLetter(index - 3) && scalars[index - 2] == "-" && Self.isWord(scalars[index - 1])
        guard follows, isLetter(index + 1) else { return false }
        return isLetter(index + 2) || (index + 2 < scalars.count && scalars[index + 2] == "-" && isLetter(index + 3))
    }
}
