extension AnswerParser {
    /// The tokens without points and commas that end a sentence.
    static func withoutEndMarks(_ tokens: ArraySlice<LatexToken>) -> ArraySlice<LatexToken> {
        var tokens = tokens
        while let last = tokens.last, last.is(".") || last.is(",") || last.is(";") || last.kind == .rowBreak {
            tokens.removeLast()
        }
        return tokens
    }

    /// The words, if there are only words, letters and marks: `\text{ellipse}`, `no solution`.
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
            case .letter(let letter) where token.followsSpace || words.isEmpty: words.append(letter)
            // `not` is read letter by letter, since it could be a product.
            case .letter(let letter): words[words.count - 1] += letter
            case .symbol(let mark) where ".-'\"!?&()".contains(mark): words.append(String(mark))
            default: return nil
            }
        }
        return hasText ? words.joined(separator: " ") : nil
    }

    /// Two or three letters with nothing between them, which may be a word.
    static func shortWord(_ tokens: ArraySlice<LatexToken>) -> String? {
        guard (2...3).contains(tokens.count) else { return nil }
        var word = ""
        for token in tokens {
            guard case .letter(let letter) = token.kind, letter.utf8.count == 1,
                word.isEmpty || !token.followsSpace
            else { return nil }
            word += letter
        }
        return word
    }

    /// Words that change the meaning of a value next to them: "more than", "not".
    static func qualifiers(_ tokens: ArraySlice<LatexToken>) -> [String] {
        var qualifiers: [String] = []
        for token in tokens {
            guard case .text(let text) = token.kind else { continue }
            qualifiers += Phrases.words(text).filter(Phrases.qualifiers.contains)
        }
        return qualifiers
    }

    /// The tokens without words next to a value: units with their powers (including "per" and "square"), and
    /// introductory words.
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

    /// The end of a unit's power: `cm^2`, `cm^{2}`.
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
