internal import CKernels
public import Foundation

/// Writes a policy's folder in Hugging Face layout, which transformers loads as it is.
///
/// The folder appears when it is complete and durable: it is written aside and renamed. Numbers arrive in pieces, so a
/// model larger than memory can pass through.
public struct PolicyExporter: Sendable {
    /// Writes elements of a tensor: `range` of it, row-major, into a buffer of that many floats.
    public typealias Source = (
        _ tensor: TensorSpecification, _ range: Range<Int>, _ buffer: UnsafeMutableBufferPointer<Float>
    ) throws -> Void

    public let configuration: PolicyConfiguration
    public var format = TensorFormat.bfloat16
    /// Weights are split into files of at most this many bytes, but for single tensors above it.
    public var maximumShardBytes = 5_000_000_000
    /// Whether config.json marks the weights as random.
    public var isUntrained: Bool
    /// Files to write beside config.json and the weights, by name: the tokenizer's, generation_config.json.
    public var files: [String: Data]
    /// config.json as far as it does not depend on the numbers.
    private let configFields: [String: JSONValue]

    /// Elements that are asked of a source at once.
    static let pieceLength = 1 << 20

    /// A folder for a configuration, with these files beside it.
    ///
    /// - Throws: `PolicyError` when config.json cannot express the configuration.
    public init(configuration: PolicyConfiguration, files: [String: Data] = [:]) throws {
        self.configuration = configuration
        self.files = files
        isUntrained = configuration.isUntrained
        configFields = try configuration.configFields()
    }

    /// A folder like an existing one: its config.json with all fields, its tokenizer, template and generation files.
    public init(like directory: URL) throws {
        let configFile = directory.appendingPathComponent("config.json")
        configuration = try PolicyConfiguration(directory: directory)
        configFields = try JSONValue.parseObject(PolicyDirectory.contents(of: configFile), file: configFile.path)
        isUntrained = configuration.isUntrained
        files = [:]
        for name in PolicyDirectory.companionFiles {
            files[name] = try PolicyDirectory.contentsIfPresent(of: directory.appendingPathComponent(name))
        }
    }

    /// Writes the folder, which must not exist yet or be empty; the folders above it are made.
    ///
    /// The source is asked for every tensor of the configuration in order, in consecutive ranges of at most a million
    /// elements that start at multiples of that.
    ///
    /// - Throws: `PolicyError` naming the path and the remedy, and whatever the source throws. Nothing is left behind.
    public func write(to folder: URL, source: Source) throws {
        let target = folder.standardizedFileURL
        try Self.checkIsFree(target)
        let parent = target.deletingLastPathComponent()
        let partial = parent.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).partial")
        do {
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
        } catch {
            throw PolicyError(
                .unwritable, "\(parent.path) cannot take a new folder. Check the path and its permissions.",
                cause: error)
        }
        do {
            for (name, data) in files { try OutputFile.create(data, at: partial.appendingPathComponent(name).path) }
            try OutputFile.create(config(), at: partial.appendingPathComponent("config.json").path)
            try writeWeights(to: partial, source: source)
            try Self.synchronise(partial)
            guard rename(partial.path, target.path) == 0 else { throw OutputFile.failure(target.path, errno) }
            try Self.synchronise(parent)
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
    }

    // MARK: config.json

    private func config() throws -> Data {
        var fields = configFields
        let dtype = JSONValue.string(format.torchName)
        // Files of transformers 5 say `dtype`, which older versions do not read; both read `torch_dtype`.
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

    /// Tensors in order, a new shard where the next one would go over the limit.
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

    // MARK: Folders

    private static func checkIsFree(_ folder: URL) throws {
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path), entries.isEmpty else {
            throw PolicyError(
                .alreadyExists, "\(folder.path) exists already. Choose another name, or remove it first.")
        }
    }

    /// Makes the names in a folder durable.
    private static func synchronise(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OutputFile.failure(folder.path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw OutputFile.failure(folder.path, errno) }
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

    /// Floats in this format; the result lies in `floats` itself or in `scratch`.
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
