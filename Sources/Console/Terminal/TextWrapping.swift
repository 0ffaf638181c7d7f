/// Breaks text into lines.
package enum TextWrapping {
    /// Lines of at most `width` columns, broken at spaces where possible and at the text's own line breaks.
    ///
    /// Blank lines and line breaks at either end are dropped. If there are more than `limit` lines, the last one kept
    /// ends in an ellipsis. The text must already be sanitised.
    package static func lines(_ text: String, width: Int, limit: Int = .max) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(whereSeparator: \.isNewline) {
            for line in wrapped(paragraph, width: width) {
                if lines.count == limit { return cut(lines, width: width) }
                lines.append(line)
            }
        }
        return lines
    }

    private static func cut(_ lines: [String], width: Int) -> [String] {
        guard let last = lines.last else { return [] }
        return lines.dropLast() + [TextWidth.of(last) < width ? last + "…" : TextWidth.shortened(last + " ", to: width)]
    }

    private static func wrapped(_ paragraph: Substring, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in words(paragraph, width: width) {
            let wordWidth = TextWidth.of(word)
            if used > 0, used + wordWidth > width {
                lines.append(trimmed(line))
                (line, used) = ("", 0)
                if word.allSatisfy({ $0 == " " }) { continue }
            }
            line += word
            used += wordWidth
        }
        let rest = trimmed(line)
        return rest.isEmpty ? lines : lines + [rest]
    }

    /// Runs of spaces and runs of other characters; those longer than a line are split.
    private static func words(_ text: Substring, width: Int) -> [String] {
        var words: [String] = []
        for character in text {
            let isSpace = character == " "
            if let last = words.last?.last, (last == " ") == isSpace,
                TextWidth.of(words[words.count - 1]) + TextWidth.of(character) <= width
            {
                words[words.count - 1].append(character)
            } else {
                words.append(String(character))
            }
        }
        return words
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
