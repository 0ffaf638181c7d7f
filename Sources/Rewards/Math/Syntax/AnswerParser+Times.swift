extension AnswerParser {
    /// `12:30`, if it can be a time of day and is not a ratio in lowest terms; nil for anything else.
    static func time(_ tokens: ArraySlice<LatexToken>) -> String? {
        guard tokens.count == 3, case .number(let hours) = tokens.first!.kind,
            tokens[tokens.startIndex + 1].is(":"), case .number(let minutes) = tokens.last!.kind, hours.utf8.count <= 2,
            minutes.utf8.count == 2, let hour = Int(hours), let minute = Int(minutes), hour <= 24, minute < 60
        else { return nil }
        return hasCommonDivisor(hour, minute) ? "\(hour):\(minutes)" : nil
    }

    private static func hasCommonDivisor(_ a: Int, _ b: Int) -> Bool {
        var (a, b) = (a, b)
        while b > 0 { (a, b) = (b, a % b) }
        return a > 1
    }

    /// `2020-01-05` and `1/5/2020`, which are not differences or quotients.
    static func date(_ tokens: ArraySlice<LatexToken>) -> String? {
        guard tokens.count == 5 else { return nil }
        var numbers: [String] = [], marks: [Character] = []
        for token in tokens {
            switch token.kind {
            case .number(let digits) where digits.utf8.allSatisfy { $0 != UInt8(ascii: ".") }: numbers.append(digits)
            case .symbol(let mark) where !token.followsSpace: marks.append(mark)
            default: return nil
            }
        }
        guard numbers.count == 3, marks.count == 2, marks[0] == marks[1] else { return nil }
        let lengths = numbers.map(\.utf8.count)
        let isDate =
            marks[0] == "-" && lengths == [4, 2, 2]
            || marks[0] == "/" && lengths[2] == 4 && max(lengths[0], lengths[1]) <= 2
        return isDate ? numbers.joined(separator: String(marks[0])) : nil
    }
}
