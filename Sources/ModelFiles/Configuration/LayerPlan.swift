/// What one layer computes. With the weights it has (`LayerWeight.exists`) this is all that tells one family from another:
/// passes follow plans and know no families.
///
/// Norms stand before attention and before the feed-forward in every family there is, and attention sees all tokens before
/// its own; a plan says so when one differs.
package struct LayerPlan: Hashable {
    /// What gates the feed-forward's up projection.
    package enum Activation { case silu }

    /// How heads are turned by their positions.
    package struct Rotary: Hashable {
        package let headSize: Int
        package let theta: Double
        package let scaling: PolicyConfiguration.RotaryScaling
    }

    package let rotary: Rotary
    /// Whether each query and key head is normalised before it is turned.
    package let normalisesHeads: Bool
    /// What scores are multiplied with before their softmax: 1 / sqrt(D).
    package let attentionScale: Float
    package let activation: Activation
    package let hasQueryKeyValueBias: Bool
    package let hasOutputBias: Bool
    package let hasFeedForwardBias: Bool
}

extension PolicyConfiguration {
    /// The plan of every layer; those there are have layers that are all alike.
    package var layerPlans: [LayerPlan] {
        let plan = LayerPlan(
            rotary: LayerPlan.Rotary(headSize: headSize, theta: rotaryTheta, scaling: rotaryScaling),
            normalisesHeads: hasQKNorm, attentionScale: 1 / Float(headSize).squareRoot(), activation: .silu,
            hasQueryKeyValueBias: hasQKVBias, hasOutputBias: hasOutputBias, hasFeedForwardBias: hasFeedForwardBias)
        return Array(repeating: plan, count: layerCount)
    }
}
