internal import Compute

/// Tasks drawn by weight, as in a curriculum that mixes easy and hard ones: `0.7*graph-small+0.3*graph-long`.
public struct TaskMixture: Sendable, Hashable {
    public struct Part: Sendable, Hashable {
        /// Relative to the other weights; positive.
        public var weight: Double
        public var setting: TaskSetting

        public init(weight: Double, setting: TaskSetting) {
            self.weight = weight
            self.setting = setting
        }
    }

    public let parts: [Part]

    /// Separates the choice of a part from the draws of an example.
    private static let domain: UInt64 = 0x7461_736B_7300_0002

    /// - Precondition: There is at least one part, and weights are positive and finite.
    public init(_ parts: [Part]) {
        precondition(!parts.isEmpty && parts.allSatisfy { $0.weight > 0 && $0.weight.isFinite }, "weights of \(parts)")
        self.parts = parts
    }

    /// Reads settings joined by `+`, each optionally preceded by a weight and `*`; the default weight is 1.
    public init(_ text: String) throws(TaskError) {
        var parts: [Part] = []
        for entry in text.split(separator: "+", omittingEmptySubsequences: false) {
            let sides = entry.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard let weight = sides.count == 1 ? 1 : Double(sides[0]), weight > 0, weight.isFinite else {
                throw TaskError(
                    "the weight in '\(entry)' is not a positive number. Write 0.7*graph-small+0.3*graph-long.")
            }
            parts.append(Part(weight: weight, setting: try TaskSetting(sides[sides.count - 1])))
        }
        guard parts.reduce(0, { $0 + $1.weight }).isFinite else {
            throw TaskError("the weights in '\(text)' are too large to add up. Write 0.7*graph-small+0.3*graph-long.")
        }
        self.init(parts)
    }

    /// Example `index` for a seed, from a part drawn for that index; see `TaskSetting.example`.
    public func example(
        at index: Int, seed: UInt64, split: DataSplit
    ) throws(TaskError) -> (example: TaskExample, setting: TaskSetting) {
        let setting = self.setting(at: index, seed: seed)
        return (try setting.example(at: index, seed: seed, split: split), setting)
    }

    private func setting(at index: Int, seed: UInt64) -> TaskSetting {
        guard parts.count > 1 else { return parts[0].setting }
        let total = parts.reduce(0) { $0 + $1.weight }
        var rest = total * CounterRandom(seed: seed ^ Self.domain, stream: 0).uniform(at: UInt64(index))
        for part in parts {
            rest -= part.weight
            if rest < 0 { return part.setting }
        }
        return parts[parts.count - 1].setting
    }

    /// All parts' texts for a tokenizer, without duplicates, in order.
    public var vocabulary: [String] {
        var seen: Set<String> = []
        return parts.flatMap(\.setting.vocabulary).filter { seen.insert($0).inserted }
    }
}

extension TaskMixture: CustomStringConvertible {
    public var description: String {
        guard parts.count > 1 else { return "\(parts[0].setting)" }
        return parts.map { "\($0.weight)*\($0.setting)" }.joined(separator: "+")
    }
}
