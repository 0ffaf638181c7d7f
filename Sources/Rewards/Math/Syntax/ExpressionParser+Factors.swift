extension ExpressionParser {
    /// The most suffixes one factor may carry.
    private static let maximumSuffixes = 8

    mutating func factor() throws(MathProblem) -> Expression {
        var factor = try primary()
        for _ in 0..<Self.maximumSuffixes {
            if takes("^") {
                factor = try raised(factor)
            } else if takes("!") {
                factor = .call(takes("!") ? .doubleFactorial : .factorial, [factor])
            } else if takes("%") {
                factor = .percent(factor)
            } else if takes("°") {
                factor = .degrees(factor)
            } else {
                return factor
            }
        }
        throw .oversized("a factor carries more than \(Self.maximumSuffixes) powers and signs")
    }

    private mutating func raised(_ base: Expression) throws(MathProblem) -> Expression {
        if takes("°") { return .degrees(base) }
        if tokens.starts(with: [.symbol("{"), .symbol("°"), .symbol("}")], by: { $0.kind == $1 }) {
            tokens.removeFirst(3)
            return .degrees(base)
        }
        let power = Expression.power(base, try exponent())
        // TeX refuses `2^3^2`, and programs do not agree on it.
        guard next != .symbol("^") else { throw .unreadable("two exponents stand in a row") }
        return power
    }

    /// Parses an exponent.
    ///
    /// Departure from TeX, which raises one character: `x^10` is x to the tenth, as people mean it.
    mutating func exponent() throws(MathProblem) -> Expression {
        if takes("-") { return .negated(try exponentBody()) }
        return try exponentBody()
    }

    private mutating func exponentBody() throws(MathProblem) -> Expression {
        switch next {
        case .number, .symbol("("): return try primary()
        default: return try argument()
        }
    }

    /// An argument as TeX takes it: a group, or one character or command; `\frac59` is five ninths and `\sqrt 21` is √2
    /// times 1.
    mutating func argument() throws(MathProblem) -> Expression {
        guard case .number(let digits) = next, digits.count > 1, !digits.contains(".") else { return try primary() }
        // The tokens are copied if others hold them too.
        try budget.spend(1 + tokens.count / 16)
        tokens[tokens.startIndex] = LatexToken(kind: .number(String(digits.dropFirst())), followsSpace: false)
        return .number(Rational(Magnitude(decimal: digits.prefix(1).utf8)))
    }

    mutating func primary() throws(MathProblem) -> Expression {
        try enterPart()
        defer { leavePart() }
        let token = try take()
        switch token {
        case .number(let digits): return Self.number(digits)
        case .repeating(let value): return .number(value)
        case .letter(let name): return try variable(name)
        case .command(let name): return try command(name)
        case .symbol("("): return try group(until: ")")
        case .symbol("["): return try group(until: "]")
        case .symbol("{"): return try group(until: "}")
        case .symbol("|"): return try absoluteValue()
        default: throw Self.unexpected(token)
        }
    }

    private mutating func absoluteValue() throws(MathProblem) -> Expression {
        let outside = isInBars
        isInBars = true
        defer { isInBars = outside }
        return .call(.abs, [try group(until: "|")])
    }

    mutating func group(until closing: Character) throws(MathProblem) -> Expression {
        var content = try sum()
        // `{n \choose k}` and `{a \over b}`, plain TeX.
        if next == .command("choose") || next == .command("over") {
            let isFraction = try take() == .command("over")
            let below = try sum()
            content = isFraction ? .quotient(content, below) : .call(.binom, [content, below])
        }
        try expect(closing)
        return content
    }

    /// `12` or `12.5`, exactly.
    static func number(_ digits: String) -> Expression {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return .number(Rational(Magnitude(decimal: digits.utf8))) }
        let scale = Magnitude(decimal: ("1" + String(repeating: "0", count: parts[1].count)).utf8)
        return .decimal(Rational(Magnitude(decimal: (parts[0] + parts[1]).utf8), over: scale))
    }

    /// A variable with its primes and index, or the constant that the letter denotes.
    private mutating func variable(_ letter: String) throws(MathProblem) -> Expression {
        var name = letter
        while takes("'") { name += "'" }
        if takes("_") { name += "_" + (try index()) }
        if let function = Self.counts[name], let arguments = pair() { return .call(function, arguments) }
        if name == "Gamma", next == .symbol("(") { return .call(.gamma, [try primary()]) }
        return Self.variable(named: name)
    }

    /// Letters that count something when followed by two numbers in parentheses: C(n, k).
    private static let counts: [String: Function] = ["C": .binom, "P": .permutations]

    /// `(n, k)`; nil, and nothing is taken, if something else follows.
    private mutating func pair() -> [Expression]? {
        var ahead = self
        guard ahead.takes("("), let first = try? ahead.sum(), ahead.takes(","), let second = try? ahead.sum(),
            ahead.takes(")")
        else { return nil }
        self = ahead
        return [first, second]
    }

    static func variable(named name: String) -> Expression {
        switch name {
        case "e": .constant(.e)
        case "i": .constant(.i)
        default: .symbol(name)
        }
    }

    /// An index as a name: `1`, `12` or `max`.
    private mutating func index() throws(MathProblem) -> String {
        guard takes("{") else { return try indexPart() }
        var name = ""
        while !takes("}") { name += try indexPart() }
        return name
    }

    private mutating func indexPart() throws(MathProblem) -> String {
        let token = try take()
        switch token {
        case .number(let text), .letter(let text), .text(let text), .command(let text): return text
        case .symbol(let symbol) where ",+-*".contains(symbol): return String(symbol)
        default: throw .unreadable("the index of a variable is not understood")
        }
    }

    // MARK: Mixed numbers

    var startsWholeNumber: Bool {
        guard case .number(let digits) = next else { return false }
        return !digits.contains(".")
    }

    /// Takes the fraction after a whole number: `2\frac34`, or `2 3/4`, if both parts are whole.
    mutating func fractionOfMixed() throws(MathProblem) -> Expression? {
        if next == .command("frac") {
            var ahead = self
            _ = try ahead.take()
            guard let above = try? ahead.argument(), let below = try? ahead.argument(), case .number = above,
                case .number = below
            else { return nil }
            self = ahead
            return .quotient(above, below)
        }
        let start = tokens.startIndex
        guard tokens.count >= 3, tokens[start].followsSpace, case .number(let above) = tokens[start].kind,
            tokens[start + 1].is("/"), case .number(let below) = tokens[start + 2].kind
        else { return nil }
        tokens.removeFirst(3)
        return .quotient(Self.number(above), Self.number(below))
    }
}
