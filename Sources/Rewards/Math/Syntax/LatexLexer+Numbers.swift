extension LatexLexer {
    /// Longer numbers are refused.
    private static let maximumDigits = 1000

    /// Reads digits, with thousands separators, a point, and an exponent as written in programs.
    mutating func readNumber() throws(MathProblem) {
        let start = position
        readGroupedNumber()
        guard position - start <= Self.maximumDigits else {
            throw .oversized("a number has more than \(Self.maximumDigits) digits")
        }
    }

    private mutating func readGroupedNumber() {
        var digits = readDigits()
        readGroups(&digits)
        guard peek() == ".", peek(1).map(Self.isDigit) == true || peek(1) == "\\" || digits.isEmpty else {
            finishNumber(digits)
            return
        }
        let start = position
        position += 1
        let decimals = readDigits()
        if let repeated = readRepetition() {
            emit(.repeating(Self.repeating(digits, decimals, repeated)))
        } else if decimals.isEmpty {
            position = start
            emit(.number(digits))
        } else {
            finishNumber(digits + "." + decimals)
        }
    }

    private mutating func readDigits() -> String {
        var digits = ""
        while let scalar = peek(), Self.isDigit(scalar) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        return digits
    }

    // MARK: Thousands

    /// Takes groups of three digits after separators: `1,234,567`, `1{,}234`, `1,\!234`, `1\,234`, `1 234`.
    ///
    /// A plain comma separates thousands only if all groups fit: `1,23` and `1,234,5` are lists, and so is anything in
    /// brackets. If it does, the list is a second reading (`metGrouping`).
    private mutating func readGroups(_ digits: inout String) {
        guard (1...3).contains(digits.count), digits.first != "0" else { return }
        var groups = ""
        var offset = 0
        var isPlain = false
        while let separator = separator(at: offset), hasGroup(at: offset + separator.length) {
            if separator.isPlain && !canGroup { return }
            isPlain = isPlain || separator.isPlain
            let start = offset + separator.length
            for index in 0..<3 { groups.unicodeScalars.append(peek(start + index)!) }
            offset = start + 3
        }
        // Another comma and digit: a list after all.
        if peek(offset) == ",", peek(offset + 1).map(Self.isDigit) == true { return }
        if isPlain {
            metGrouping = true
            guard groupsThousands else { return }
        }
        digits += groups
        position += offset
    }

    private func separator(at offset: Int) -> (length: Int, isPlain: Bool)? {
        for separator in ["{,}\\!", "{,}", ",\\!", "\\,", "\\!", "\\ ", " "] where startsWith(separator, at: offset) {
            return (separator.count, false)
        }
        return peek(offset) == "," ? (1, true) : nil
    }

    private func hasGroup(at offset: Int) -> Bool {
        for index in 0..<3 where peek(offset + index).map(Self.isDigit) != true { return false }
        return peek(offset + 3).map(Self.isDigit) != true
    }

    // MARK: Exponents and repetition

    /// Adds an exponent as written in programs, `2.5e-3`, to the digits before it.
    private mutating func finishNumber(_ digits: String) {
        emit(.number(digits))
        guard peek() == "e" || peek() == "E" else { return }
        let hasSign = peek(1) == "+" || peek(1) == "-"
        guard peek(hasSign ? 2 : 1).map(Self.isDigit) == true else { return }
        let isNegative = peek(1) == "-"
        position += hasSign ? 2 : 1
        let exponent = readDigits()
        for kind: LatexToken.Kind in [.symbol("*"), .number("10"), .symbol("^"), .symbol("{")] { emit(kind) }
        if isNegative { emit(.symbol("-")) }
        emit(.number(exponent))
        emit(.symbol("}"))
    }

    /// The digits in `\overline{…}` or `\bar{…}` after a point, at most 30.
    private mutating func readRepetition() -> String? {
        for name in ["\\overline", "\\bar"] where startsWith(name) {
            let start = position
            position += name.count
            if peek() == "{" { position += 1 }
            let digits = readDigits()
            if peek() == "}" { position += 1 }
            if (1...30).contains(digits.count) { return digits }
            position = start
        }
        return nil
    }

    /// w.d(r) with n decimals d and m repeating digits r is (wdr - wd) / (10ⁿ (10ᵐ - 1)).
    private static func repeating(_ whole: String, _ decimals: String, _ repeated: String) -> Rational {
        let all = Magnitude(decimal: (whole + decimals + repeated).utf8)
        let fixed = Magnitude(decimal: (whole + decimals).utf8)
        let nines = Magnitude(decimal: String(repeating: "9", count: repeated.count).utf8)
        let shift = Magnitude(decimal: ("1" + String(repeating: "0", count: decimals.count)).utf8)
        return Rational(all - fixed, over: nines * shift)
    }
}
