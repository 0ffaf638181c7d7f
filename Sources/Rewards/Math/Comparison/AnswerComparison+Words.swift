extension AnswerComparison {
    /// Returns nil if neither is words, or adjacent letters that may be a word.
    func compareWords(_ reference: Answer, _ answer: Answer) throws(MathProblem) -> Outcome? {
        if case .word(let a) = reference, case .word(let b) = answer { return compareLetters(a, b) }
        guard reference.isText || answer.isText else {
            // Options: single letters, in either case. A letter and a product of several are values.
            guard let a = reference.spelling, let b = answer.spelling, a.count == 1, b.count == 1 else { return nil }
            return Outcome(a == b)
        }
        if let a = reference.spelling, a == answer.spelling { return .equal }
        if let outcome = try compareMeaning(reference, answer) { return outcome }
        if let outcome = try compareMeaning(answer, reference) { return outcome }
        return reference.spelling != nil && answer.spelling != nil ? comparePhrases(reference, answer) : nil
    }

    /// Compares words with a value: either a phrase that means the value, or something else.
    private func compareMeaning(_ words: Answer, _ other: Answer) throws(MathProblem) -> Outcome? {
        guard case .text(let text) = words else { return nil }
        switch (Phrases.meaning(of: text), other) {
        case (let meaning?, .text(let others)): return Phrases.meaning(of: others).map { Outcome($0 == meaning) }
        case (let meaning?, _): return try compare(meaning, other)
        case (nil, .text), (nil, .collection), (nil, .relation): return nil
        case (nil, _): return try compareAmount(text, other)
        }
    }

    /// Compares a text that begins with a number, "5 apples", with a value.
    private func compareAmount(_ text: String, _ other: Answer) throws(MathProblem) -> Outcome {
        guard let (number, words) = Phrases.amount(text) else { return .different }
        let outcome = try compare(.value(number), other)
        let isPlain = words.allSatisfy { !Phrases.qualifiers.contains($0) && LatexCommands.scales[$0] == nil }
        return isPlain ? outcome : .undecided
    }

    /// Compares texts that are spelled differently. One may contain the other's words among more, and whether that
    /// matters cannot be told here.
    private func comparePhrases(_ reference: Answer, _ answer: Answer) -> Outcome {
        guard case .text(let first) = reference, case .text(let second) = answer else { return .different }
        let (a, b) = (Phrases.words(first), Phrases.words(second))
        if !a.isEmpty, a == b { return .equal }
        let (shorter, longer) = (Set(a.count < b.count ? a : b), Set(a.count < b.count ? b : a))
        guard !shorter.isEmpty, shorter.isSubset(of: longer) else {
            return first.isRisingRun && second.sorted() == first.sorted()
                || second.isRisingRun && second.sorted() == first.sorted() ? .undecided : .different
        }
        return longer.subtracting(shorter).isDisjoint(with: Phrases.negations) ? .undecided : .different
    }

    /// Two or three adjacent letters are a word, a name, an option, a Roman numeral, or a product of variables.
    private func compareLetters(_ a: String, _ b: String) -> Outcome {
        let (isFirstWord, isSecondWord) = (Phrases.isShortWord(a), Phrases.isShortWord(b))
        if a.lowercased() == b.lowercased() {
            return isFirstWord || a.count > 2 || a.lowercased() == a && b.lowercased() == b ? .equal : .undecided
        }
        guard a.sorted() == b.sorted() else { return .different }
        if isFirstWord && isSecondWord { return .different }
        // The order of factors does not matter; the order of letters in names and options does.
        let isProduct = !isFirstWord && !isSecondWord && a.allSatisfy(\.isLowercase)
        return isProduct ? .equal : .undecided
    }
}

extension Answer {
    var isText: Bool {
        if case .text = self { true } else { false }
    }

    /// Adjacent letters as the product they may be; anything else unchanged.
    var asProduct: Answer {
        guard case .word(let letters) = self else { return self }
        return .value(.product(letters.map { ExpressionParser.variable(named: String($0)) }))
    }

    /// Letters and digits without case, if the answer is words or a product of letters: `\text{(C)}` and `C` are both
    /// "c".
    var spelling: String? {
        switch self {
        case .text(let words): words.lettersAndDigits.isEmpty ? nil : words.lettersAndDigits
        case .word(let letters): letters.lowercased()
        case .value(let value): value.spelling?.lowercased()
        default: nil
        }
    }
}

extension Expression {
    fileprivate var spelling: String? {
        switch self {
        case .symbol(let name): return name
        case .constant(let constant) where constant == .e || constant == .i: return constant.rawValue
        case .product(let factors):
            let letters = factors.compactMap(\.spelling)
            return letters.count == factors.count ? letters.joined() : nil
        default: return nil
        }
    }
}
