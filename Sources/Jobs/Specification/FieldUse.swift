internal import Influence
internal import Rewards

/// What has to be chosen in other fields for a field to count.
///
/// It stands with the field. That a value is refused where nothing reads it, what its description says of it, and its line of
/// docs/jobs.md follow from it.
struct FieldUse: Sendable {
    /// What one field has to be.
    struct Choice: Sendable {
        let path: String
        /// Of which it has to have one; none for a field that has to be set.
        let values: [String]
        let isMade: @Sendable (JobSpecification) -> Bool

        func text(quote: String) -> String {
            guard let last = values.last else { return "\(quote)\(path)\(quote)" }
            let names = values.count > 1 ? values.dropLast().joined(separator: ", ") + " or " + last : last
            return "\(quote)\(path)\(quote) \(names)"
        }
    }

    /// Any of these will do, each with all of its choices.
    let ways: [[Choice]]

    func isMet(by specification: JobSpecification) -> Bool {
        ways.contains { $0.allSatisfy { $0.isMade(specification) } }
    }

    /// The fields that it depends on.
    var paths: Set<String> { Set(ways.joined().map(\.path)) }

    /// As in "It counts only with branching.strategy latr".
    ///
    /// - Parameter quote: Put around names of fields.
    func text(quote: String = "") -> String {
        ways.map { $0.map { $0.text(quote: quote) }.joined(separator: " and ") }.joined(separator: ", or with ")
    }

    static func || (one: Self, other: Self) -> Self { Self(ways: one.ways + other.ways) }

    static func && (one: Self, other: Self) -> Self {
        Self(ways: one.ways.flatMap { way in other.ways.map { way + $0 } })
    }
}

/// A property that a use asks.
typealias AskedProperty<Value> = any KeyPath<JobSpecification, Value> & Sendable

extension FieldUse {
    private init(_ path: String, _ values: [String], _ isMade: @escaping @Sendable (JobSpecification) -> Bool) {
        ways = [[Choice(path: path, values: values, isMade: isMade)]]
    }

    /// A field has one of some values.
    static func choice<Value: SpecificationChoice>(
        _ path: String, _ property: AskedProperty<Value>, _ values: [Value]
    ) -> Self {
        Self(path, values.map(\.rawValue)) { values.contains($0[keyPath: property]) }
    }

    /// A list has a value.
    static func listed<Value: SpecificationChoice>(
        _ path: String, _ property: AskedProperty<[Value]>, _ value: Value
    ) -> Self {
        Self(path, [value.rawValue]) { $0[keyPath: property].contains(value) }
    }

    /// A flag is true.
    static func flag(_ path: String, _ property: AskedProperty<Bool>) -> Self {
        Self(path, ["true"]) { $0[keyPath: property] }
    }

    /// A number is above 0.
    static func positive(_ path: String, _ property: AskedProperty<Int>) -> Self {
        Self(path, ["above 0"]) { $0[keyPath: property] > 0 }
    }

    /// A field is set.
    static func set<Value>(_ path: String, _ property: AskedProperty<Value?>) -> Self {
        Self(path, []) { $0[keyPath: property] != nil }
    }

    /// The job is of one of some kinds.
    static func kind(_ kinds: Set<JobKind>) -> Self {
        Self("kind", JobKind.allCases.filter(kinds.contains).map(\.rawValue)) { kinds.contains($0.kind) }
    }
}

// Those that several fields have.
extension FieldUse {
    static func loss(_ kinds: LossSpecification.Kind...) -> Self { choice("loss.kind", \.loss.kind, kinds) }

    /// With any loss but that of pairs, which counts whole responses and no token.
    static let lossOfTokens = choice(
        "loss.kind", \.loss.kind, LossSpecification.Kind.allCases.filter { $0 != .dpo })

    static func strategy(where isMeant: (BranchStrategy) -> Bool) -> Self {
        choice("branching.strategy", \.branching.strategy, BranchStrategy.allCases.filter(isMeant))
    }

    static let latr = strategy { $0 == .latr }

    static func reward(_ kinds: RewardKind...) -> Self { choice("reward.kind", \.reward.kind, kinds) }

    /// With any reward that calls responses right or wrong.
    static let rewardWithVerdicts = choice(
        "reward.kind", \.reward.kind, RewardKind.allCases.filter { $0 != .learned })

    static func allocation(where isMeant: (RolloutSpecification.Allocation) -> Bool) -> Self {
        choice("rollout.allocation", \.rollout.allocation, RolloutSpecification.Allocation.allCases.filter(isMeant))
    }

    static let drawnPrompts = choice("sampling.prompts", \.sampling.prompts, [.cures])

    /// With what goes by how often each prompt is solved.
    static let posteriors = drawnPrompts || allocation(where: \.usesPosteriors)
}

/// A value that nothing reads.
struct UnusedValue {
    let path: String
    let value: String
    let use: FieldUse

    /// The values of a section that differ from their defaults though nothing reads them.
    static func all<Section: SpecificationSection>(
        in section: Section, besides defaults: Section, of specification: JobSpecification, prefix: String = ""
    ) -> [UnusedValue] {
        Section.fields.flatMap { field -> [UnusedValue] in
            switch field.content {
            case .section(let nested): return nested.unused(section, defaults, specification, prefix + field.name + ".")
            case .value(let value):
                guard let use = value.use, value.kinds.contains(specification.kind), !use.isMet(by: specification)
                else { return [] }
                let written = value.write(section)
                guard written != value.write(defaults) else { return [] }
                return [UnusedValue(path: prefix + field.name, value: written?.excerpt ?? "", use: use)]
            }
        }
    }
}

extension JobSpecification {
    /// Adds values that nothing reads, by what their fields say of it.
    func addUnused(to problems: inout SpecificationProblems) {
        for unused in UnusedValue.all(in: self, besides: JobSpecification(kind: kind), of: self)
        // What is wrong with the other field comes first.
        where !problems.mentions(unused.path) && !unused.use.paths.contains(where: problems.mentions) {
            problems.add(
                unused.path, value: unused.value,
                "It counts only with \(unused.use.text()). Remove it, or set that.")
        }
    }
}
