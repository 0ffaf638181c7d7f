/// A weight tensor and its shape.
public struct TensorSpecification: Sendable, Hashable {
    public let weight: WeightName
    /// Matrices are [outputs, inputs], row-major.
    public let shape: [Int]

    /// The name in Hugging Face's files.
    public var name: String { weight.huggingFaceName }
    public var elementCount: Int { shape.reduce(1, *) }
}

extension PolicyConfiguration {
    /// Every weight tensor of the policy: the embedding, the layers in order, the final norm, and the output projection
    /// unless it is tied.
    public var tensors: [TensorSpecification] {
        var names: [WeightName] = [.embedding]
        for (index, plan) in layerPlans.enumerated() {
            names += LayerWeight.allCases.filter { $0.exists(in: plan) }.map { .layer(index, $0) }
            for expert in 0..<(plan.experts?.count ?? 0) {
                names += ExpertWeight.allCases.map { .expert(layer: index, expert, $0) }
            }
        }
        names.append(.finalNorm)
        if !tiesEmbeddings { names.append(.output) }
        return names.map(specification)
    }

    /// The shape of one tensor.
    public func specification(_ weight: WeightName) -> TensorSpecification {
        TensorSpecification(weight: weight, shape: weight.dimensions.map { $0.size(self) })
    }

    /// The number of trainable values.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }
}
