internal import Basics

/// How responses are sampled.
public struct RolloutSpecification: Sendable, Equatable {
    public var groupSize = 8
    public var maxTokens = 512
    public var temperature = 1.0
    public var topP = 1.0
    public var topK = 0
    public var minP = 0.0
    public var stop: [String] = []

    public init() {}
}

extension RolloutSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "group_size", \.groupSize, .whole(2...ResponseLimits.count.upperBound), .releasedCode,
                kinds: .reinforced,
                "Responses drawn for each prompt; of trees, those that begin at the prompt (the paper's G)."),
            .value(
                "max_tokens", \.maxTokens, .whole(1...1_048_576), .program, kinds: .reinforced,
                "Longest response in tokens."),
            .value(
                "temperature", \.temperature, .number(0...100, excludesLowerBound: true), .paper, kinds: .reinforced,
                "Divides the logits before a token is drawn."),
            .value(
                "top_p", \.topP, .number(0...1, excludesLowerBound: true), .releasedCode, kinds: .reinforced,
                "Draw from the smallest set of tokens with this probability."),
            .value(
                "top_k", \.topK, .whole(0...1_000_000), .releasedCode, kinds: .reinforced,
                "Draw from this many most probable tokens; 0 from all."),
            .value(
                "min_p", \.minP, .number(0...1), .convention, kinds: .reinforced,
                "Draw from tokens this fraction as probable as the best."),
            .value(
                "stop", \.stop, .texts(count: 16, limit: 256), .convention, kinds: .reinforced,
                "Texts that end a response."),
        ]
    }
}

/// Which groups of responses are learnt from.
public struct SamplingSpecification: Sendable, Equatable {
    public var dynamic = false
    public var maxRounds = 10

    public init() {}
}

extension SamplingSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "dynamic", \.dynamic, .flag, .convention, kinds: .grouped,
                "Replace groups whose responses all have the same reward by groups of further prompts (DAPO)."),
            .value(
                "max_rounds", \.maxRounds, .whole(1...1000), .convention, kinds: .grouped,
                "Rounds of further prompts in one step; then the step goes on with the groups it has."),
        ]
    }
}
