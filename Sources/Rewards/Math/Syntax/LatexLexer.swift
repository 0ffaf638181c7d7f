/// Splits a formula into tokens.
///
/// Alternative spellings become one token here, so that the parser need not know them: `\dfrac` and `\frac`, `\left(`
/// and `(`, `×` and `\cdot`, `\text{ or }` and a comma.
struct LatexLexer {
    private let text: [Unicode.Scalar]
    private let budget: StepBudget
    /// Whether `1,234` is one number rather than two.
    let groupsThousands: Bool
    var position = 0
    var tokens: [LatexToken] = []
    private(set) var followsSpace = false
    /// Open brackets that can hold lists.
    private var listDepth = 0
    /// Whether a plain comma was met that may separate thousands: the other reading may be the one meant.
    var metGrouping = false

    init(_ text: String, groupsThousands: Bool, budget: StepBudget) {
        self.text = text.unicodeScalars.map(Self.narrowed)
        self.groupsThousands = groupsThousands
        self.budget = budget
    }

    /// Full-width forms are alternative spellings of ASCII: `５％`.
    private static func narrowed(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }

    /// All tokens.
    static func tokens(
        of text: String, groupsThousands: Bool, budget: StepBudget
    ) throws(MathProblem) -> (tokens: [LatexToken], metGrouping: Bool) {
        var lexer = LatexLexer(text, groupsThousands: groupsThousands, budget: budget)
        while let scalar = lexer.peek() { try lexer.read(scalar) }
        return (lexer.tokens, lexer.metGrouping)
    }

    func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < text.count ? text[position + offset] : nil
    }

    func startsWith(_ prefix: String, at offset: Int = 0) -> Bool {
        let start = position + offset
        let scalars = prefix.unicodeScalars
        return start + scalars.count <= text.count && text[start..<start + scalars.count].elementsEqual(scalars)
    }

    mutating func emit(_ kind: LatexToken.Kind) {
        tokens.append(LatexToken(kind: kind, followsSpace: followsSpace))
        followsSpace = false
        switch kind {
        case .symbol("("), .symbol("["), .symbol("⦃"): listDepth += 1
        case .symbol(")"), .symbol("]"), .symbol("⦄"): listDepth -= 1
        default: break
        }
    }

    /// Whether `1,234` can be one number here: inside brackets commas separate.
    var canGroup: Bool { listDepth == 0 }

    private mutating func read(_ scalar: Unicode.Scalar) throws(MathProblem) {
        try budget.spend()
        switch scalar {
        case "\\": try readCommand()
        case "0"..."9": try readNumber()
        case "." where peek(1).map(Self.isDigit) == true: try readNumber()
        case _ where Self.isLetter(scalar): readLetters()
        case "$", "~": skipSpace()
        case _ where scalar.properties.isWhitespace || LatexCommands.currencies.contains(scalar): skipSpace()
        default: try readSymbol(scalar)
        }
    }

    private mutating func skipSpace() {
        position += 1
        followsSpace = true
    }

    private mutating func readSymbol(_ scalar: Unicode.Scalar) throws(MathProblem) {
        if let digit = LatexCommands.superscripts[scalar] {
            readSuperscript(digit)
            return
        }
        position += 1
        if let symbol = LatexCommands.characters[scalar] {
            emit(.symbol(symbol))
        } else if let name = LatexCommands.namedCharacters[scalar] {
            emit(.command(name))
        } else if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F {
            emit(.symbol(Character(scalar)))
        } else if scalar.properties.isAlphabetic {
            emit(.letter(String(scalar)))
        } else {
            throw .unreadable("the character U+\(String(scalar.value, radix: 16, uppercase: true)) is not understood")
        }
    }

    private mutating func readSuperscript(_ first: Character) {
        var digits = ""
        while let next = peek(), let digit = LatexCommands.superscripts[next] {
            digits.append(digit)
            position += 1
        }
        emit(.symbol("^"))
        emit(.number(digits))
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
}
