public import Influence

/// Latent thinks before the steps of given responses.
public struct AbstractionSpecification: Sendable, Equatable {
    public var penalty = 0.05
    public var groupSize = 4
    public var maxLatentTokens = 8
    public var explore = 0.25
    public var thinkOpen = "# "
    public var thinkClose = "\n"
    public var expectationSteps = 1
    public var maximisationSteps = 1
    public var temperature = 1.0
    public var separator = SeparatorName.auto
    public var separatorText = ""

    /// Whether there are thinks at all.
    public var thinks: Bool { maxLatentTokens > 0 }

    public init() {}
}

extension AbstractionSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "penalty", \.penalty, .number(0...1000), .paper, kinds: .abstracting,
                "c: what a think costs, in nats of the step behind it."),
            .value(
                "group_size", \.groupSize, .whole(2...256), .program, kinds: .abstracting,
                "Decisions drawn before each step, to think or to act; their rewards are compared."),
            .value(
                "max_latent_tokens", \.maxLatentTokens, .whole(0...1024), .program, kinds: .abstracting,
                "Longest think in tokens, without its marks. 0: no thinks, which is plain next-token training."),
            .value(
                "explore", \.explore, .number(0...1), .program, kinds: .abstracting,
                "Share of decisions, but for the first of a group, that think whatever the policy would do. Without it, a "
                    + "policy that never writes the mark never comes to it."),
            .value(
                "think_open", \.thinkOpen, .text(limit: 64), .paper, kinds: .abstracting,
                "Text that begins a think."),
            .value(
                "think_close", \.thinkClose, .text(limit: 64), .paper, kinds: .abstracting,
                "Text that ends a think."),
            .value(
                "e_steps", \.expectationSteps, .whole(0...1_000_000), .program, kinds: .abstracting,
                "Steps in a row that learn which thinks help, by their rewards."),
            .value(
                "m_steps", \.maximisationSteps, .whole(1...1_000_000), .program, kinds: .abstracting,
                "Steps in a row behind these that learn the responses with the thinks that were drawn."),
            .value(
                "temperature", \.temperature, .number(0...100, excludesLowerBound: true), .convention,
                kinds: .abstracting,
                "Divides the logits before a think's tokens are drawn. Whether to think is drawn without it."),
            .value(
                "separator", \.separator, .choice, .program, kinds: .abstracting,
                "Where steps end: `auto` at blank lines, or at newlines if none separates anything, or else after every "
                    + "token."),
            .value(
                "separator_text", \.separatorText, .text(limit: StepSeparator.longestText), .program,
                kinds: .abstracting, "The text of the separator `text`."),
        ]
    }
}
