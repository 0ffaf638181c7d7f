/// Reads an answer: a formula, or several with relations, brackets and words around them.
///
/// Works from the outside in: words next to a value are removed, then commas and "or" split, then relations, then
/// unions and other set operations, then brackets; what is left is a formula.
struct AnswerParser {
    /// Answers with more parts are refused.
    static let maximumItems = 200
    /// Lists, sets and tuples nested deeper are refused. Comparing sets takes twice as long for each level.
    static let maximumDepth = 10

    let budget: StepBudget
    private var depth = 0

    init(budget: StepBudget) { self.budget = budget }

    mutating func parse(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        let tokens = Self.withoutEndMarks(tokens)
        guard !tokens.isEmpty else { throw .unreadable("the answer is empty") }
        if let words = Self.words(tokens) ?? Self.date(tokens) { return .text(words) }
        return try list(tokens)
    }

    /// One value, or several separated by commas.
    mutating func list(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw .oversized("lists are nested more than \(Self.maximumDepth) deep")
        }
        var separators: Set<Character> = []
        let parts = try split(tokens) { token in
            guard case .symbol(let symbol) = token.kind, ",;∧∨".contains(symbol) else { return false }
            separators.insert(symbol)
            return true
        }
        guard parts.count > 1 else { return try single(parts[0]) }
        let separator: Answer.Separator =
            separators.contains("∨") ? .or : separators.contains("∧") ? .and : .comma
        return .collection(.none(separator), try items(parts))
    }

    /// Parts between commas; an empty one is between a comma and an "and".
    private mutating func items(_ parts: [ArraySlice<LatexToken>]) throws(MathProblem) -> [Answer] {
        var items: [Answer] = []
        for part in parts where !part.isEmpty { items += Self.flattened(try single(part)) }
        guard !items.isEmpty else { throw .unreadable("a list has no items") }
        return items
    }

    /// Splits `1 ± √2` among other values into two of them.
    private static func flattened(_ item: Answer) -> [Answer] {
        if case .collection(.none, let items) = item { items } else { [item] }
    }

    mutating func single(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        try budget.spend()
        guard !tokens.isEmpty else { throw .unreadable("a part of the answer is empty") }
        if let words = Self.words(tokens) { return .text(words) }
        if let relation = try relation(tokens) { return relation }
        let qualifiers = Self.qualifiers(tokens)
        let value = try value(Self.withoutUnits(tokens))
        guard qualifiers.isEmpty else { return .qualified(qualifiers, value) }
        return Unit.last(of: tokens).map { .measured(value, $0) } ?? value
    }

    /// Anything without a relation in it.
    mutating func value(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        guard !tokens.isEmpty else { throw .unreadable("a part of the answer is empty") }
        if let sets = try setOperation(tokens) { return sets }
        if let brackets = try bracketed(tokens) { return brackets }
        if let matrix = try scaledMatrix(tokens) { return matrix }
        if let numeral = Self.numeral(tokens) { return numeral }
        if let word = Self.shortWord(tokens) { return .word(word) }
        if let time = Self.time(tokens) { return .time(time, try ExpressionParser.parse(tokens, budget: budget)) }
        if tokens.count == 1, tokens.first!.isCommand("emptyset") { return .collection(.braces, []) }
        if tokens.count == 1, tokens.first!.kind == .letter("ℝ") { return .wholeLine }
        let choices = try ExpressionParser.parse(tokens, budget: budget).signChoices
        return choices.count == 1 ? .value(choices[0]) : .collection(.none(.or), choices.map { .value($0) })
    }

    /// Splits at the tokens that satisfy the condition and lie outside all brackets.
    func split(
        _ tokens: ArraySlice<LatexToken>, at condition: (LatexToken) -> Bool
    ) throws(MathProblem) -> [ArraySlice<LatexToken>] {
        var parts: [ArraySlice<LatexToken>] = []
        var start = tokens.startIndex, depth = 0
        for index in tokens.indices {
            try budget.spend()
            depth += tokens[index].nesting
            guard depth >= 0 else { throw .unreadable("a bracket is closed that was not opened") }
            if depth == 0, condition(tokens[index]) {
                parts.append(tokens[start..<index])
                start = index + 1
            }
        }
        guard depth == 0 else { throw .unreadable("a bracket is not closed") }
        parts.append(tokens[start...])
        guard parts.count <= Self.maximumItems else {
            throw .oversized("the answer has more than \(Self.maximumItems) parts")
        }
        return parts
    }
}

extension Answer {
    /// All real numbers, as an interval.
    static let wholeLine = Answer.collection(
        .round, [.value(.negated(.constant(.infinity))), .value(.constant(.infinity))])
}
