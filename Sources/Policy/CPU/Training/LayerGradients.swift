import Compute
import ModelFiles

/// The gradients of one layer's operations, in the order of `LayerWeights`.
struct LayerGradients {
    let input: SublayerInputGradient
    let queryKeyValue: LinearGradient
    /// Gains of queries' and keys' norms, for policies that have them.
    let headGains: (query: Parameter, key: Parameter)?
    let output: LinearGradient
    let end: SublayerOutputGradient
    let feedForward: LayerFeedForwardGradient
}

/// Finds the parameters behind a policy's operations, as `WeightReader` finds their weights.
struct GradientFinder {
    let weights: CPUWeights
    let parameters: CPUParameters
    let d: GradientWorkspace
    private let plans: [LayerPlan]

    init(weights: CPUWeights, parameters: CPUParameters, d: GradientWorkspace) {
        (self.weights, self.parameters, self.d) = (weights, parameters, d)
        plans = weights.configuration.layerPlans
    }

    func layer(_ index: Int) -> LayerGradients {
        let layer = weights.layers[index], plan = plans[index]
        return LayerGradients(
            input: input(layer.input, index, plan.norms.beforeAttention),
            queryKeyValue: plan.fusesProjections
                ? linear(d.queryKeyValueTransposed, index, (.queryKeyValueWeight, .queryBias))
                : linear(
                    d.queryKeyValueTransposed, index, (.queryWeight, .queryBias), (.keyWeight, .keyBias),
                    (.valueWeight, .valueBias)),
            headGains: parameters.optional(.layer(index, .queryNorm)).map {
                ($0, parameters[.layer(index, .keyNorm)])
            },
            output: linear(d.outputTransposed, index, (.outputWeight, .outputBias)),
            end: end(layer.end, index, plan.norms.afterAttention),
            feedForward: feedForward(index, layer.feedForward, plan))
    }

    private func feedForward(
        _ index: Int, _ feedForward: LayerFeedForward, _ plan: LayerPlan
    ) -> LayerFeedForwardGradient {
        switch feedForward {
        case .dense(let dense):
            return .dense(
                FeedForwardGradient(
                    activation: dense.activation, input: input(dense.input, index, plan.norms.beforeFeedForward),
                    end: end(dense.end, index, plan.norms.afterFeedForward),
                    gateUp: plan.fusesProjections
                        ? linear(d.gateUpTransposed, index, (.gateUpWeight, .gateBias))
                        : linear(d.gateUpTransposed, index, (.gateWeight, .gateBias), (.upWeight, .upBias)),
                    down: linear(d.downTransposed, index, (.downWeight, .downBias))))
        case .experts(let mixture):
            guard let space = d.experts else { preconditionFailure("no space for the gradients of experts") }
            func product(_ transposed: PackedMatrix, _ expert: Int, _ weights: ExpertWeight...) -> LinearGradient {
                let names = weights.map { WeightName.expert(layer: index, expert, $0) }
                return LinearGradient(
                    parts: names.map { LinearGradient.Part(weight: parameters[$0], bias: nil) }, transposed: transposed)
            }
            return .experts(
                MixtureGradient(
                    mixture: mixture, input: input(mixture.input, index, plan.norms.beforeFeedForward),
                    router: LinearGradient(
                        parts: [LinearGradient.Part(weight: parameters[.layer(index, .routerWeight)], bias: nil)],
                        transposed: space.routerTransposed),
                    experts: mixture.experts.indices.map {
                        ExpertGradient(
                            gateUp: product(space.gateUpTransposed, $0, .gateWeight, .upWeight),
                            down: product(space.downTransposed, $0, .downWeight))
                    }))
        }
    }

    private func linear(
        _ transposed: PackedMatrix, _ index: Int, _ parts: (LayerWeight, LayerWeight)...
    ) -> LinearGradient {
        let parts = parts.map { weight, bias in
            LinearGradient.Part(
                weight: parameters[.layer(index, weight)], bias: parameters.optional(.layer(index, bias)))
        }
        return LinearGradient(parts: parts, transposed: transposed)
    }

    private func input(_ input: SublayerInput, _ index: Int, _ weight: LayerWeight?) -> SublayerInputGradient {
        SublayerInputGradient(input: input, norm: optionalNorm(input.norm, index, weight))
    }

    private func end(_ end: SublayerOutput, _ index: Int, _ weight: LayerWeight?) -> SublayerOutputGradient {
        SublayerOutputGradient(norm: optionalNorm(end.norm, index, weight))
    }

    func norm(_ norm: RMSNorm, _ name: WeightName) -> RMSNormGradient {
        RMSNormGradient(norm: norm, gain: parameters[name], groupSums: d.dGains)
    }

    private func optionalNorm(_ norm: RMSNorm?, _ index: Int, _ weight: LayerWeight?) -> RMSNormGradient? {
        guard let norm, let weight else { return nil }
        return self.norm(norm, .layer(index, weight))
    }

    /// The gradient of the output projection, which may be the embedding.
    var head: LinearGradient {
        let weight = parameters.optional(.output) ?? parameters[.embedding]
        return LinearGradient(parts: [LinearGradient.Part(weight: weight, bias: nil)], transposed: d.headTransposed)
    }
}
