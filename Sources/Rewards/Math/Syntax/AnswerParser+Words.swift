extension AnswerParser {
    /// Without points and commas that end a sentence.
    static func withoutEndMarks(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
        var tokens = tokens
        while let last = tokens.last, last.is(".") || last.is(",") || last.is(";") { tokens.removeLast() }
        return tokens
    }

    /// The words, where there is nothing but words, letters and marks: `\text{ellipse}`, `no solution`.
    ///
    /// At least one token has to be words: `xy` is a product.
    static func words(_ tokens: ArraySlice<LatexToken>) -> String? {
        var hasText = false
        var words: [String] = []
        for token in tokens {
            switch token.kind {
            case .text(let text):
                hasText = true
                words.append(text)
            case .letter(let letter): words.append(letter)
            case .symbol(let mark) where ".-'\"!?&()".contains(mark): words.append(String(mark))
            default: return nil
            }
        }
        return hasText ? words.joined(separator: " ") : nil
    }

    /// Without words beside a value: units with their powers, "per" and "square" among them, and what introduces it.
    static func withoutUnits(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
        guard tokens.contains(where: \.isText) else { return tokens }
        var kept: ArraySlice<LatexToken> = []
        var index = tokens.startIndex
        while index < tokens.endIndex {
            guard tokens[index].isText else {
                kept.append(tokens[index])
                index += 1
                continue
            }
            if kept.last?.is("/") == true { kept.removeLast() }
            index = endOfPower(tokens, after: index)
        }
        return kept
    }

    /// Behind a unit and its power: `cm^2`, `cm^{2}`.
    private static func endOfPower(_ tokens: ArraySlice<LatexToken>, after word: Int) -> Int {
        var index = word + 1
        guard index + 1 < tokens.endIndex, tokens[index].is("^") else { return index }
        index += 1
        guard tokens[index].is("{") else { return index + 1 }
        while index < tokens.endIndex, !tokens[index].is("}") { index += 1 }
        return min(index + 1, tokens.endIndex)
    }
}

extension LatexToken {
    var isText: Bool {
        if case .text = kind { true } else { false }
    }
}
