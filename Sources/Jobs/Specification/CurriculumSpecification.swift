internal import Basics

/// How prompts that are too hard become learnable.
public struct CurriculumSpecification: Sendable, Equatable {
    public enum Kind: String, SpecificationChoice {
        /// They do not.
        case none
        /// Prompts that are always failed come with the beginning of their solution.
        case hintScaffold = "hint_scaffold"
    }

    /// What becomes of prompts that are not too hard.
    public enum Others: String, SpecificationChoice {
        /// Take them as they are.
        case keep
        /// Leave them out.
        case drop
    }

    public var kind = Kind.none
    public var blocks = 4
    public var attempts = 20
    public var pool: Int?
    public var others = Others.keep

    public init() {}
}

extension CurriculumSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        let scaffold = FieldUse.choice("curriculum.kind", \.curriculum.kind, [.hintScaffold])
        return [
            .value(
                "kind", \.kind, .choice, .program, kinds: .rewarded,
                "`hint_scaffold` gives prompts that the policy always fails with the beginning of their solution, the record's "
                    + "response; `none` gives prompts as they are."),
            .value(
                "blocks", \.blocks, .whole(2...64), .paper, kinds: .rewarded, onlyWith: scaffold,
                "Blocks that a solution is cut into; hints have 0 to one less of them."),
            .value(
                "attempts", \.attempts, .whole(1...ResponseLimits.count.upperBound), .paper, kinds: .rewarded,
                onlyWith: scaffold,
                "Responses that tell whether a prompt is always failed; they are not learnt from."),
            .value(
                "pool", \.pool, .optional(.whole(1...1_000_000)), .program, kinds: .rewarded, onlyWith: scaffold,
                "Records that are tried at a time. Not set: 2 `batch.prompts_per_step`; never more than the data has."),
            .value(
                "others", \.others, .choice, .program, kinds: .rewarded, onlyWith: scaffold,
                "Prompts that are not always failed: `keep` takes them as they are, `drop` leaves them out, as the paper's "
                    + "second stage does."),
        ]
    }
}
