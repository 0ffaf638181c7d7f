/// The content of a text's last box.
///
/// `\boxed{…}` and `\fbox{…}` are boxes; braces nest, and escaped braces do not count. TeX's short form `\boxed 7`
/// holds one character or command. Prose such as "the answer is 7" is not a box: a reward that accepts it teaches a
/// model that the form does not matter, and then reads numbers that were never meant as answers.
///
/// The last box decides even if it is broken: an unclosed one, as in a truncated response, is not an answer, and an
/// earlier box does not replace it.
enum BoxedAnswer: Equatable {
    case found(String)
    /// There is no usable box, for the given reason.
    case missing(String)

    init(in text: Substring) {
        switch Self.content(of: text) {
        case .success(let content): self = .found(String(content))
        case .failure(let problem): self = .missing(problem.reason)
        }
    }

    struct Problem: Error {
        let reason: String
    }

    /// The content of the last box as a slice of the text, trimmed of white space.
    static func content(of text: Substring) -> Result<Substring, Problem> {
        let scalars = Array(text.unicodeScalars)
        guard let start = endOfLastCommand(scalars) else {
            return .failure(Problem(reason: "there is no \\boxed{…} in the result"))
        }
        var position = start
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        guard position < scalars.count else {
            return .failure(Problem(reason: "nothing follows the last \\boxed"))
        }
        var content = position..<position
        if scalars[position] == "{" {
            guard let end = closingBrace(scalars, position) else {
                return .failure(Problem(reason: "the last \\boxed{ is not closed"))
            }
            content = position + 1..<end
        } else {
            content = position..<endOfSingle(scalars, position)
        }
        let view = text.unicodeScalars
        let first = view.index(view.startIndex, offsetBy: content.lowerBound)
        let found = text[first..<view.index(first, offsetBy: content.count)].trimmedSlice
        return found.isEmpty ? .failure(Problem(reason: "the last \\boxed{} is empty")) : .success(found)
    }

    /// Where the arguments of the last box command begin.
    private static func endOfLastCommand(_ scalars: [Unicode.Scalar]) -> Int? {
        for start in scalars.indices.reversed() where scalars[start] == "\\" {
            for name in ["boxed", "fbox"] {
                let end = start + 1 + name.unicodeScalars.count
                let isNamed =
                    end <= scalars.count && scalars[start + 1..<end].elementsEqual(name.unicodeScalars)
                if isNamed, end == scalars.count || !scalars[end].properties.isAlphabetic { return end }
            }
        }
        return nil
    }

    /// The brace that closes the one at `start`.
    private static func closingBrace(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < scalars.count {
            switch scalars[position] {
            case "\\": position += 1
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return nil
    }

    /// The end of one character, or of one command with its name.
    private static func endOfSingle(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        var end = start + 1
        if scalars[start] == "\\" {
            while end < scalars.count, scalars[end].properties.isAlphabetic { end += 1 }
        }
        return end
    }
}
