/// A task with all its knobs set: the meaning of `graph-long` or `graph:need=3-5,modulus=23`.
public enum TaskSetting: Sendable, Hashable {
    case chain(ChainSetting)
    case countdown(CountdownSetting)
    case graph(GraphSetting)
    case words(WordsSetting)

    public var kind: TaskKind {
        switch self {
        case .chain: .chain
        case .countdown: .countdown
        case .graph: .graph
        case .words: .words
        }
    }

    /// Reads knobs given by name; others have their standard values.
    ///
    /// - Throws: `TaskError` listing all problems.
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
        case .words: self = .words(WordsSetting(&reader))
        }
    }

    /// The knobs of a task with their standard values.
    public static func knobs(of kind: TaskKind) -> [Knob] {
        var reader = KnobReader([:])
        _ = TaskSetting(kind, &reader)
        return reader.knobs
    }

    // MARK: Examples

    /// Attempts at one example before the setting counts as impossible: if one attempt in a thousand succeeds, the
    /// probability that all fail is e^-65.
    private static let maximumAttempts: UInt32 = 65_536

    /// Example `index` for a seed: always the same one, whatever was generated before.
    ///
    /// Attempts are numbered; the first one that meets the setting and whose prompt belongs to `split` is used.
    ///
    /// - Parameter index: Must be at least 0.
    /// - Throws: `TaskError` if the setting is impossible, or has too few prompts to hold some out.
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
        case .words(let setting): setting.example(&draws)
        }
    }

    /// Texts that should be single tokens in a tokenizer for this task: numbers, names, marks, the blank line.
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
        case .words(let setting):
            numbers = 0...setting.largestNumber
            texts += [".", "?", "=", "+", "-", "*", "/", " ", ":"]
            if setting.isShuffled {
                texts += WordsProblem.people + WordsProblem.allThings + WordsProblem.listPhrases
                break
            }
            texts += [" =", " +", " -", " *", " /"]
            let words = WordsProblem.people + WordsProblem.allThings + WordsProblem.Wording.words
            texts += words.flatMap { [$0, " " + $0] }
            texts += (0...min(setting.largestNumber, 999)).map { " \($0)" }
        }
        // Larger numbers are written digit by digit: tokens for all of ten thousand would never be learned.
        return texts + numbers.prefix(1000).map { String($0) }
    }
}
