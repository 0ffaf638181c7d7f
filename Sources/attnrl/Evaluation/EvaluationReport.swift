import JSONCoding
import Rewards
import Tasks
import Training

/// What an evaluation found.
struct EvaluationReport {
    private let answers: [EvaluationAnswer]
    private let byPrompt: [[EvaluationAnswer]]
    private let samples: Int

    /// - Parameter answers: Of one prompt after the other.
    init(_ answers: [EvaluationAnswer], samples: Int) {
        self.answers = answers
        self.samples = samples
        byPrompt = Dictionary(grouping: answers, by: \.prompt).sorted { $0.key < $1.key }.map(\.value)
    }

    /// A figure, and what it is known to within; nil where that means nothing.
    private struct Figure {
        let name: String
        let key: String
        let value: Double
        var margin: Double?
        var isShare = true
    }

    private var figures: [Figure] {
        var figures = [share("accuracy", "accuracy") { $0.isCorrect }]
        var k = 2
        while k <= samples {
            let values = byPrompt.map { PassRate.pass(at: k, correct: $0.count(where: \.isCorrect), of: $0.count) }
            let (mean, margin) = PassRate.mean(values)
            figures.append(Figure(name: "pass@\(k)", key: "pass_at_\(k)", value: mean, margin: margin))
            k *= 2
        }
        if answers.contains(where: { $0.check != nil }) {
            figures.append(share("right and every step sound", "sound") { $0.check?.isSound == true })
            figures.append(amount("steps", "steps") { Double($0.check?.steps ?? 0) })
        }
        figures.append(amount("tokens", "tokens") { Double($0.response.tokens) })
        figures.append(share("cut by the length limit", "cut") { $0.response.isCut })
        figures.append(share("no answer", "no_answer") { $0.verdict == .noAnswer })
        figures.append(share("undecided", "undecided") { $0.verdict == .undecided })
        return figures
    }

    private func share(_ name: String, _ key: String, _ isCounted: (EvaluationAnswer) -> Bool) -> Figure {
        let values = byPrompt.map { Double($0.count(where: isCounted)) / Double($0.count) }
        let (mean, margin) = PassRate.mean(values)
        return Figure(name: name, key: key, value: mean, margin: margin)
    }

    private func amount(_ name: String, _ key: String, _ value: (EvaluationAnswer) -> Double) -> Figure {
        let values = byPrompt.map { $0.reduce(0) { $0 + value($1) } / Double($0.count) }
        let (mean, margin) = PassRate.mean(values)
        return Figure(name: name, key: key, value: mean, margin: margin, isShare: false)
    }

    // MARK: For people

    func table(_ terminal: Terminal) -> [String] {
        var table = Table([
            .init(title: "figure"), .init(title: "value", isNumeric: true), .init(title: "±", isNumeric: true),
        ])
        for figure in figures {
            table.add([
                figure.name, text(figure.value, figure.isShare),
                figure.margin.map { $0.isFinite ? text($0, figure.isShare) : "" } ?? "",
            ])
        }
        let asked = "\(Figures.count(byPrompt.count, "prompt")), \(Figures.count(samples, "response")) each"
        let remark =
            byPrompt.count < PassRate.leastPrompts
            ? "; \(PassRate.leastPrompts) or more would tell how exact this is" : ""
        return table.lines(terminal) + ["", asked + remark] + faultLines
    }

    private func text(_ value: Double, _ isShare: Bool) -> String {
        Figures.brief(isShare ? 100 * value : value) + (isShare ? "%" : "")
    }

    /// Where responses go wrong first.
    private var faultLines: [String] {
        let kinds = Dictionary(grouping: answers.compactMap { $0.check?.fault?.kind }) { $0 }.mapValues(\.count)
        guard !kinds.isEmpty else { return [] }
        let sorted = kinds.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        return ["first faults: " + sorted.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")]
    }

    func effort(_ seconds: Double) -> String {
        let tokens = answers.reduce(0) { $0 + $1.response.tokens }
        return "\(Figures.grouped(tokens)) tokens in \(Figures.seconds(seconds))"
    }

    // MARK: For programs

    var json: JSONValue {
        let margins = figures.map { figure in
            (figure.key + "_margin", figure.margin.flatMap { $0.isFinite ? JSONValue.number($0) : nil })
        }
        let values = zip(figures, margins).flatMap { figure, margin in
            [JSONMember(key: figure.key, value: .number(figure.value))]
                + (margin.1.map { [JSONMember(key: margin.0, value: $0)] } ?? [])
        }
        let asked = [
            JSONMember(key: "prompts", value: .whole(byPrompt.count)),
            JSONMember(key: "samples", value: .whole(samples)),
        ]
        return .object(asked + values)
    }
}
