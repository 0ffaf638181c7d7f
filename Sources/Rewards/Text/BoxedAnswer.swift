/// What the last box of a text holds.
///
/// `\boxed{…}` and `\fbox{…}` are boxes; braces nest, and escaped braces do not count. TeX's short form `\boxed 7` holds
/// one character or command. Prose such as "the answer is 7" is no box: a reward that accepts it teaches a model that
/// the form does not matter, and then reads numbers that were never meant as answers.
///
/// The last box decides even where it is broken: an unclosed one, as a cut response leaves, is no answer, and an
/// earlier box does not stand in for it.
enum BoxedAnswer: Equatable {
    case found(String)
    /// There is none, and why.
    case missing(String)

    init(in text: Substring) {
        let scalars = Array(text.unicodeScalars)
        guard let start = Self.endOfLastCommand(scalars) else {
            self = .missing("there is no \\boxed{…} in the result")
            return
        }
        var position = start
        while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
        guard position < scalars.count else {
            self = .missing("nothing follows the last \\boxed")
            return
        }
        guard scalars[position] == "{" else {
            self = .found(Self.single(scalars, position))
            return
        }
        guard let end = Self.closingBrace(scalars, position) else {
            self = .missing("the last \\boxed{ is not closed")
            return
        }
        let content = String(String.UnicodeScalarView(scalars[position + 1..<end])).trimmed
        self = content.isEmpty ? .missing("the last \\boxed{} is empty") : .found(content)
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

    /// One character, or one command with its name.
    private static func single(_ scalars: [Unicode.Scalar], _ start: Int) -> String {
        var end = start + 1
        if scalars[start] == "\\" {
            while end < scalars.count, scalars[end].properties.isAlphabetic { end += 1 }
        }
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }
}
