extension AnswerParser {
    /// `x = 6`, `x > 3`, `1 < x ≤ 2`, `x ∈ (1, 2)`; nil if there is no relation.
    mutating func relation(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        if let exact = try exactPart(tokens) { return try single(exact) }
        let (sides, relations) = try sides(tokens)
        switch relations.count {
        case 0: return nil
        case 1: return .relation(try side(sides[0]), relations[0], try side(sides[1]))
        case 2 where relations.allSatisfy(\.isOrdering):
            return .between(try side(sides[0]), relations[0], try side(sides[1]), relations[1], try side(sides[2]))
        case _ where relations.allSatisfy({ $0 == .equal }):
            // A chain of equations says at its end what its first side is.
            return .relation(try side(sides[0]), .equal, try side(sides[sides.count - 1]))
        default: throw .unreadable("more than one relation")
        }
    }

    /// The part before "≈", which is the answer if it is more than a name; nil if there is no such sign.
    private func exactPart(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> ArraySlice<LatexToken>? {
        let parts = try split(tokens) { $0.is("≈") }
        guard parts.count > 1 else { return nil }
        let isName = parts[0].count == 1 || Self.functionName(parts[0]) != nil || Self.words(parts[0]) != nil
        guard isName else { return parts[0] }
        return parts[0] + [LatexToken(kind: .symbol("="), followsSpace: false)] + parts[1]
    }

    private func sides(
        _ tokens: ArraySlice<LatexToken>
    ) throws(MathProblem) -> ([ArraySlice<LatexToken>], [Answer.Relation]) {
        var relations: [Answer.Relation] = []
        let sides = try split(Self.joined(tokens)) { token in
            guard case .symbol(let symbol) = token.kind, let relation = Answer.Relation(rawValue: String(symbol)) else {
                return false
            }
            relations.append(relation)
            return true
        }
        return (sides, relations)
    }

    /// `<=`, `>=` and `!=` as written in programs.
    private static func joined(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
        let pairs: [Character: Character] = ["<": "≤", ">": "≥", "!": "≠"]
        var joined: ArraySlice<LatexToken> = []
        for token in tokens {
            if token.is("="), case .symbol(let first)? = joined.last?.kind, let symbol = pairs[first] {
                joined.removeLast()
                joined.append(LatexToken(kind: .symbol(symbol), followsSpace: token.followsSpace))
            } else {
                joined.append(token)
            }
        }
        return joined
    }

    private mutating func side(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        if let name = Self.functionName(tokens) { return .value(.symbol(name)) }
        if let words = Self.words(tokens) { return .value(.symbol(words.lowercased())) }
        let value = try value(Self.withoutUnits(tokens)).asProduct
        let qualifiers = Self.qualifiers(tokens)
        return qualifiers.isEmpty ? value : .qualified(qualifiers, value)
    }

    /// `f(x)` or `f(2)` before "=" is the name of what follows.
    private static func functionName(_ tokens: ArraySlice<LatexToken>) -> String? {
        guard tokens.count >= 4, tokens.last!.is(")"), case .letter(let name) = tokens.first!.kind,
            tokens[tokens.startIndex + 1].is("(")
        else { return nil }
        var arguments: [String] = []
        for token in tokens.dropFirst(2).dropLast() where !token.is(",") {
            switch token.kind {
            case .letter(let argument), .number(let argument): arguments.append(argument)
            default: return nil
            }
        }
        return "\(name)(\(arguments.joined(separator: ",")))"
    }
}
