/// The results of an evaluation: means over prompts, each with a margin.
///
/// One definition for `attnrl eval`, evaluations during training and evaluation jobs. A metric with nothing to count is
/// omitted: a prompt without any judged response says nothing about accuracy.
public struct EvaluationFigures: Sendable {
    public struct Figure: Sendable, Equatable {
        /// For people.
        public let name: String
        /// For programs.
        public let key: String
        public let value: Double
        /// As in `PassRate.mean`; nil if there is none.
        public let margin: Double?
        /// Whether it is a share, 0 to 1.
        public let isShare: Bool
    }

    public private(set) var figures: [Figure] = []
    /// Pass at the number of responses drawn for each prompt; nil if no prompt has that many judged ones.
    public private(set) var passAtSamples: Double?

    /// - Parameters:
    ///   - tallies: One per prompt.
    ///   - samples: The number of responses drawn for each.
    public init(_ tallies: [PromptTally], samples: Int) {
        add("accuracy", "accuracy", tallies) { Self.ratio($0.correct, $0.judged) }
        var k = 2
        while k <= samples {
            add("pass@\(k)", "pass_at_\(k)", tallies) { Self.pass(at: k, $0) }
            k *= 2
        }
        let last = tallies.compactMap { Self.pass(at: samples, $0) }
        passAtSamples = last.isEmpty ? nil : PassRate.mean(last).mean
        add("right and every step sound", "sound", tallies) { Self.ratio($0.sound, $0.checked) }
        add("steps", "steps", tallies, isShare: false) { Self.ratio($0.steps, $0.checked) }
        add("tokens", "tokens", tallies, isShare: false) { Self.ratio($0.tokens, $0.responses) }
        add("cut by the length limit", "cut", tallies) { Self.ratio($0.cut, $0.responses) }
        add("no answer", "no_answer", tallies) { Self.ratio($0.withoutAnswer, $0.judged) }
        add("undecided", "undecided", tallies) { Self.ratio($0.undecided, $0.judged) }
    }

    private mutating func add(
        _ name: String, _ key: String, _ tallies: [PromptTally], isShare: Bool = true,
        _ value: (PromptTally) -> Double?
    ) {
        let values = tallies.compactMap(value)
        guard !values.isEmpty else { return }
        let (mean, margin) = PassRate.mean(values)
        figures.append(
            Figure(name: name, key: key, value: mean, margin: margin.isFinite ? margin : nil, isShare: isShare))
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }

    private static func pass(at k: Int, _ tally: PromptTally) -> Double? {
        tally.judged >= k ? PassRate.pass(at: k, correct: tally.correct, of: tally.judged) : nil
    }
}
