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

/// What a pass computes gradients for.
enum TrainedSet {
    case weights(CPUParameters)
    /// An adapter, and the same in packed form.
    case adapter(CPUAdapterParameters, CPUAdapter)
}

/// Finds the parameters behind a policy's operations, as `WeightReader` finds their weights.
struct GradientFinder {
    let weights: CPUWeights
    let trained: TrainedSet
    let d: GradientWorkspace
    private let plans: [LayerPlan]

    init(weights: CPUWeights, trained: TrainedSet, d: GradientWorkspace) {
        (self.weights, self.trained, self.d) = (weights, trained, d)
        plans = weights.configuration.layerPlans
    }

    /// The policy's parameters, if they are trained.
    private var parameters: CPUParameters? {
        if case .weights(let parameters) = trained { parameters } else { nil }
    }

    func layer(_ index: Int) -> LayerGradients {
        let layer = weights.layers[index], plan = plans[index]
        return LayerGradients(
            input: input(layer.input, index, plan.norms.beforeAttention),
            queryKeyValue: linear(
                .queryKeyValue, layer.queryKeyValue, d.queryKeyValueTransposed, index,
                plan.fusesProjections
                    ? [(.queryKeyValueWeight, .queryBias)]
                    : [(.queryWeight, .queryBias), (.keyWeight, .keyBias), (.valueWeight, .valueBias)]),
            headGains: parameters.flatMap { parameters in
                parameters.optional(.layer(index, .queryNorm)).map { ($0, parameters[.layer(index, .keyNorm)]) }
            },
            output: linear(.output, layer.output, d.outputTransposed, index, [(.outputWeight, .outputBias)]),
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
                    gateUp: linear(
                        .gateUp, dense.gateUp, d.gateUpTransposed, index,
                        plan.fusesProjections
                            ? [(.gateUpWeight, .gateBias)] : [(.gateWeight, .gateBias), (.upWeight, .upBias)]),
                    down: linear(.down, dense.down, d.downTransposed, index, [(.downWeight, .downBias)])))
        case .experts(let mixture):
            guard let space = d.experts else { preconditionFailure("no space for the gradients of experts") }
            return .experts(
                MixtureGradient(
                    mixture: mixture, input: input(mixture.input, index, plan.norms.beforeFeedForward),
                    router: gradient(
                        mixture.router.weight, space.routerTransposed, [(.layer(index, .routerWeight), nil)]),
                    experts: mixture.experts.enumerated().map { expert(index, $0, $1, space) }))
        }
    }

    private func expert(_ layer: Int, _ number: Int, _ expert: Expert, _ space: ExpertDerivatives) -> ExpertGradient {
        func name(_ weight: ExpertWeight) -> WeightName { .expert(layer: layer, number, weight) }
        return ExpertGradient(
            gateUp: gradient(
                expert.gateUp.weight, space.gateUpTransposed, [(name(.gateWeight), nil), (name(.upWeight), nil)],
                alternating: expert.down.weight.inputs),
            down: gradient(expert.down.weight, space.downTransposed, [(name(.downWeight), nil)]))
    }

    private func linear(
        _ product: AdaptedProduct, _ linear: Linear, _ transposed: PackedMatrix, _ index: Int,
        _ parts: [(LayerWeight, LayerWeight)]
    ) -> LinearGradient {
        gradient(
            linear.weight, transposed, parts.map { (.layer(index, $0), .layer(index, $1)) },
            adapter: adapter(index, product),
            alternating: product == .gateUp ? weights.configuration.feedForwardSize : nil)
    }

    /// - Parameter size: The outputs of each of two matrices that alternate panel by panel; nil if there is no such.
    private func gradient(
        _ matrix: PackedMatrix, _ transposed: PackedMatrix, _ parts: [(WeightName, WeightName?)],
        adapter: AdapterGradient? = nil, alternating size: Int? = nil
    ) -> LinearGradient {
        guard let parameters else {
            return LinearGradient(
                parts: [], frozen: FrozenMatrix(matrix: matrix, alternating: size, unpacked: d.unpacked),
                adapter: adapter, transposed: transposed)
        }
        return LinearGradient(
            parts: parts.map { weight, bias in
                LinearGradient.Part(weight: parameters[weight], bias: bias.flatMap(parameters.optional))
            }, transposed: transposed)
    }

    /// The gradient of an adapter's part in a product, if it has one.
    private func adapter(_ layer: Int, _ product: AdaptedProduct) -> AdapterGradient? {
        guard case .adapter(let parameters, let packed) = trained else { return nil }
        let index = CPUAdapter.index(layer, product)
        guard let forward = packed.forward.pointer[index], let backward = packed.backward.pointer[index],
            let room = d.adapterRoom(of: product)
        else { return nil }
        return AdapterGradient(
            parts: AdapterLayout(parameters.shape, parameters.configuration).parts(layer, product), parameters,
            forward: forward, backward: backward, room: room)
    }

    private func input(_ input: SublayerInput, _ index: Int, _ weight: LayerWeight?) -> SublayerInputGradient {
        SublayerInputGradient(input: input, norm: optionalNorm(input.norm, index, weight))
    }

    private func end(_ end: SublayerOutput, _ index: Int, _ weight: LayerWeight?) -> SublayerOutputGradient {
        SublayerOutputGradient(norm: optionalNorm(end.norm, index, weight))
    }

    func norm(_ norm: RMSNorm, _ name: WeightName) -> RMSNormGradient {
        RMSNormGradient(norm: norm, gain: parameters?[name], groupSums: d.dGains)
    }

    private func optionalNorm(_ norm: RMSNorm?, _ index: Int, _ weight: LayerWeight?) -> RMSNormGradient? {
        guard let norm, let weight else { return nil }
        return self.norm(norm, .layer(index, weight))
    }

    /// The gradient of the output projection, which may be the embedding.
    var head: LinearGradient {
        gradient(
            weights.head.weight, d.headTransposed, [(weights.configuration.tiesEmbeddings ? .embedding : .output, nil)])
    }
}
