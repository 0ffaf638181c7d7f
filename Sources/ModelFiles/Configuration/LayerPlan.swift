/// What one layer computes. Together with its weights (`LayerWeight.exists`), this is all that distinguishes families:
/// passes follow plans and know no families.
///
/// With x the residual stream, f attention or the feed-forward:  x += n_after(f(n_before(x))), where either norm may be
/// missing.
package struct LayerPlan: Hashable {
    /// How heads are rotated by position.
    package struct Rotary: Hashable {
        /// The numbers of a head that are rotated, from its first on, even; 0 if the layer rotates nothing.
        package let size: Int
        package let theta: Double
        package let scaling: PolicyConfiguration.RotaryScaling
        /// The longest sequence there will be, which decides between factors of LongRoPE.
        package let contextLength: Int

        package init(size: Int, theta: Double, scaling: PolicyConfiguration.RotaryScaling, contextLength: Int = 0) {
            self.size = size
            self.theta = theta
            self.scaling = scaling
            self.contextLength = contextLength
        }
    }

    /// The gains of the norms of the residual stream; nil where there is none.
    package struct Norms: Hashable {
        package let beforeAttention: LayerWeight?
        package let afterAttention: LayerWeight?
        package let beforeFeedForward: LayerWeight?
        package let afterFeedForward: LayerWeight?

        package var all: [LayerWeight] {
            [beforeAttention, afterAttention, beforeFeedForward, afterFeedForward].compactMap { $0 }
        }
    }

    /// Which queries and keys are normalised before rotation.
    package enum QueryKeyNorm { case none, heads, together }

    package let norms: Norms
    /// What is added to a norm's weight to make its gain: 0 or 1.
    package let gainOffset: Float
    package let rotary: Rotary
    package let queryKeyNorm: QueryKeyNorm
    /// The factor applied to scores before softmax: 1 / sqrt(D), unless the family says otherwise.
    package let attentionScale: Float
    /// The most tokens that one attends to, itself among them; 0 for all.
    package let window: Int
    package let activation: PolicyConfiguration.Activation
    /// The experts of the layer; nil if it has one feed-forward.
    package let experts: PolicyConfiguration.Experts?
    package let hasQueryKeyValueBias: Bool
    package let hasOutputBias: Bool
    package let hasFeedForwardBias: Bool
    /// Whether queries, keys and values, and gate and up, are one tensor each.
    package let fusesProjections: Bool
}

extension PolicyConfiguration {
    /// The plan of every layer.
    package var layerPlans: [LayerPlan] { (0..<layerCount).map(layerPlan) }

    private func layerPlan(_ index: Int) -> LayerPlan {
        LayerPlan(
            norms: normPlacement.norms, gainOffset: normGainsAddOne ? 1 : 0, rotary: rotary(ofLayer: index),
            queryKeyNorm: !hasQKNorm ? .none : normalisesHeadsTogether ? .together : .heads,
            attentionScale: Float(1 / (attentionScalar ?? Double(headSize)).squareRoot()),
            window: window(ofLayer: index), activation: activation,
            experts: experts.flatMap { $0.layers.contains(index) ? $0 : nil }, hasQueryKeyValueBias: hasQKVBias,
            hasOutputBias: hasOutputBias, hasFeedForwardBias: hasFeedForwardBias, fusesProjections: fusesProjections)
    }

    private func rotary(ofLayer index: Int) -> LayerPlan.Rotary {
        if unrotatedLayers.contains(index) {
            return LayerPlan.Rotary(size: 0, theta: rotaryTheta, scaling: .none)
        }
        let size = rotatedSize ?? headSize
        if let theta = windowRotaryTheta, window?.layers.contains(index) == true {
            return LayerPlan.Rotary(size: size, theta: theta, scaling: .none)
        }
        return LayerPlan.Rotary(
            size: size, theta: rotaryTheta, scaling: rotaryScaling, contextLength: contextLength)
    }

    /// A window as long as the context limits nothing.
    private func window(ofLayer index: Int) -> Int {
        guard let window, window.layers.contains(index), window.size < contextLength else { return 0 }
        return window.size
    }
}

extension PolicyConfiguration.NormPlacement {
    /// Transformers' names: `post_attention_layernorm` comes before the feed-forward where nothing is normalised after
    /// attention.
    fileprivate var norms: LayerPlan.Norms {
        switch self {
        case .before:
            LayerPlan.Norms(
                beforeAttention: .inputNorm, afterAttention: nil, beforeFeedForward: .postAttentionNorm,
                afterFeedForward: nil)
        case .after:
            LayerPlan.Norms(
                beforeAttention: nil, afterAttention: .postAttentionNorm, beforeFeedForward: nil,
                afterFeedForward: .postFeedForwardNorm)
        case .around:
            LayerPlan.Norms(
                beforeAttention: .inputNorm, afterAttention: .postAttentionNorm,
                beforeFeedForward: .preFeedForwardNorm, afterFeedForward: .postFeedForwardNorm)
        }
    }
}
