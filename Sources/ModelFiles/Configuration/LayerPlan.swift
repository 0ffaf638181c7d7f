/// What one layer computes. Together with its weights (`LayerWeight.exists`), this is all that distinguishes families:
/// passes follow plans and know no families.
///
/// In every supported family, norms come before attention and before the feed-forward, and attention sees all earlier
/// tokens; a family that differs will need a field here.
package struct LayerPlan: Hashable {
    /// The gate of the feed-forward's up projection.
    package enum Activation { case silu }

    /// How heads are rotated by position.
    package struct Rotary: Hashable {
        package let headSize: Int
        package let theta: Double
        package let scaling: PolicyConfiguration.RotaryScaling
    }

    package let rotary: Rotary
    /// Whether each query and key head is normalised before rotation.
    package let normalisesHeads: Bool
    /// The factor applied to scores before softmax: 1 / sqrt(D).
    package let attentionScale: Float
    package let activation: Activation
    package let hasQueryKeyValueBias: Bool
    package let hasOutputBias: Bool
    package let hasFeedForwardBias: Bool
}

extension PolicyConfiguration {
    /// The plan of every layer; in all supported families, layers are alike.
    package var layerPlans: [LayerPlan] {
        let plan = LayerPlan(
            rotary: LayerPlan.Rotary(headSize: headSize, theta: rotaryTheta, scaling: rotaryScaling),
            normalisesHeads: hasQKNorm, attentionScale: 1 / Float(headSize).squareRoot(), activation: .silu,
            hasQueryKeyValueBias: hasQKVBias, hasOutputBias: hasOutputBias, hasFeedForwardBias: hasFeedForwardBias)
        return Array(repeating: plan, count: layerCount)
    }
}
