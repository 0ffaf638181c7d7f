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
        func optionalNorm(_ weight: LayerWeight?) throws -> RMSNorm? {
            try weight.flatMap { $0.exists(in: plan) ? try norm(name($0), offset: plan.gainOffset) : nil }
        }
        let projections: [LayerWeight] =
            plan.fusesProjections ? [.queryKeyValueWeight] : [.queryWeight, .keyWeight, .valueWeight]
        return LayerWeights(
            input: SublayerInput(norm: try optionalNorm(plan.norms.beforeAttention)),
            queryKeyValue: Linear(
                weight: try stacked(projections.map(name)), bias: try bias(.queryBias, .keyBias, .valueBias)),
            attention: Attention(
                heads: HeadLayout(configuration), queryNorm: try optionalNorm(.queryNorm),
                keyNorm: try optionalNorm(.keyNorm), normalisesTogether: plan.queryKeyNorm == .together,
                scale: plan.attentionScale, window: plan.window),
            output: Linear(weight: try stacked([name(.outputWeight)]), bias: try bias(.outputBias)),
            end: SublayerOutput(norm: try optionalNorm(plan.norms.afterAttention)),
            feedForward: try feedForward(
                index, plan, input: SublayerInput(norm: try optionalNorm(plan.norms.beforeFeedForward)),
                end: SublayerOutput(norm: try optionalNorm(plan.norms.afterFeedForward))))
    }

    private func feedForward(
        _ index: Int, _ plan: LayerPlan, input: SublayerInput, end: SublayerOutput
    ) throws -> LayerFeedForward {
        func name(_ weight: LayerWeight) -> WeightName { .layer(index, weight) }
        func bias(_ weight: LayerWeight) throws -> AlignedBuffer<Float>? {
            weight.exists(in: plan) ? try vector([name(weight)]) : nil
        }
        if let experts = plan.experts {
            precondition(end.norm == nil, "what experts add is not normalised")
            return .experts(
                MixtureOfExperts(
                    input: input, router: Linear(weight: try stacked([name(.routerWeight)]), bias: nil),
                    experts: try (0..<experts.count).map { try expert(layer: index, $0) },
                    normalisesWeights: experts.normalisesWeights, activation: plan.activation))
        }
        return .dense(
            FeedForward(
                input: input, end: end,
                gateUp: Linear(
                    weight: plan.fusesProjections
                        ? try alternating(halvesOf: name(.gateUpWeight))
                        : try alternating(name(.gateWeight), name(.upWeight)),
                    bias: try bias(.gateBias)),
                upBias: try bias(.upBias), activation: plan.activation,
                down: Linear(weight: try stacked([name(.downWeight)]), bias: try bias(.downBias))))
    }

    private func expert(layer: Int, _ index: Int) throws -> Expert {
        func name(_ weight: ExpertWeight) -> WeightName { .expert(layer: layer, index, weight) }
        return Expert(
            gateUp: Linear(weight: try alternating(name(.gateWeight), name(.upWeight)), bias: nil),
            down: Linear(weight: try stacked([name(.downWeight)]), bias: nil))
    }

    /// - Parameter offset: What is added to the stored weight.
    func norm(_ name: WeightName, offset: Float = 0) throws -> RMSNorm {
        let gain = try vector([name])
        if offset != 0 { for index in 0..<gain.count { gain.pointer[index] += offset } }
        return RMSNorm(gain: gain, epsilon: configuration.normEpsilon)
    }

    /// Vectors concatenated, as float32.
    func vector(_ names: [WeightName]) throws -> AlignedBuffer<Float> {
        let tensors = try names.map(tensor)
        let result = try AlignedBuffer<Float>(count: tensors.reduce(0) { $0 + $1.elementCount })
        var start = 0
        for tensor in tensors {
            let part = UnsafeMutableBufferPointer(rebasing: result.buffer[start..<start + tensor.elementCount])
            tensor.copyFloats(to: part)
            guard TensorFormat.float32.holds(UnsafeBufferPointer(part)) else { throw PolicyError.notFinite(tensor) }
            start += part.count
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
        return try alternating(tensors.map { MatrixRow(tensor: $0, row: 0) }, rows: tensors[0].shape[0])
    }

    /// The same for two matrices that are one tensor, one below the other.
    func alternating(halvesOf name: WeightName) throws -> PackedMatrix {
        let both = try tensor(name), rows = both.shape[0] / 2
        return try alternating([0, rows].map { MatrixRow(tensor: both, row: $0) }, rows: rows)
    }

    /// - Parameter starts: The first row of either matrix.
    private func alternating(_ starts: [MatrixRow], rows: Int) throws -> PackedMatrix {
        let width = PackedMatrix.panelWidth, panels = (rows + width - 1) / width
        let matrix = try PackedMatrix(
            outputs: 2 * panels * width, inputs: starts[0].tensor.shape[1], format: format)
        try matrix.pack(team: team) { output in
            let panel = output / width, row = panel / 2 * width + output % width, start = starts[panel % 2]
            return row < rows ? MatrixRow(tensor: start.tensor, row: start.row + row) : nil
        }
        for start in starts { try start.tensor.finishReading() }
        return matrix
    }
}
