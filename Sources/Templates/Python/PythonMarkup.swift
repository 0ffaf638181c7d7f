/// Converts markup back to text.
enum PythonMarkup {
    /// Removes tags and comments, decodes entities and collapses white space to single spaces.
    static func withoutTags(_ text: String) -> String {
        var rest = Array(text.unicodeScalars)[...]
        var plain = String.UnicodeScalarView()
        // Once an end is not found, there is none further on either.
        var hasCommentEnd = true, hasTagEnd = true
        while let scalar = rest.first {
            if hasCommentEnd, rest.starts(with: "<!--".unicodeScalars) {
                if let end = find("-->", in: rest.dropFirst(4)) {
                    rest = rest[end...]
                    continue
                }
                hasCommentEnd = false
            }
            if hasTagEnd, scalar == "<" {
                if let end = find(">", in: rest.dropFirst()) {
                    rest = rest[end...]
                    continue
                }
                hasTagEnd = false
            }
            plain.append(rest.removeFirst())
        }
        let words = String(plain).unicodeScalars.split { $0.isPythonSpace }.map(String.init)
        return unescaped(words.joined(separator: " "))
    }

    /// Finds the end of the first occurrence of a mark.
    private static func find(_ mark: String, in scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        let mark = Array(mark.unicodeScalars)
        var index = scalars.startIndex
        while index + mark.count <= scalars.endIndex {
            if scalars[index..<index + mark.count].elementsEqual(mark) { return index + mark.count }
            index += 1
        }
        return nil
    }

    private static let names: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "copy": "©", "reg": "®",
        "hellip": "…", "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
    ]

    /// Decodes numeric and the usual named entities; others stay.
    static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            let name = rest.dropFirst().prefix(12).prefix { $0 != ";" }
            let end = rest.index(start, offsetBy: name.count + 1, limitedBy: rest.endIndex) ?? rest.endIndex
            if end < rest.endIndex, rest[end] == ";", let character = character(String(name)) {
                result += character
                rest = rest[rest.index(after: end)...]
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func character(_ name: String) -> String? {
        guard name.hasPrefix("#") else { return names[name] }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        let value = UInt32(isHex ? digits.dropFirst() : digits, radix: isHex ? 16 : 10)
        return value.flatMap(Unicode.Scalar.init).map { String($0) }
    }
}
