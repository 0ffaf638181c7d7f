/// A task with all its knobs set: what `graph-long` or `graph:need=3-5,modulus=23` stands for.
public enum TaskSetting: Sendable, Hashable {
    case chain(ChainSetting)
    case countdown(CountdownSetting)
    case graph(GraphSetting)

    public var kind: TaskKind {
        switch self {
        case .chain: .chain
        case .countdown: .countdown
        case .graph: .graph
        }
    }

    /// Reads knobs given by name; those not given have their standard values.
    ///
    /// - Throws: `TaskError` with all problems at once.
    public init(_ kind: TaskKind, knobs: [String: String] = [:]) throws(TaskError) {
        var reader = KnobReader(knobs)
        self.init(kind, &reader)
        reader.refuseUnknown()
        guard reader.problems.isEmpty else {
            throw TaskError(
                "the task \(kind.rawValue) cannot be set so:\n"
                    + reader.problems.map { "  \($0)" }.joined(separator: "\n"))
        }
    }

    private init(_ kind: TaskKind, _ reader: inout KnobReader) {
        switch kind {
        case .chain: self = .chain(ChainSetting(&reader))
        case .countdown: self = .countdown(CountdownSetting(&reader))
        case .graph: self = .graph(GraphSetting(&reader))
        }
    }

    /// The knobs of a task with their standard values.
    public static func knobs(of kind: TaskKind) -> [Knob] {
        var reader = KnobReader([:])
        _ = TaskSetting(kind, &reader)
        return reader.knobs
    }

    // MARK: Examples

    /// Attempts at one example before the setting counts as impossible: where one in a thousand is good, all fail
    /// with a probability of e^-65.
    private static let maximumAttempts: UInt32 = 65_536

    /// Example `index` of a seed: always the same one, whatever was generated before.
    ///
    /// Attempts are numbered; the first one that meets the setting and whose prompt belongs to `split` is taken.
    ///
    /// - Parameter index: At least 0.
    /// - Throws: `TaskError` where the setting asks for what cannot be, or has too few prompts to hold some out.
    public func example(at index: Int, seed: UInt64, split: DataSplit) throws(TaskError) -> TaskExample {
        precondition(index >= 0, "there is no example \(index)")
        for attempt in 0..<Self.maximumAttempts {
            var draws = Draws(seed: seed, index: UInt64(index), attempt: attempt)
            if let example = example(&draws), DataSplit(of: example.prompt) == split { return example }
        }
        throw TaskError(
            "\(self): \(Self.maximumAttempts) attempts gave no \(split.rawValue) example. "
                + "Loosen the knobs: they contradict each other, or leave too few different prompts.")
    }

    private func example(_ draws: inout Draws) -> TaskExample? {
        switch self {
        case .chain(let setting): ChainProblem(setting, &draws)?.example
        case .countdown(let setting): setting.example(&draws)
        case .graph(let setting): setting.example(&draws)
        }
    }

    /// Texts that a tokenizer for this task should have as one token each: numbers, names, marks, the blank line.
    public var vocabulary: [String] {
        let numbers: ClosedRange<Int>
        var texts = ["\n\n", "\n", "\\boxed{", "}"]
        switch self {
        case .chain(let setting):
            numbers = 0...setting.largestNumber
            texts += ["%", ";", "?", "=", "+", "-", "*"]
        case .countdown(let setting):
            numbers = 0...setting.limit
            texts += [";", "=", "?", "!", "(", ")", "+", "-", "*", "/"]
        case .graph(let setting):
            numbers = 0...setting.modulus
            texts += ["%", ";", "?", "=", "+", "-", "*"]
            texts += (0..<setting.names).flatMap { [GraphName($0).definition, GraphName($0).value] }
        }
        // Larger numbers are written digit by digit: a token for each of ten thousand would never be learned.
        return texts + numbers.prefix(1000).map { String($0) }
    }
}
