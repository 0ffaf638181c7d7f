/// A kind of job: what it does to its policy.
///
/// Each kind is declared in a file next to this one: the records it processes, what it does with them, and its
/// defaults. Fields, checks and messages follow from that. The other half of a kind is its program, listed in
/// `TrainingPrograms`.
public struct JobKind: SpecificationChoice, Hashable, CustomStringConvertible {
    /// Its name, as used in specifications.
    public let rawValue: String
    /// What it does, shown after its name in the description of the field `kind`.
    let meaning: String
    /// The records it processes.
    public let records: JobRecords
    private let traits: Set<JobTrait>
    /// Sets the defaults that differ from those common to all kinds.
    let setDefaults: @Sendable (inout JobSpecification) -> Void

    init(
        _ name: String, _ meaning: String, records: JobRecords, traits: Set<JobTrait>,
        defaults: @escaping @Sendable (inout JobSpecification) -> Void = { _ in }
    ) {
        rawValue = name
        self.meaning = meaning
        self.records = records
        self.traits = traits
        setDefaults = defaults
    }

    /// All kinds, in the order shown to users.
    public static let allCases: [JobKind] = [
        sft, actionAbstraction, grpo, treerl, attnrl, directAdvantage, warmStart, rewardModel, evaluate,
    ]

    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    public func has(_ trait: JobTrait) -> Bool { traits.contains(trait) }

    public var description: String { rawValue }

    public static func == (first: Self, second: Self) -> Bool { first.rawValue == second.rawValue }
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
