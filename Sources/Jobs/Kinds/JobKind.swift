/// A kind of job: what it does to its policy.
///
/// What sets a kind apart is declared with it, in a file of its own beside this one: what it goes through, what it does
/// with that, and defaults. Fields, checks and messages follow. The other half of a kind is its program, which
/// `TrainingPrograms` lists.
public struct JobKind: SpecificationChoice, Hashable, CustomStringConvertible {
    /// Its name, as specifications have it.
    public let rawValue: String
    /// What it does, behind its name in the description of the field `kind`.
    let meaning: String
    /// What it goes through.
    public let records: JobRecords
    private let traits: Set<JobTrait>
    /// Sets the defaults that are not those of every kind.
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

    /// Every kind, in the order in which people are told of them.
    public static let allCases: [JobKind] = [sft, grpo, treerl, attnrl, evaluate]

    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    public func has(_ trait: JobTrait) -> Bool { traits.contains(trait) }

    public var description: String { rawValue }

    public static func == (first: Self, second: Self) -> Bool { first.rawValue == second.rawValue }
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
