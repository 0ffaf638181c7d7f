/// A text read as an answer, with its possible meanings.
struct ReadAnswer {
    /// The most scalars in a text; longer texts are not answers.
    static let maximumLength = 4000

    let tokens: [LatexToken.Kind]
    /// All letters and digits, without case.
    let spelling: String
    /// Usually one; two if a comma may separate thousands or values.
    let readings: [Answer]

    init(_ text: String, budget: StepBudget) throws(MathProblem) {
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw .oversized("the answer has more than \(Self.maximumLength) characters")
        }
        let first = try LatexLexer.tokens(of: text, groupsThousands: true, budget: budget)
        tokens = first.tokens.map(\.kind)
        spelling = tokens.map(\.spelling).joined()
        var parser = AnswerParser(budget: budget)
        let grouped = try parser.parse(first.tokens[...])
        guard first.metGrouping else {
            readings = [grouped]
            return
        }
        let second = try LatexLexer.tokens(of: text, groupsThousands: false, budget: budget)
        readings = [grouped, try parser.parse(second.tokens[...])]
    }
}

extension LatexToken.Kind {
    /// Letters and digits, without case.
    fileprivate var spelling: String {
        switch self {
        case .number(let text), .letter(let text), .text(let text), .command(let text): text.lettersAndDigits
        default: ""
        }
    }
}
