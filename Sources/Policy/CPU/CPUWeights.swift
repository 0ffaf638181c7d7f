import CKernels
import Compute
import ModelFiles

/// One layer's weights. Shapes in terms of C (model width), H, G, D (heads), F (feed-forward).
struct LayerWeights {
    /// Before attention.
    let input: SublayerInput
    /// Query, key and value projections, stacked. [H D + 2 G D, C]
    let queryKeyValue: Linear
    /// Includes the norms of queries and keys, if the policy has them.
    let attention: Attention
    /// [C, H D]
    let output: Linear
    /// After attention.
    let end: SublayerOutput
    let feedForward: LayerFeedForward
}

/// Weights packed the way the matrix products read them.
final class CPUWeights: PolicyWeights, @unchecked Sendable {  // only read once made
    let configuration: PolicyConfiguration
    let format: WeightFormat
    /// [V, C]
    let embedding: PackedMatrix
    /// What embeddings are multiplied by before the first layer.
    let embeddingScale: Float
    let layers: [LayerWeights]
    /// [C]
    let finalNorm: RMSNorm
    /// [V, C]; the embedding itself if the two are tied.
    let head: Linear

    /// Converts stored weights to packed ones, once. The files can be unmapped afterwards.
    ///
    /// - Throws: `PolicyError` naming the tensor and the file if something is missing, has another shape or does not fit
    ///   the format; `MemoryError`.
    convenience init(
        files: WeightFiles, configuration: PolicyConfiguration, format: WeightFormat, team: ThreadTeam
    ) throws {
        let reader = WeightReader(
            tensor: files.tensor, configuration: configuration, format: format, team: team)
        try self.init(reader)
    }

    /// Makes a version of the policy from the current values of parameters.
    ///
    /// - Throws: `MemoryError`; `PolicyError` if parameters do not fit the format.
    convenience init(parameters: CPUParameters, format: WeightFormat, team: ThreadTeam) throws {
        let reader = WeightReader(
            tensor: { parameters[$0].view }, configuration: parameters.configuration, format: format, team: team)
        try self.init(reader)
    }

    private init(_ reader: WeightReader) throws {
        configuration = reader.configuration
        format = reader.format
        embedding = try reader.stacked([.embedding])
        embeddingScale = configuration.scalesEmbeddings ? Float(configuration.hiddenSize).squareRoot() : 1
        layers = try configuration.layerPlans.enumerated().map { try reader.layer($0, $1) }
        finalNorm = try reader.norm(.finalNorm, offset: configuration.normGainsAddOne ? 1 : 0)
        let output = configuration.tiesEmbeddings ? embedding : try reader.stacked([.output])
        head = Linear(weight: output, bias: nil)
    }

    /// Casts to this back end's weights.
    static func own(_ weights: any PolicyWeights) -> CPUWeights {
        guard let weights = weights as? CPUWeights else { preconditionFailure("weights of another back end") }
        return weights
    }

    var byteCount: Int {
        let linears = layers.flatMap { [$0.queryKeyValue, $0.output] + $0.feedForward.linears }
        let separate = head.weight === embedding ? [] : [head]
        return (linears + separate).reduce(embedding.byteCount) { $0 + $1.weight.byteCount }
    }
}
