extension ExpressionParser {
    mutating func command(_ name: String) throws(MathProblem) -> Expression {
        switch name {
        case "pi": return .constant(.pi)
        case "infty": return .constant(.infinity)
        case "frac": return .quotient(try argument(), try argument())
        case "binom": return .call(.binom, try binomialArguments())
        case "sqrt": return try root()
        case "lfloor": return .call(.floor, [try closed(by: "rfloor")])
        case "lceil": return .call(.ceil, [try closed(by: "rceil")])
        default:
            guard let function = Function(rawValue: name) else { throw Self.unexpected(.command(name)) }
            return try call(function)
        }
    }

    private mutating func binomialArguments() throws(MathProblem) -> [Expression] {
        guard next != .symbol("(") else { return try list() }
        return [try argument(), try argument()]
    }

    private mutating func closed(by name: String) throws(MathProblem) -> Expression {
        let content = try sum()
        guard next == .command(name) else { throw unexpected() }
        _ = try take()
        return content
    }

    private mutating func root() throws(MathProblem) -> Expression {
        var index = Expression.two
        if takes("[") { index = try group(until: "]") }
        return .root(try argument(), index: index)
    }

    /// A function with its power, base and argument: `\sin^2 x`, `\log_2(8)`, `\ln 2x`.
    private mutating func call(_ function: Function) throws(MathProblem) -> Expression {
        var function = function
        var power: Expression?
        var base: Expression?
        for _ in 0..<2 {
            if takes("^") {
                let exponent = try exponent()
                if exponent == .number(Rational(-1)), let inverse = function.inverse {
                    function = inverse
                } else {
                    power = exponent
                }
            } else if takes("_") {
                base = try exponent()
            }
        }
        var call = Expression.call(function, try arguments(of: function))
        if let base {
            guard function == .log, case .call(_, let arguments) = call else {
                throw .unreadable("an index at \(function.rawValue) is not understood")
            }
            call = .quotient(.call(.ln, arguments), .call(.ln, [base]))
        }
        return power.map { .power(call, $0) } ?? call
    }

    private mutating func arguments(of function: Function) throws(MathProblem) -> [Expression] {
        switch next {
        case .symbol("("), .symbol("{"), .symbol("["): return try list()
        default:
            guard function.takesFactors else { throw .unreadable("\(function.rawValue) has no argument") }
            return [try bareArgument()]
        }
    }

    /// `(a, b)`, with any brackets.
    private mutating func list() throws(MathProblem) -> [Expression] {
        let closing: [LatexToken.Kind: Character] = [.symbol("("): ")", .symbol("{"): "}", .symbol("["): "]"]
        guard let end = closing[try take()] else { throw unexpected() }
        var items = [try sum()]
        while takes(",") { items.append(try sum()) }
        try expect(end)
        return items
    }

    /// Factors up to the next function: `\sin 2x \cos x` is a product of two functions.
    private mutating func bareArgument() throws(MathProblem) -> Expression {
        // `\sin -x`
        let isNegative = takes("-")
        var factors = [try factor()]
        while startsFactor, !startsFunction { factors.append(try factor()) }
        if takes("/") { factors = [.quotient(Self.product(factors), try factor())] }
        return isNegative ? .negated(Self.product(factors)) : Self.product(factors)
    }

    private var startsFunction: Bool {
        guard case .command(let name) = next else { return false }
        return Function(rawValue: name) != nil
    }
}
