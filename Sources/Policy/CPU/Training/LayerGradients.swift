import Compute
import ModelFiles

/// The gradients of one layer's operations, in the order of `LayerWeights`.
struct LayerGradients {
    let inputNorm: RMSNormGradient
    let queryKeyValue: LinearGradient
    /// Gains of query and key heads' norms, for policies that have them.
    let headGains: (query: Parameter, key: Parameter)?
    let output: LinearGradient
    let feedForward: FeedForwardGradient
}

/// Finds the parameters behind a policy's operations, as `WeightReader` finds their weights.
struct GradientFinder {
    let weights: CPUWeights
    let parameters: CPUParameters
    let d: GradientWorkspace

    func layer(_ index: Int) -> LayerGradients {
        let layer = weights.layers[index]
        func name(_ weight: LayerWeight) -> WeightName { .layer(index, weight) }
        func linear(_ transposed: PackedMatrix, _ parts: (LayerWeight, LayerWeight)...) -> LinearGradient {
            let parts = parts.map { weight, bias in
                LinearGradient.Part(weight: parameters[name(weight)], bias: parameters.optional(name(bias)))
            }
            return LinearGradient(parts: parts, transposed: transposed)
        }
        return LayerGradients(
            inputNorm: norm(layer.inputNorm, name(.inputNorm)),
            queryKeyValue: linear(
                d.queryKeyValueTransposed, (.queryWeight, .queryBias), (.keyWeight, .keyBias),
                (.valueWeight, .valueBias)),
            headGains: parameters.optional(name(.queryNorm)).map { ($0, parameters[name(.keyNorm)]) },
            output: linear(d.outputTransposed, (.outputWeight, .outputBias)),
            feedForward: FeedForwardGradient(
                activation: layer.feedForward.activation,
                norm: norm(layer.feedForward.norm, name(.postAttentionNorm)),
                gateUp: linear(d.gateUpTransposed, (.gateWeight, .gateBias), (.upWeight, .upBias)),
                down: linear(d.downTransposed, (.downWeight, .downBias))))
    }

    func norm(_ norm: RMSNorm, _ name: WeightName) -> RMSNormGradient {
        RMSNormGradient(norm: norm, gain: parameters[name], groupSums: d.dGains)
    }

    /// The gradient of the output projection, which may be the embedding.
    var head: LinearGradient {
        let weight = parameters.optional(.output) ?? parameters[.embedding]
        return LinearGradient(parts: [LinearGradient.Part(weight: weight, bias: nil)], transposed: d.headTransposed)
    }
}
