internal import Matching

/// Rewrites a pattern of tokenizer.json for PCRE2.
///
/// The reference implementation reads patterns in Oniguruma's own syntax. What the two dialects read differently is
/// rewritten: the meanings of `\s`, `\w`, `\h`, `\v`, `\b` and `\X`, named classes and properties (`CharacterSet`,
/// `UnicodeProperty`), nested classes and `&&` (`CharacterSetParser`), `(?m)` for a dot that matches line breaks,
/// `{,n}`, and intervals followed by `+` or `?`. The absent operator and options about words and graphemes are refused.
struct RegularExpressionDialect {
    typealias SyntaxError = RegularExpression.SyntaxError

    private var input: ArraySlice<Unicode.Scalar>
    private var output: [Unicode.Scalar] = []
    /// Where the operand of a quantifier begins in the output.
    private var atom = 0
    private var openGroups: [Int] = []

    static func translate(_ pattern: String) throws(SyntaxError) -> String {
        var dialect = RegularExpressionDialect(pattern)
        try dialect.run()
        return String(String.UnicodeScalarView(dialect.output))
    }

    private init(_ pattern: String) {
        input = ArraySlice(Array(pattern.unicodeScalars))
    }

    private mutating func run() throws(SyntaxError) {
        while let scalar = input.popFirst() {
            switch scalar {
            case "\\": try translateEscape()
            case "[":
                var parser = CharacterSetParser(input)
                emitAtom(try parser.parse().expression)
                input = parser.input
            case "(": try openGroup()
            case ")":
                atom = openGroups.popLast() ?? output.endIndex
                output.append(scalar)
            case "{": translateInterval()
            case "*", "+", "?", "|": output.append(scalar)
            default: emitAtom(String(scalar))
            }
        }
    }

    private mutating func emit(_ text: String) {
        output.append(contentsOf: text.unicodeScalars)
    }

    private mutating func emitAtom(_ text: String) {
        atom = output.endIndex
        emit(text)
    }

    // MARK: Escapes

    private static let word = CharacterSet.wordAlone.expression

    /// The meaning of `\X`. PCRE2 treats adjacent emoji as one grapheme even if nothing joins them, so these are
    /// written out: with marks before them, joined ones, and modifiers of the last.
    private static let grapheme =
        #"(?>\p{Prepended_Concatenation_Mark}*+\p{ExtPict}(?:[\p{GrExt}\p{EMod}]*+\x{200d}\p{ExtPict})*+"#
        + #"[\p{GrExt}\p{EMod}\p{Mc}\x{200d}]*+|\X)"#

    private mutating func translateEscape() throws(SyntaxError) {
        guard let scalar = input.popFirst() else { throw SyntaxError(message: "a backslash at the end") }
        switch scalar {
        case "b": emitAtom("(?:(?<=\(Self.word))(?!\(Self.word))|(?<!\(Self.word))(?=\(Self.word)))")
        case "B": emitAtom("(?:(?<=\(Self.word))(?=\(Self.word))|(?<!\(Self.word))(?!\(Self.word)))")
        case "w": emitAtom(Self.word)
        case "W": emitAtom(CharacterSet.complement(.wordAlone).expression)
        case "X": emitAtom(Self.grapheme)
        case "O": emitAtom(CharacterSet.any.expression)
        case "y", "Y": throw SyntaxError(message: "'\\\(scalar)', a boundary of graphemes")
        case "i", "j", "l", "m", "q", "E", "F", "I", "J", "L", "Q", "T", "U", "V": emitAtom(String(scalar))
        default:
            if let set = try CharacterSetParser.set(ofEscape: scalar, &input) {
                emitAtom(set.expression)
            } else {
                emitAtom(try CharacterSetParser.character(ofEscape: scalar, &input))
            }
        }
    }

    // MARK: Groups

    private mutating func openGroup() throws(SyntaxError) {
        openGroups.append(output.endIndex)
        atom = output.endIndex
        emit("(")
        guard input.first == "?" else { return }
        input.removeFirst()
        emit("?")
        guard let kind = input.first else { return }
        switch kind {
        case "~": throw SyntaxError(message: "'(?~', the absent operator")
        case "#":
            while let scalar = input.popFirst(), scalar != ")" { output.append(scalar) }
            emit(")")
            _ = openGroups.popLast()
        case "<": copyName()
        case "=", "!", ":", ">", "(": output.append(input.removeFirst())
        default: try translateOptions()
        }
    }

    /// Copies `<name>`, `<=` or `<!`.
    private mutating func copyName() {
        output.append(input.removeFirst())
        if let sign = input.first, sign == "=" || sign == "!" {
            output.append(input.removeFirst())
            return
        }
        while let scalar = input.popFirst() {
            output.append(scalar)
            if scalar == ">" { return }
        }
    }

    /// Copies options up to `:` or `)`; `m` makes a dot match line breaks, which is `s` in PCRE2.
    private mutating func translateOptions() throws(SyntaxError) {
        while let option = input.popFirst() {
            switch option {
            case "m": emit("s")
            case "i", "x", "-": output.append(option)
            case ":":
                output.append(option)
                return
            case ")":
                output.append(option)
                _ = openGroups.popLast()
                return
            default: throw SyntaxError(message: "the option '\(option)'")
            }
        }
    }

    // MARK: Intervals

    /// Copies `{n}`, `{n,}`, `{,n}` or `{n,m}`, whose brace has been read; any other brace is literal.
    private mutating func translateInterval() {
        let digits = { (scalars: ArraySlice<Unicode.Scalar>) in scalars.prefix { ("0"..."9").contains($0) } }
        let low = digits(input)
        var rest = input.dropFirst(low.count)
        var high: ArraySlice<Unicode.Scalar>?
        if rest.first == "," {
            rest.removeFirst()
            high = digits(rest)
            rest = rest.dropFirst(high?.count ?? 0)
        }
        guard rest.first == "}", !low.isEmpty || high?.isEmpty == false else {
            emitAtom("\\{")
            return
        }
        input = rest.dropFirst()
        let text = { (scalars: ArraySlice<Unicode.Scalar>) in String(String.UnicodeScalarView(scalars)) }
        let interval = "{\(low.isEmpty ? "0" : text(low))\(high.map { "," + text($0) } ?? "")}"
        // A second sign repeats the repetition, whereas in PCRE2 it would make it possessive or lazy.
        let isRepeated = input.first == "+" || input.first == "?" && high == nil && text(low) != "1"
        if isRepeated {
            let inner = String(String.UnicodeScalarView(output[atom...]))
            output.removeSubrange(atom...)
            emitAtom("(?:\(inner)\(interval))")
        } else {
            emit(interval)
        }
    }
}
