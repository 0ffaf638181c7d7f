internal import CKernels
public import Foundation

/// Writes a policy's folder in Hugging Face layout, which transformers loads directly.
///
/// The folder appears once it is complete and durable: it is written under a temporary name and renamed. Numbers arrive
/// in pieces, so a model larger than memory can be written.
public struct PolicyExporter: Sendable {
    /// Writes elements of a tensor, `range` in row-major order, into a buffer of that many floats.
    public typealias Source = (
        _ tensor: TensorSpecification, _ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>
    ) throws -> Void

    public let configuration: PolicyConfiguration
    public var format = TensorFormat.bfloat16
    /// The most bytes per weight file, except for single tensors above that.
    public var maximumShardBytes = 5_000_000_000
    /// Whether config.json marks the weights as random.
    public var isUntrained: Bool
    /// Files to write next to config.json and the weights, by name: the tokenizer's, generation_config.json.
    public var files: [String: Data]
    /// The part of config.json that does not depend on the numbers.
    private let configFields: [String: JSONValue]

    /// The most elements requested from a source at once.
    static let pieceLength = 1 << 20

    /// Creates an exporter for a configuration, with additional files.
    ///
    /// - Throws: `PolicyError` if config.json cannot express the configuration.
    public init(configuration: PolicyConfiguration, files: [String: Data] = [:]) throws {
        self.configuration = configuration
        self.files = files
        isUntrained = configuration.isUntrained
        configFields = try configuration.configFields()
    }

    /// Creates an exporter for a folder like an existing one, or like a GGUF file, with all fields of its config.json and its tokenizer,
    /// template and generation files.
    public init(like directory: URL) throws {
        let source = try ModelSource(directory)
        configuration = try ConfigurationFiles(source).configuration
        configFields = try PolicyConfiguration.textFields(
            source.contents(of: "config.json"), file: source.path(of: "config.json"))
        isUntrained = configuration.isUntrained
        files = [:]
        for name in PolicyDirectory.companionFiles {
            files[name] = try source.contentsIfPresent(of: name)
        }
    }

    /// Writes the folder, which must not exist yet or must be empty; parent folders are created.
    ///
    /// The source is asked for every tensor of the configuration in order, in consecutive ranges of at most
    /// `pieceLength` elements that start at multiples of that.
    ///
    /// - Throws: `PolicyError` naming the path and the remedy, and whatever the source throws. Nothing is left behind.
    public func write(to folder: URL, source: Source) throws {
        try OutputFolder.create(folder) { partial in
            for (name, data) in files { try OutputFile.create(data, at: partial.appendingPathComponent(name).path) }
            try OutputFile.create(config(), at: partial.appendingPathComponent("config.json").path)
            try writeWeights(to: partial, source: source)
        }
    }

    // MARK: config.json

    private func config() throws -> Data {
        var fields = configFields
        let dtype = JSONValue.string(format.torchName)
        // Files from transformers 5 use `dtype`, which older versions do not read; both read `torch_dtype`.
        if fields["dtype"] != nil { fields["dtype"] = dtype }
        if fields["torch_dtype"] != nil || fields["dtype"] == nil { fields["torch_dtype"] = dtype }
        fields[PolicyConfiguration.untrainedField] = isUntrained ? .bool(true) : nil
        return try JSONValue.object(fields).rendered()
    }

    // MARK: Weights

    private func writeWeights(to folder: URL, source: Source) throws {
        let shards = shards()
        let names = shards.indices.map { index in
            shards.count == 1 ? "model.safetensors" : Self.shardName(index + 1, of: shards.count)
        }
        for (shard, name) in zip(shards, names) {
            try write(shard, to: folder.appendingPathComponent(name).path, source: source)
        }
        guard shards.count > 1 else { return }
        let index = try Self.index(shards: shards, names: names, elementBytes: format.byteCount)
        try OutputFile.create(index, at: folder.appendingPathComponent("model.safetensors.index.json").path)
    }

    /// Splits the tensors, in order, into shards; a new one begins if the next tensor would exceed the limit.
    private func shards() -> [[TensorSpecification]] {
        var shards: [[TensorSpecification]] = [[]]
        var bytes = 0
        for tensor in configuration.tensors {
            let size = tensor.elementCount * format.byteCount
            if bytes + size > maximumShardBytes, bytes > 0 {
                shards.append([])
                bytes = 0
            }
            shards[shards.count - 1].append(tensor)
            bytes += size
        }
        return shards
    }

    private func write(_ tensors: [TensorSpecification], to path: String, source: Source) throws {
        let stored = tensors.map {
            SafetensorsWriter.Tensor(name: $0.name, format: format.stored, shape: $0.shape)
        }
        let writer = try SafetensorsWriter(path: path, tensors: stored)
        let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.pieceLength)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * Self.pieceLength, alignment: 64)
        defer {
            floats.deallocate()
            bytes.deallocate()
        }
        floats.initialize(repeating: 0)
        for tensor in tensors {
            for start in stride(from: 0, to: tensor.elementCount, by: Self.pieceLength) {
                let range = start..<min(start + Self.pieceLength, tensor.elementCount)
                let piece = UnsafeMutableBufferPointer(rebasing: floats[..<range.count])
                try source(tensor, range, piece)
                try format.check(UnsafeBufferPointer(piece), of: tensor.name)
                try writer.append(format.convert(piece, in: bytes))
            }
        }
        try writer.finish()
    }

    private static func shardName(_ number: Int, of count: Int) -> String {
        String(format: "model-%05d-of-%05d.safetensors", number, count)
    }

    private static func index(shards: [[TensorSpecification]], names: [String], elementBytes: Int) throws -> Data {
        var map: [String: JSONValue] = [:]
        var bytes = 0
        for (shard, name) in zip(shards, names) {
            for tensor in shard {
                map[tensor.name] = .string(name)
                bytes += tensor.elementCount * elementBytes
            }
        }
        let fields: [String: JSONValue] = [
            "metadata": .object(["total_size": .integer(bytes)]), "weight_map": .object(map),
        ]
        return try JSONValue.object(fields).rendered()
    }
}

extension TensorFormat {
    /// The name in config.json.
    fileprivate var torchName: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        }
    }

    fileprivate var stored: StoredFormat {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }

    /// Converts floats to this format; the result is in `floats` itself or in `scratch`.
    fileprivate func convert(
        _ floats: UnsafeMutableBufferPointer<Float>, in scratch: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard let source = floats.baseAddress, let target = scratch.baseAddress else {
            preconditionFailure("a piece of a tensor without memory")
        }
        switch self {
        case .float32: return UnsafeRawBufferPointer(floats)
        case .float16: attn_f32_to_f16(source, target, floats.count)
        case .bfloat16: attn_f32_to_bf16(source, target, floats.count)
        }
        return UnsafeRawBufferPointer(start: target, count: byteCount * floats.count)
    }
}
