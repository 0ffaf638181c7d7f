import Compute
import ModelFiles

/// Reads a policy's tensors into the matrices used for computation. The pages of files are released as soon as they
/// have been read, so that stored and packed weights are never in memory together.
struct WeightReader {
    let tensor: (WeightName) throws -> TensorView
    let configuration: PolicyConfiguration
    let format: WeightFormat
    let team: ThreadTeam

    func layer(_ index: Int, _ plan: LayerPlan) throws -> LayerWeights {
        func name(_ weight: LayerWeight) -> WeightName { .layer(index, weight) }
        func bias(_ weights: LayerWeight...) throws -> AlignedBuffer<Float>? {
            weights[0].exists(in: plan) ? try vector(weights.map(name)) : nil
        }
        func headNorm(_ weight: LayerWeight) throws -> RMSNorm? {
            weight.exists(in: plan) ? try norm(name(weight)) : nil
        }
        return LayerWeights(
            inputNorm: try norm(name(.inputNorm)),
            queryKeyValue: Linear(
                weight: try stacked([name(.queryWeight), name(.keyWeight), name(.valueWeight)]),
                bias: try bias(.queryBias, .keyBias, .valueBias)),
            attention: Attention(
                heads: HeadLayout(configuration), queryNorm: try headNorm(.queryNorm), keyNorm: try headNorm(.keyNorm),
                scale: plan.attentionScale),
            output: Linear(weight: try stacked([name(.outputWeight)]), bias: try bias(.outputBias)),
            feedForward: FeedForward(
                norm: try norm(name(.postAttentionNorm)),
                gateUp: Linear(
                    weight: try alternating(name(.gateWeight), name(.upWeight)), bias: try bias(.gateBias)),
                upBias: try bias(.upBias), activation: plan.activation,
                down: Linear(weight: try stacked([name(.downWeight)]), bias: try bias(.downBias))))
    }

    func norm(_ name: WeightName) throws -> RMSNorm {
        RMSNorm(gain: try vector([name]), epsilon: configuration.normEpsilon)
    }

    /// Vectors concatenated, as float32.
    func vector(_ names: [WeightName]) throws -> AlignedBuffer<Float> {
        let tensors = try names.map(tensor)
        let result = try AlignedBuffer<Float>(count: tensors.reduce(0) { $0 + $1.elementCount })
        var start = 0
        for tensor in tensors {
            let count = tensor.elementCount
            tensor.copyFloats(to: UnsafeMutableBufferPointer(rebasing: result.buffer[start..<start + count]))
            start += count
            try tensor.finishReading()
        }
        return result
    }

    /// Matrices of equal width, stacked.
    func stacked(_ names: [WeightName]) throws -> PackedMatrix {
        let tensors = try names.map(tensor)
        let rows = tensors.map { $0.shape[0] }
        let matrix = try PackedMatrix(outputs: rows.reduce(0, +), inputs: tensors[0].shape[1], format: format)
        try matrix.pack(team: team) { output in
            var row = output, index = 0
            while row >= rows[index] {
                row -= rows[index]
                index += 1
            }
            return MatrixRow(tensor: tensors[index], row: row)
        }
        for tensor in tensors { try tensor.finishReading() }
        return matrix
    }

    /// Two matrices of the same shape, alternating panel by panel, so that one thread has matching outputs of both.
    func alternating(_ first: WeightName, _ second: WeightName) throws -> PackedMatrix {
        let tensors = [try tensor(first), try tensor(second)]
        let rows = tensors[0].shape[0], width = PackedMatrix.panelWidth
        let panels = (rows + width - 1) / width
        let matrix = try PackedMatrix(outputs: 2 * panels * width, inputs: tensors[0].shape[1], format: format)
        try matrix.pack(team: team) { output in
            let panel = output / width, row = panel / 2 * width + output % width
            return row < rows ? MatrixRow(tensor: tensors[panel % 2], row: row) : nil
        }
        for tensor in tensors { try tensor.finishReading() }
        return matrix
    }
}
