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

    /// The policy's parameters, if they are trained.
    private var parameters: CPUParameters? {
        if case .weights(let parameters) = trained { parameters } else { nil }
    }

    func layer(_ index: Int) -> LayerGradients {
        let layer = weights.layers[index]
        func name(_ weight: LayerWeight) -> WeightName { .layer(index, weight) }
        func linear(
            _ product: AdaptedProduct, _ linear: Linear, _ transposed: PackedMatrix,
            _ parts: (LayerWeight, LayerWeight)...
        ) -> LinearGradient {
            let parts = parts.map { weight, bias in (name(weight), name(bias)) }
            return gradient(
                linear.weight, transposed, parts, adapter: adapter(index, product),
                alternating: product == .gateUp ? weights.configuration.feedForwardSize : nil)
        }
        return LayerGradients(
            inputNorm: norm(layer.inputNorm, name(.inputNorm)),
            queryKeyValue: linear(
                .queryKeyValue, layer.queryKeyValue, d.queryKeyValueTransposed, (.queryWeight, .queryBias),
                (.keyWeight, .keyBias), (.valueWeight, .valueBias)),
            headGains: parameters.flatMap { parameters in
                parameters.optional(name(.queryNorm)).map { ($0, parameters[name(.keyNorm)]) }
            },
            output: linear(.output, layer.output, d.outputTransposed, (.outputWeight, .outputBias)),
            feedForward: FeedForwardGradient(
                activation: layer.feedForward.activation,
                norm: norm(layer.feedForward.norm, name(.postAttentionNorm)),
                gateUp: linear(
                    .gateUp, layer.feedForward.gateUp, d.gateUpTransposed, (.gateWeight, .gateBias),
                    (.upWeight, .upBias)),
                down: linear(.down, layer.feedForward.down, d.downTransposed, (.downWeight, .downBias))))
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

    func norm(_ norm: RMSNorm, _ name: WeightName) -> RMSNormGradient {
        RMSNormGradient(norm: norm, gain: parameters?[name], groupSums: d.dGains)
    }

    /// The gradient of the output projection, which may be the embedding.
    var head: LinearGradient {
        gradient(
            weights.head.weight, d.headTransposed, [(weights.configuration.tiesEmbeddings ? .embedding : .output, nil)])
    }
}
