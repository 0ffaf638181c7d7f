import Console
import JSONCoding
import Rewards
import Tasks

/// The results of an evaluation.
struct EvaluationReport {
    private let answers: [EvaluationAnswer]
    private let byPrompt: [[EvaluationAnswer]]
    private let samples: Int
    private let figures: [EvaluationFigures.Figure]

    /// - Parameter answers: Grouped by prompt.
    init(_ answers: [EvaluationAnswer], samples: Int) {
        self.answers = answers
        self.samples = samples
        byPrompt = Dictionary(grouping: answers, by: \.prompt).sorted { $0.key < $1.key }.map(\.value)
        figures = EvaluationFigures(byPrompt.map(PromptTally.init), samples: samples).figures
    }

    // MARK: For people

    func table(_ terminal: Terminal) -> [String] {
        var table = Table([
            .init(title: "figure"), .init(title: "value", isNumeric: true), .init(title: "±", isNumeric: true),
        ])
        for figure in figures {
            table.add([
                figure.name, text(figure.value, figure.isShare),
                figure.margin.map { text($0, figure.isShare) } ?? "",
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

    /// The first fault in wrong responses, counted by kind.
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
        let values = figures.flatMap { figure in
            [JSONMember(key: figure.key, value: .number(figure.value))]
                + (figure.margin.map { [JSONMember(key: figure.key + "_margin", value: .number($0))] } ?? [])
        }
        let asked = [
            JSONMember(key: "prompts", value: .whole(byPrompt.count)),
            JSONMember(key: "samples", value: .whole(samples)),
        ]
        return .object(asked + values)
    }
}

extension PromptTally {
    fileprivate init(_ answers: [EvaluationAnswer]) {
        self.init()
        for answer in answers {
            add(
                tokens: answer.response.tokens, isCut: answer.response.isCut, verdict: answer.verdict,
                check: answer.check)
        }
    }
}
