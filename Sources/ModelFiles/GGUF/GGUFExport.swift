internal import CKernels
public import Foundation

/// What weights are stored in when a policy is written as a GGUF file. Vectors are always float32, as llama.cpp wants
/// them.
public enum GGUFFormat: String, Sendable, CaseIterable {
    case float32, float16, bfloat16
    /// Blocks of 32 with a scale; float16 where rows are no whole blocks.
    case q8_0

    fileprivate func type(of shape: [Int]) -> GGUFTensorType {
        guard shape.count > 1 else { return GGUFTensorType(code: 0) }
        switch self {
        case .float32: return GGUFTensorType(code: 0)
        case .float16: return GGUFTensorType(code: 1)
        case .bfloat16: return GGUFTensorType(code: 30)
        case .q8_0:
            let isWhole = shape[shape.count - 1].isMultiple(of: BlockFormat.q8_0.elementCount)
            return GGUFTensorType(code: isWhole ? BlockFormat.q8_0.rawValue : 1)
        }
    }

    /// llama.cpp's number of the format, for `general.file_type`.
    fileprivate var fileType: Int {
        switch self {
        case .float32: 0
        case .float16: 1
        case .bfloat16: 32
        case .q8_0: 7
        }
    }
}

extension PolicyDirectory {
    /// Writes a policy as one GGUF file, with its tokenizer and chat template, as llama.cpp reads it.
    ///
    /// - Throws: `PolicyError` naming the path, the part of the tokenizer or the tensor, and the remedy. `target` is
    ///   complete or absent afterwards.
    public static func exportGGUF(from source: URL, to target: URL, format: GGUFFormat) throws {
        guard !FileManager.default.fileExists(atPath: target.path) else {
            throw PolicyError(.alreadyExists, "\(target.path) exists already. Choose another name, or remove it first.")
        }
        let stored = try PolicyDirectory(source)
        try GGUFExport(stored, format: format).write(to: target)
    }
}

struct GGUFExport {
    private let stored: PolicyDirectory
    private let format: GGUFFormat
    private let architecture: GGUFArchitecture

    /// - Throws: `PolicyError` if the architecture cannot say what the policy computes.
    init(_ stored: PolicyDirectory, format: GGUFFormat) throws {
        self.stored = stored
        self.format = format
        architecture = GGUFArchitecture(stored.configuration.family)
        try refuseWhatIsNotSaid()
    }

    func write(to target: URL) throws {
        let configuration = stored.configuration
        let weights = try stored.weights()
        var metadata = metadata()
        metadata.merge(try GGUFVocabulary(stored).metadata()) { $1 }
        let stacks = stacks()
        let factors = rotaryFactors()
        let tensors =
            stacks.map { GGUFWriter.Tensor(name: $0.name, shape: $0.shape, type: format.type(of: $0.shape)) }
            + factors.map { GGUFWriter.Tensor(name: $0.name, shape: [$0.values.count], type: GGUFTensorType(code: 0)) }
        let writer = try GGUFWriter(path: target.path, metadata: metadata, tensors: tensors)
        for (stack, tensor) in zip(stacks, tensors) {
            try writer.append { append in
                for weight in stack.weights {
                    let view = try weights.tensor(weight)
                    try write(view, architecture.place(of: weight, configuration), as: tensor, append)
                    try view.finishReading()
                }
            }
        }
        for (_, values) in factors {
            try writer.append { append in try append(values.withUnsafeBytes { Array($0) }) }
        }
        try writer.finish()
    }

    /// Weights that are one tensor of the file: one, or an expert's matrix of every expert.
    private struct Stack {
        let name: String
        let shape: [Int]
        var weights: [WeightName]
    }

    private func stacks() -> [Stack] {
        let configuration = stored.configuration, experts = configuration.experts?.count ?? 0
        var stacks: [Stack] = [], places: [String: Int] = [:]
        for tensor in configuration.tensors {
            let place = architecture.place(of: tensor.weight, configuration)
            if let known = places[place.name] {
                stacks[known].weights.append(tensor.weight)
                continue
            }
            places[place.name] = stacks.count
            let shape = place.slice == nil ? tensor.shape : [experts] + tensor.shape
            stacks.append(Stack(name: place.name, shape: shape, weights: [tensor.weight]))
        }
        return stacks
    }

    // MARK: Tensors

    /// Writes the rows of a tensor in the file's order, some at a time.
    private func write(
        _ view: TensorView, _ place: GGUFPlace, as tensor: GGUFWriter.Tensor, _ append: ([UInt8]) throws -> Void
    ) throws {
        let width = view.shape.dropFirst().reduce(1, *), rows = view.shape[0]
        let piece = max(1, PolicyExporter.pieceLength / width)
        for first in stride(from: 0, to: rows, by: piece) {
            let range = first..<min(first + piece, rows)
            var floats = [Float](repeating: 0, count: range.count * width)
            floats.withUnsafeMutableBufferPointer { buffer in
                for row in range {
                    let start = (row - first) * width
                    view.copyFloats(
                        from: place.order.known(row) * width,
                        to: UnsafeMutableBufferPointer(rebasing: buffer[start..<start + width]))
                }
                if place.offset != 0 { for index in buffer.indices { buffer[index] += place.offset } }
            }
            try append(try bytes(floats, tensor))
        }
    }

    private func bytes(_ floats: [Float], _ tensor: GGUFWriter.Tensor) throws -> [UInt8] {
        func converted(_ convert: (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: 2 * floats.count) { buffer, count in
                floats.withUnsafeBytes { source in
                    guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                    convert(from, UnsafeMutableRawPointer(to), floats.count)
                }
                count = 2 * floats.count
            }
        }
        if case .numbers(let format)? = tensor.type.encoding {
            try floats.withUnsafeBufferPointer { try format.check($0, of: tensor.name) }
        }
        switch tensor.type.encoding {
        case .numbers(.float16)?: return converted { attn_f32_to_f16($0, $1, $2) }
        case .numbers(.bfloat16)?: return converted { attn_f32_to_bf16($0, $1, $2) }
        case .blocks?:
            guard let blocks = BlockFormat.quantised(floats) else {
                throw PolicyError(
                    .invalid,
                    "tensor '\(tensor.name)' has numbers that are not finite or beyond 8 million, which blocks cannot hold. "
                        + "Write bfloat16, or take an earlier checkpoint.")
            }
            return blocks
        default: return floats.withUnsafeBytes { Array($0) }
        }
    }

    // MARK: Metadata

    private func metadata() -> [String: GGUFValue] {
        let c = stored.configuration, name = architecture.rawValue
        var values: [String: GGUFValue] = [
            "general.architecture": .text(name), "general.type": .text("model"),
            "general.name": .text(ModelLocation.name(of: stored.url)), "general.file_type": .integer(format.fileType),
            "general.quantization_version": .integer(2),
            "\(name).vocab_size": .integer(c.vocabularySize), "\(name).context_length": .integer(c.contextLength),
            "\(name).embedding_length": .integer(c.hiddenSize), "\(name).block_count": .integer(c.layerCount),
            "\(name).feed_forward_length": .integer(c.feedForwardSize),
            "\(name).attention.head_count": .integer(c.headCount),
            "\(name).attention.head_count_kv": .integer(c.keyValueHeadCount),
            "\(name).attention.key_length": .integer(c.headSize),
            "\(name).attention.value_length": .integer(c.headSize),
            "\(name).attention.layer_norm_rms_epsilon": .single(c.normEpsilon),
            "\(name).rope.dimension_count": .integer(c.rotatedSize ?? c.headSize),
            "\(name).rope.freq_base": .single(Float(c.rotaryTheta)),
        ]
        if let window = c.window { values["\(name).attention.sliding_window"] = .integer(window.size) }
        if architecture == .gemma3 { values.merge(gemmaMetadata()) { $1 } }
        if let experts = c.experts {
            values["\(name).expert_count"] = .integer(experts.count)
            values["\(name).expert_used_count"] = .integer(experts.perToken)
            values["\(name).expert_feed_forward_length"] = .integer(experts.feedForwardSize)
        }
        let scaling = "\(name).rope.scaling."
        switch c.rotaryScaling {
        case .none: break
        // The divisors say the rest; ours reads it where they are too few.
        case .llama3(_, _, _, let original): values[scaling + "original_context_length"] = .integer(original)
        case .linear(let factor):
            values[scaling + "type"] = .text("linear")
            values[scaling + "factor"] = .single(Float(factor))
        case .longRope(_, _, let original, let attention):
            let stretched = Double(c.contextLength) / Double(original)
            let implied = LayerPlan.Rotary.longAttentionFactor(stretched, original)
            values[scaling + "original_context_length"] = .integer(original)
            values[scaling + "attn_factor"] = .single(Float(attention ?? implied))
        case .yarn(let factor, let original, let fast, let slow, let attention):
            values[scaling + "type"] = .text("yarn")
            values[scaling + "factor"] = .single(Float(factor))
            values[scaling + "original_context_length"] = .integer(original)
            values[scaling + "yarn_beta_fast"] = .single(Float(fast))
            values[scaling + "yarn_beta_slow"] = .single(Float(slow))
            if let attention {
                values[scaling + "attn_factor"] = .single(Float(attention / (factor > 1 ? 0.1 * log(factor) + 1 : 1)))
            }
        }
        return values
    }

    private func gemmaMetadata() -> [String: GGUFValue] {
        let c = stored.configuration, name = architecture.rawValue
        var values: [String: GGUFValue] = [:]
        if let theta = c.windowRotaryTheta { values["\(name).rope.freq_base_swa"] = .single(Float(theta)) }
        if let pattern = windowPattern, pattern != 6 {
            values["\(name).attention.sliding_window_pattern"] = .integer(pattern)
        }
        return values
    }

    /// P if all layers but every Pth have the window; nil if nothing is as regular, or if there is none.
    private var windowPattern: Int? {
        let c = stored.configuration
        guard let layers = c.window?.layers else { return nil }
        return ([6] + Array(1...c.layerCount + 1)).first { pattern in
            (0..<c.layerCount).allSatisfy { layers.contains($0) == (($0 + 1) % pattern != 0) }
        }
    }

    /// The divisors of frequencies that are tensors of their own: Llama 3's and LongRoPE's.
    private func rotaryFactors() -> [(name: String, values: [Float])] {
        let c = stored.configuration
        switch c.rotaryScaling {
        case .none, .linear, .yarn: return []
        case .llama3(let factor, let low, let high, let original):
            let divisors = Llama3Scaling(factor: factor, low: low, high: high, original: original)
                .divisors(theta: c.rotaryTheta, count: c.headSize / 2)
            return [("rope_freqs.weight", divisors.map { Float($0) })]
        case .longRope(let short, let long, _, _):
            return [
                ("rope_factors_long.weight", long.map { Float($0) }),
                ("rope_factors_short.weight", short.map { Float($0) }),
            ]
        }
    }

    // MARK: What the architecture leaves no choice about

    private func refuseWhatIsNotSaid() throws {
        let c = stored.configuration
        switch architecture {
        case .llama, .qwen2, .qwen3, .olmo2, .phi3: break
        case .smollm3:
            try refuse(
                c.unrotatedLayers != Set(stride(from: 3, to: c.layerCount, by: 4)),
                "layers without rotation other than every fourth")
        case .gemma3:
            let scalar = GGUFConfiguration.gemmaScalar(
                width: c.hiddenSize, heads: c.headCount, headSize: c.headSize, layers: c.layerCount)
            try refuse((c.attentionScalar ?? scalar) != scalar, "a scale of scores other than that of the heads' width")
        case .qwen3MoE:
            try refuse(c.experts?.layers.count != c.layerCount, "layers without experts")
            try refuse(c.experts?.normalisesWeights == false, "weights of experts that are not normalised")
        }
        guard let layers = c.window?.layers else { return }
        let isSaid = architecture == .gemma3 ? windowPattern != nil : layers.count == c.layerCount
        try refuse(!isSaid, "a window in some of the layers")
    }

    private func refuse(_ isUnsaid: Bool, _ what: String) throws {
        guard isUnsaid else { return }
        throw PolicyError(
            .unsupported,
            "\(stored.url.path) has \(what), which GGUF files of the architecture \(architecture.rawValue) cannot say. Write a "
                + "folder of safetensors instead.")
    }
}

extension RowOrder {
    /// Which row is stored as number `row`: the inverse of `stored`.
    func known(_ row: Int) -> Int {
        switch self {
        case .asStored: return row
        case .alternatingHalves(let headSize):
            let (head, inner) = row.quotientAndRemainder(dividingBy: headSize)
            return head * headSize + inner % 2 * (headSize / 2) + inner / 2
        }
    }
}
