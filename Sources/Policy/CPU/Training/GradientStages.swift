import ModelFiles

/// A backward pass completes gradients stage by stage: what is behind the layers, the layers from the last to the first, and
/// the embedding, to which a tied head has added at the beginning. An adapter has nothing in the first stage and the last.
extension PolicyConfiguration {
    var gradientStageCount: Int { layerCount + 2 }

    /// The stage of a layer.
    func gradientStage(ofLayer layer: Int) -> Int { layerCount - layer }

    /// The tensors of each stage, given the weights that tensors are of, in the order of `tensors`.
    func gradientStages(of weights: [WeightName]) -> [Range<Int>] {
        var ranges = [Range<Int>](repeating: 0..<0, count: gradientStageCount)
        for (index, weight) in weights.enumerated() {
            let stage =
                switch weight {
                case .finalNorm, .output: 0
                case .layer(let layer, _), .expert(let layer, _, _): gradientStage(ofLayer: layer)
                case .embedding: gradientStageCount - 1
                }
            precondition(ranges[stage].isEmpty || ranges[stage].upperBound == index, "tensors in another order")
            ranges[stage] = (ranges[stage].isEmpty ? index : ranges[stage].lowerBound)..<index + 1
        }
        return ranges
    }
}
