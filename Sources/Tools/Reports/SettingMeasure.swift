import Console
import JSONCoding
import Tasks
import Tokenizing

/// What a setting's held-out examples are like.
struct SettingMeasure {
    let name: String
    private var prompt = Spread()
    private var response = Spread()
    private var steps = Spread()
    private var answers: [String: Int] = [:]
    private let isCountdown: Bool
    /// Examples made per second, on one thread.
    private let rate: Double

    init(name: String, setting: TaskSetting, count: Int, tokenizer: Tokenizer?) throws {
        self.name = name
        isCountdown = setting.kind == .countdown
        let start = ContinuousClock.now
        let examples = try (0..<count).map { try setting.example(at: $0, seed: 0, split: .heldOut) }
        rate = Double(count) / ((ContinuousClock.now - start) / .seconds(1))
        func length(_ text: String, _ position: TextPosition) -> Int {
            tokenizer?.encode(text, addSpecialTokens: position == .start, position: position).count ?? text.utf8.count
        }
        for example in examples {
            prompt.add(length(example.prompt, .start))
            // The end-of-sequence token is part of what the model writes.
            response.add(length(example.response, .continuing) + (tokenizer == nil ? 0 : 1))
            steps.add(try setting.kind.check(prompt: example.prompt, response: example.response).steps)
            answers[example.answer, default: 0] += 1
        }
    }

    /// The share of answers equal to the most common one; nil if the prompt gives the answer and asks for an
    /// expression.
    private var chance: Double? {
        guard !isCountdown, let commonest = answers.values.max() else { return nil }
        return Double(commonest) / Double(prompt.count)
    }

    static func lines(_ measures: [SettingMeasure], _ terminal: Terminal) -> [String] {
        var table = Table([
            .init(title: "setting"), .init(title: "prompt", isNumeric: true), .init(title: "response", isNumeric: true),
            .init(title: "steps", isNumeric: true), .init(title: "chance", isNumeric: true),
            .init(title: "examples/s", isNumeric: true),
        ])
        for measure in measures {
            table.add([
                measure.name, measure.prompt.text, measure.response.text, measure.steps.text,
                measure.chance.map { Figures.brief($0) } ?? "–", Figures.brief(measure.rate),
            ])
        }
        return table.lines(terminal)
    }

    var json: JSONValue {
        .fields([
            "setting": .string(name), "prompt": prompt.json, "response": response.json, "steps": steps.json,
            "chance": chance.map { .number($0) }, "examples_per_second": .number(rate),
        ])
    }
}
