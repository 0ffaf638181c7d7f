import CKernels
public import Compute

/// One layer's weights. Shapes in terms of C (model width), H, G, D (heads), F (feed-forward).
struct LayerWeights {
    /// Gain of the normalisation before attention. [C]
    let inputNorm: AlignedBuffer<Float>
    /// Query, key and value projections one below the other. [H D + 2 G D, C]
    let queryKeyValue: PackedMatrix
    let queryKeyValueBias: AlignedBuffer<Float>?
    /// Gains of the query and key heads' normalisation (Qwen3). [D]
    let queryNorm: AlignedBuffer<Float>?
    let keyNorm: AlignedBuffer<Float>?
    /// [C, H D]
    let output: PackedMatrix
    let outputBias: AlignedBuffer<Float>?
    /// Gain of the normalisation before the feed-forward. [C]
    let feedForwardNorm: AlignedBuffer<Float>
    /// Gate and up projections, panel by panel in turns. [2 F, C]
    let gateUp: PackedMatrix
    let gateBias: AlignedBuffer<Float>?
    let upBias: AlignedBuffer<Float>?
    /// [C, F]
    let down: PackedMatrix
    let downBias: AlignedBuffer<Float>?
}

/// One version of a policy's weights, ready to compute with. Immutable.
public final class PolicyWeights: @unchecked Sendable {  // only read once made
    public let configuration: PolicyConfiguration
    public let precision: Precision
    /// [V, C]
    let embedding: PackedMatrix
    let layers: [LayerWeights]
    /// [C]
    let finalNorm: AlignedBuffer<Float>
    /// [V, C]; the embedding itself when the two are tied.
    let head: PackedMatrix

    /// Converts stored weights to packed ones, once. The files can be unmapped afterwards.
    ///
    /// - Throws: `PolicyError` naming the tensor, the file and both shapes when something is missing or differs;
    ///   `MemoryError`.
    public convenience init(
        files: WeightFiles, configuration: PolicyConfiguration, precision: Precision, team: ThreadTeam
    ) throws {
        let reader = WeightReader(
            tensor: files.tensor, configuration: configuration, precision: precision, team: team)
        try self.init(reader)
    }

    /// A version made of parameters as they are now.
    ///
    /// - Throws: `MemoryError`.
    convenience init(parameters: ParameterSet, precision: Precision, team: ThreadTeam) throws {
        let reader = WeightReader(
            tensor: { parameters[$0].view }, configuration: parameters.configuration, precision: precision, team: team)
        try self.init(reader)
    }

    private init(_ reader: WeightReader) throws {
        configuration = reader.configuration
        precision = reader.precision
        embedding = try reader.stacked([.embedding])
        layers = try (0..<configuration.layerCount).map { try reader.layer($0) }
        finalNorm = try reader.vector([.finalNorm])
        head = configuration.tiesEmbeddings ? embedding : try reader.stacked([.output])
    }

    /// Bytes the weights take in memory.
    public var byteCount: Int {
        let matrices = layers.map {
            $0.queryKeyValue.byteCount + $0.output.byteCount + $0.gateUp.byteCount + $0.down.byteCount
        }
        return embedding.byteCount + (head === embedding ? 0 : head.byteCount) + matrices.reduce(0, +)
    }
}
