/// Reads a formula by recursive descent.
///
/// ```
/// sum      = [sign] term { sign term }
/// term     = factors { ("*" | "/" | ":") factors }
/// factors  = factor { factor }                         side by side: binds more closely than "/"
/// factor   = primary { "^" argument | "!" | "%" | "°" | "'" }
/// ```
struct ExpressionParser {
    /// Formulas nested deeper are refused; answers seldom reach ten levels.
    static let maximumDepth = 48

    var tokens: ArraySlice<LatexToken>
    let budget: StepBudget
    private var depth = 0
    /// Like `depth`, but counts brackets and commands: `\sqrt\sqrt\sqrt` nests without brackets.
    private var partDepth = 0
    /// Whether it is between two bars, where another one closes.
    var isInBars = false

    init(_ tokens: ArraySlice<LatexToken>, budget: StepBudget) {
        self.tokens = tokens
        self.budget = budget
    }

    /// Parses all of the tokens as one formula.
    static func parse(_ tokens: ArraySlice<LatexToken>, budget: StepBudget) throws(MathProblem) -> Expression {
        var parser = ExpressionParser(tokens, budget: budget)
        let expression = try parser.sum()
        guard parser.tokens.isEmpty else { throw parser.unexpected() }
        return expression
    }

    var next: LatexToken.Kind? { tokens.first?.kind }

    mutating func take() throws(MathProblem) -> LatexToken.Kind {
        try budget.spend()
        guard let token = tokens.popFirst() else { throw .unreadable("the formula ends too early") }
        return token.kind
    }

    /// Takes the next token if it is this symbol.
    mutating func takes(_ symbol: Character) -> Bool {
        guard next == .symbol(symbol) else { return false }
        tokens.removeFirst()
        return true
    }

    mutating func expect(_ symbol: Character) throws(MathProblem) {
        guard takes(symbol) else { throw tokens.isEmpty ? .unreadable("'\(symbol)' is missing") : unexpected() }
    }

    func unexpected() -> MathProblem { Self.unexpected(next) }

    static func unexpected(_ token: LatexToken.Kind?) -> MathProblem {
        switch token {
        case .number(let text), .letter(let text), .text(let text): .unreadable("'\(text)' is not understood there")
        case .command(let name): .unreadable("\\\(name) is not understood there")
        case .symbol(let symbol): .unreadable("'\(symbol)' is not understood there")
        case .begin(let name), .end(let name): .unreadable("the environment \(name) is not understood there")
        case .repeating, .rowBreak: .unreadable("a number or line break is not understood there")
        case nil: .unreadable("the formula ends too early")
        }
    }

    /// Goes one part deeper; `leavePart` comes back.
    mutating func enterPart() throws(MathProblem) {
        partDepth += 1
        guard partDepth <= 2 * Self.maximumDepth else { throw Self.tooDeep }
    }

    mutating func leavePart() { partDepth -= 1 }

    private static let tooDeep = MathProblem.oversized("the formula is nested more than \(maximumDepth) deep")

    // MARK: Sums and products

    mutating func sum() throws(MathProblem) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw Self.tooDeep }
        var terms = [try signedTerm()]
        while let sign = next, Self.signs.contains(sign) { terms.append(try signedTerm()) }
        return terms.count == 1 ? terms[0] : .sum(terms)
    }

    private static let signs: [LatexToken.Kind] = [.symbol("+"), .symbol("-"), .symbol("±"), .symbol("∓")]

    private mutating func signedTerm() throws(MathProblem) -> Expression {
        var isNegative = false
        while let sign = next, Self.signs.contains(sign) {
            _ = try take()
            switch sign {
            case .symbol("-"): isNegative.toggle()
            case .symbol("±"), .symbol("∓"):
                return .plusMinus(try term(), isMinusFirst: isNegative != (sign == .symbol("∓")))
            default: break
            }
        }
        let term = try term()
        return isNegative ? .negated(term) : term
    }

    private mutating func term() throws(MathProblem) -> Expression {
        var above: [Expression] = [], below: [Expression] = []
        var isAbove = true
        repeat {
            // `3 * -2`
            var isNegative = false
            while takes("-") { isNegative.toggle() }
            let factors = try factors()
            if isAbove { above.append(isNegative ? .negated(factors) : factors) }
            if !isAbove { below.append(isNegative ? .negated(factors) : factors) }
        } while try takesOperator(&isAbove)
        let product = Self.product(above)
        let term = below.isEmpty ? product : .quotient(product, Self.product(below))
        guard next == .command("bmod") else { return term }
        _ = try take()
        return .call(.mod, [term, try factors()])
    }

    private mutating func takesOperator(_ isAbove: inout Bool) throws(MathProblem) -> Bool {
        try budget.spend()
        if takes("*") {
            isAbove = true
        } else if takes("/") || takes(":") {
            isAbove = false
        } else {
            return false
        }
        return true
    }

    static func product(_ factors: [Expression]) -> Expression { factors.count == 1 ? factors[0] : .product(factors) }

    /// Adjacent factors, and mixed numbers.
    private mutating func factors() throws(MathProblem) -> Expression {
        let startsWhole = startsWholeNumber
        var factors = [try factor()]
        if startsWhole, case .number = factors[0], let fraction = try fractionOfMixed() {
            factors = [.sum([factors[0], fraction])]
        }
        while startsFactor {
            guard !isSecondNumber(after: factors) else { throw .unreadable("two numbers stand side by side") }
            factors.append(try factor())
        }
        return Self.product(factors)
    }

    /// `1 000 0` and `1.2.3` are not products.
    private func isSecondNumber(after factors: [Expression]) -> Bool {
        guard case .number = next else { return false }
        switch factors.last {
        case .number, .decimal: return true
        default: return false
        }
    }

    var startsFactor: Bool {
        switch next {
        case .number, .repeating, .letter, .command: !startsClosing
        case .symbol("("), .symbol("["), .symbol("{"): true
        case .symbol("|"): !isInBars
        default: false
        }
    }

    /// Whether a command comes next that cannot begin a factor.
    private var startsClosing: Bool {
        guard case .command(let name) = next else { return false }
        return ["rfloor", "rceil", "choose", "over", "bmod"].contains(name)
    }
}
