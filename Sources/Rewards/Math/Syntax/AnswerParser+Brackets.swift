extension AnswerParser {
    /// Sets joined by ∪, ∩ or ∖, in order of increasing precedence; nil if there are none.
    mutating func setOperation(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        for symbol: Character in ["∪", "∩", "∖"] {
            let parts = try split(tokens) { $0.is(symbol) }
            guard parts.count > 1 else { continue }
            var sets: [Answer] = []
            for part in parts { sets.append(try value(part)) }
            switch symbol {
            case "∪": return .union(sets)
            case "∩": return .intersection(sets)
            default: return sets.dropFirst().reduce(sets[0]) { .difference($0, $1) }
            }
        }
        return nil
    }

    /// A tuple, an interval or a set; nil if the brackets only group, or if there are none.
    mutating func bracketed(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        guard let brackets = Self.brackets(tokens) else { return nil }
        let content = tokens.dropFirst().dropLast()
        if brackets == .braces {
            guard !content.isEmpty else { return .collection(.braces, []) }
            if let condition = try condition(content) { return condition }
            let list = try list(content)
            if case .collection(.none, let items) = list { return .collection(.braces, items) }
            return .collection(.braces, [list])
        }
        let parts = try split(content) { $0.is(",") || $0.is(";") }
        guard parts.count > 1 else {
            // A box in a box, words or a tuple in parentheses; sums in them belong to the formula.
            let holdsMore = parts[0].contains(where: \.isText) || Self.brackets(parts[0]) != nil
            return holdsMore ? try list(content) : nil
        }
        var items: [Answer] = []
        for part in parts { items.append(try inBrackets(part)) }
        return .collection(brackets, items)
    }

    private mutating func inBrackets(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer {
        let item = try list(tokens)
        if case .collection(.none, _) = item { throw .unreadable("a coordinate has several values") }
        return item
    }

    /// The brackets around all of the tokens, if the first is closed by the last.
    private static func brackets(_ tokens: ArraySlice<LatexToken>) -> Answer.Brackets? {
        guard let first = tokens.first, let last = tokens.last, tokens.count >= 2, last.nesting == -1 else {
            return nil
        }
        var depth = 0
        for token in tokens.dropLast() {
            depth += token.nesting
            if depth <= 0 { return nil }
        }
        switch (first.kind, last.kind) {
        case (.symbol("⦃"), .symbol("⦄")): return .braces
        case (.symbol("("), .symbol(let end)) where end == ")" || end == "]":
            return .pair(isOpen: true, isOpenAtEnd: end == ")")
        case (.symbol("["), .symbol(let end)) where end == ")" || end == "]":
            return .pair(isOpen: false, isOpenAtEnd: end == ")")
        default: return nil
        }
    }

    /// The relation in `{x | x > 3}`.
    private mutating func condition(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        guard tokens.count > 2, case .letter = tokens.first!.kind else { return nil }
        let mark = tokens[tokens.startIndex + 1]
        guard mark.is("|") || mark.is(":") else { return nil }
        return try list(tokens.dropFirst(2))
    }

    /// A matrix, possibly with a factor before it, which multiplies every entry; nil if there is none.
    mutating func scaledMatrix(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        guard case .end? = tokens.last?.kind,
            let start = tokens.firstIndex(where: { if case .begin = $0.kind { true } else { false } }),
            let matrix = try matrix(tokens[start...])
        else { return nil }
        var before = tokens[..<start]
        if before.last?.is("*") == true { before.removeLast() }
        guard !before.isEmpty, case .matrix(let rows) = matrix else { return matrix }
        let isMinus = before.count == 1 && before.first!.is("-")
        let factor = isMinus ? .number(Rational(-1)) : try ExpressionParser.parse(before, budget: budget)
        var scaled: [[Answer]] = []
        for row in rows {
            scaled.append([])
            for cell in row {
                guard case .value(let value) = cell.asProduct else {
                    throw .unreadable("a matrix with a factor has an entry that is not a formula")
                }
                scaled[scaled.count - 1].append(.value(.product([factor, value])))
            }
        }
        return .matrix(scaled)
    }

    /// Rows between `\begin` and `\end` of a matrix.
    private mutating func matrix(_ tokens: ArraySlice<LatexToken>) throws(MathProblem) -> Answer? {
        guard tokens.count >= 2, case .begin(let name) = tokens.first!.kind, tokens.last!.kind == .end(name),
            ["pmatrix", "bmatrix", "matrix", "smallmatrix", "Bmatrix", "array"].contains(name)
        else { return nil }
        var content = tokens.dropFirst().dropLast()
        if name == "array", content.first?.is("{") == true {
            content = content.drop { !$0.is("}") }.dropFirst()
        }
        if content.last?.kind == .rowBreak { content.removeLast() }
        var rows: [[Answer]] = []
        for row in try split(content, at: { $0.kind == .rowBreak }) {
            var cells: [Answer] = []
            for cell in try split(row, at: { $0.is("&") }) { cells.append(try value(cell)) }
            rows.append(cells)
        }
        return .matrix(rows)
    }

    /// `1011_2`.
    static func numeral(_ tokens: ArraySlice<LatexToken>) -> Answer? {
        let kinds = tokens.map(\.kind).filter { $0 != .symbol("{") && $0 != .symbol("}") }
        guard kinds.count == 3, kinds[1] == .symbol("_"), case .number(let digits) = kinds[0],
            case .number(let index) = kinds[2], let base = Int(index), (2...36).contains(base)
        else { return nil }
        return .numeral(digits, base: base)
    }
}
