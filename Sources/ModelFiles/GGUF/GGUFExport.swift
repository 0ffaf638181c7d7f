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

    init(_ stored: PolicyDirectory, format: GGUFFormat) {
        self.stored = stored
        self.format = format
        architecture = GGUFArchitecture(stored.configuration.family)
    }

    func write(to target: URL) throws {
        let configuration = stored.configuration
        let weights = try stored.weights()
        var metadata = metadata()
        metadata.merge(try GGUFVocabulary(stored).metadata()) { $1 }
        var tensors = configuration.tensors.map { tensor in
            GGUFWriter.Tensor(name: tensor.weight.ggufName, shape: tensor.shape, type: format.type(of: tensor.shape))
        }
        let divisors = rotaryDivisors()
        if let divisors {
            tensors.append(
                GGUFWriter.Tensor(name: "rope_freqs.weight", shape: [divisors.count], type: GGUFTensorType(code: 0)))
        }
        let writer = try GGUFWriter(path: target.path, metadata: metadata, tensors: tensors)
        for (tensor, place) in zip(configuration.tensors, tensors) {
            let view = try weights.tensor(tensor.weight)
            let order = architecture.rowOrder(of: tensor.weight, headSize: configuration.headSize)
            try writer.append { try write(view, order, as: place, $0) }
            try view.finishReading()
        }
        if let divisors { try writer.append { append in try append(divisors.withUnsafeBytes { Array($0) }) } }
        try writer.finish()
    }

    // MARK: Tensors

    /// Writes the rows of a tensor in the file's order, some at a time.
    private func write(
        _ view: TensorView, _ order: RowOrder, as tensor: GGUFWriter.Tensor, _ append: ([UInt8]) throws -> Void
    ) throws {
        let width = view.shape.dropFirst().reduce(1, *), rows = view.shape[0]
        let piece = max(1, PolicyExporter.pieceLength / width)
        for first in stride(from: 0, to: rows, by: piece) {
            let range = first..<min(first + piece, rows)
            var floats = [Float](repeating: 0, count: range.count * width)
            floats.withUnsafeMutableBufferPointer { buffer in
                for row in range {
                    let place = (row - first) * width
                    view.copyFloats(
                        from: order.known(row) * width,
                        to: UnsafeMutableBufferPointer(rebasing: buffer[place..<place + width]))
                }
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
        switch tensor.type.encoding {
        case .numbers(.float16)?: return converted { attn_f32_to_f16($0, $1, $2) }
        case .numbers(.bfloat16)?: return converted { attn_f32_to_bf16($0, $1, $2) }
        case .blocks?:
            guard let blocks = BlockFormat.quantised(floats) else {
                throw PolicyError(
                    .invalid,
                    "tensor '\(tensor.name)' has numbers that are not finite or beyond 8 million, which blocks cannot hold. "
                        + "Write bfloat16, or train again from an earlier checkpoint.")
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
            "\(name).rope.dimension_count": .integer(c.headSize),
            "\(name).rope.freq_base": .single(Float(c.rotaryTheta)),
        ]
        let scaling = "\(name).rope.scaling."
        switch c.rotaryScaling {
        case .none: break
        // The divisors say the rest; ours reads it where they are too few.
        case .llama3(_, _, _, let original): values[scaling + "original_context_length"] = .integer(original)
        case .linear(let factor):
            values[scaling + "type"] = .text("linear")
            values[scaling + "factor"] = .single(Float(factor))
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

    /// The divisors of Llama 3's frequencies; nil for other scalings.
    private func rotaryDivisors() -> [Float]? {
        let c = stored.configuration
        guard case .llama3(let factor, let low, let high, let original) = c.rotaryScaling else { return nil }
        return Llama3Scaling(factor: factor, low: low, high: high, original: original)
            .divisors(theta: c.rotaryTheta, count: c.headSize / 2).map { Float($0) }
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
