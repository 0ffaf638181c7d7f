/// Named shapes for new policies.
public enum PolicySize: String, Sendable, CaseIterable {
    /// About 0.2 million parameters: for tests.
    case tiny
    /// About 0.9 million, for sequences of some hundred tokens: the shape of the model that ships.
    case compact
    /// About 4.6 million: large enough to learn the built-in tasks.
    case mini
    /// About 24 million.
    case small
    /// About 0.5 billion, the shape of Qwen2.5-0.5B.
    case half

    /// The configuration of this size in a family; embeddings are tied, biases and norms are the family's.
    public func configuration(family: PolicyConfiguration.Family) -> PolicyConfiguration {
        switch self {
        case .tiny: make(family, width: 64, layers: 4, heads: (4, 2), feedForward: 176, context: 1024)
        // A short rotary base: with a base of 10,000, most of a head's pairs would hardly rotate within a few hundred
        // tokens.
        case .compact:
            make(family, width: 128, layers: 4, heads: (4, 2), feedForward: 384, context: 1024, theta: 100)
        case .mini: make(family, width: 256, layers: 6, heads: (8, 4), feedForward: 704, context: 2048)
        case .small: make(family, width: 512, layers: 8, heads: (8, 4), feedForward: 1408, context: 4096)
        case .half:
            make(
                family, width: 896, layers: 24, heads: (14, 2), feedForward: 4864, context: 32768,
                vocabulary: 151_936, theta: 1e6)
        }
    }

    private func make(
        _ family: PolicyConfiguration.Family, width: Int, layers: Int, heads: (query: Int, keyValue: Int),
        feedForward: Int, context: Int, vocabulary: Int = 512, theta: Double = 10_000
    ) -> PolicyConfiguration {
        let traits = family.traits, headSize = width / heads.query
        return PolicyConfiguration(
            family: family, hiddenSize: width, layerCount: layers, headCount: heads.query,
            keyValueHeadCount: heads.keyValue, headSize: headSize, feedForwardSize: feedForward,
            vocabularySize: vocabulary, contextLength: context, normEpsilon: 1e-6, rotaryTheta: theta,
            rotaryScaling: .none, tiesEmbeddings: true, hasQKVBias: traits.queryKeyValueBias == .always,
            hasOutputBias: false, hasFeedForwardBias: false, hasQKNorm: traits.normalisesHeads,
            normalisesHeadsTogether: traits.normalisesHeadsTogether, normPlacement: traits.normPlacement,
            normGainsAddOne: traits.normGainsAddOne, window: traits.newWindow(layers: layers, context: context),
            unrotatedLayers: traits.leavesOutRotation ? Set(stride(from: 3, to: layers, by: 4)) : [],
            windowRotaryTheta: traits.windowTheta.map { min($0, theta) },
            attentionScalar: traits.attentionScalar.map { _ in Double(headSize) },
            activation: traits.activation.default, scalesEmbeddings: traits.scalesEmbeddings,
            fusesProjections: traits.fusesProjections,
            experts: traits.hasExperts
                ? PolicyConfiguration.Experts(
                    count: 8, perToken: 2, feedForwardSize: feedForward / 4, normalisesWeights: true,
                    layers: Set(0..<layers))
                : nil,
            beginningOfSequence: nil, endOfSequence: [])
    }
}

extension FamilyTraits {
    /// The window of a new policy: a quarter of the context, in families whose point it is.
    fileprivate func newWindow(layers: Int, context: Int) -> PolicyConfiguration.AttentionWindow? {
        guard window == .alternating else { return nil }
        return PolicyConfiguration.AttentionWindow(
            size: context / 4, layers: Set(0..<layers).filter { ($0 + 1) % 6 != 0 })
    }
}
