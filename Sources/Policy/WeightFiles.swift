public import Foundation

/// The weights of a policy's folder: model.safetensors, or the shards its index names.
///
/// Names are accepted with and without the leading `model.`.
public final class WeightFiles: Sendable {
    public let directory: URL
    public let configuration: PolicyConfiguration
    /// Things that do no harm, for a person to know: tensors that are not used.
    public let warnings: [String]
    private let filesByTensor: [String: SafetensorsFile]

    /// Maps the files and checks that every tensor of the configuration is there with its shape.
    ///
    /// - Throws: `PolicyError` naming the file, all tensors that are missing or the shapes that differ, and the remedy.
    public init(directory: URL, configuration: PolicyConfiguration) throws {
        self.directory = directory
        self.configuration = configuration
        filesByTensor = try Self.open(directory)
        warnings = Self.unused(filesByTensor.keys, configuration)
        try checkPresence()
        for tensor in configuration.tensors { _ = try self.tensor(tensor.weight) }
    }

    /// A weight of the configuration.
    public func tensor(_ weight: WeightName) throws -> TensorView {
        try tensor(weight.huggingFaceName, shape: configuration.specification(weight).shape)
    }

    /// A tensor by its Hugging Face name, which must have the shape given.
    ///
    /// - Throws: `PolicyError` when it is missing, of a format that weights cannot be read from, or of another shape.
    public func tensor(_ name: String, shape: [Int]) throws -> TensorView {
        guard let stored = Self.spellings(of: name).first(where: { filesByTensor[$0] != nil }),
            let view = try filesByTensor[stored]?.tensor(named: stored)
        else {
            throw PolicyError(
                .missingTensor, "\(directory.path) has no tensor '\(name)'. Download the complete model again.")
        }
        guard view.shape == shape else { throw mismatch(view, name, shape) }
        return view
    }

    private func mismatch(_ view: TensorView, _ name: String, _ shape: [Int]) -> PolicyError {
        let weight = configuration.tensors.first { $0.name == name }?.weight
        var remedy = "Check that config.json belongs to these weights."
        if let weight, view.shape.count == shape.count {
            let agreements = zip(weight.dimensions, zip(view.shape, shape)).filter { $1.0 != $1.1 }
                .map { $0.agreement(with: $1.0, configuration) }
            remedy =
                "The file would agree with \(agreements.joined(separator: " and ")) in config.json; check that "
                + "config.json belongs to these weights."
        }
        return PolicyError(
            .shapeMismatch,
            "\(view.file): tensor '\(view.name)' has shape \(view.shape), and the configuration asks "
                + "for \(shape). \(remedy)")
    }

    private func checkPresence() throws {
        let missing = configuration.tensors.map(\.name)
            .filter { name in !Self.spellings(of: name).contains { filesByTensor[$0] != nil } }
        guard !missing.isEmpty else { return }
        let isHeadless = missing == [WeightName.output.huggingFaceName]
        throw PolicyError(
            .missingTensor,
            "\(directory.path) lacks \(Self.listed(missing)). "
                + (isHeadless
                    ? "If the output projection is the embedding table, set tie_word_embeddings to true in config.json."
                    : "Download the complete model again, or check that config.json belongs to these weights."))
    }

    // MARK: Files

    private static func open(_ directory: URL) throws -> [String: SafetensorsFile] {
        let single = directory.appendingPathComponent("model.safetensors").path
        if FileManager.default.fileExists(atPath: single) {
            let file = try SafetensorsFile(path: single)
            return Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
        }
        let indexFile = directory.appendingPathComponent("model.safetensors.index.json")
        guard let data = try PolicyDirectory.contentsIfPresent(of: indexFile) else { throw noWeights(directory) }
        return try open(WeightIndex(data, file: indexFile.path), at: indexFile)
    }

    private static func open(_ index: WeightIndex, at indexFile: URL) throws -> [String: SafetensorsFile] {
        let folder = indexFile.deletingLastPathComponent()
        let names = Set(index.files.values).sorted()
        let missing = names.filter { !FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
        guard missing.isEmpty else {
            throw PolicyError(
                .notFound,
                "\(folder.path) lacks \(listed(missing)), which \(indexFile.lastPathComponent) names. "
                    + "Download the missing files.")
        }
        var files: [String: SafetensorsFile] = [:]
        for name in names { files[name] = try SafetensorsFile(path: folder.appendingPathComponent(name).path) }
        let byTensor = index.files.compactMapValues { files[$0] }
        let absent = byTensor.filter { !$1.contains($0) }.keys.sorted()
        if let first = absent.first, let shard = index.files[first] {
            throw PolicyError(
                .missingTensor,
                "\(indexFile.path) says that \(shard) holds '\(first)', and it does not"
                    + (absent.count > 1 ? "; \(absent.count) tensors are misplaced" : "") + ". Download both again.")
        }
        return byTensor
    }

    private static func noWeights(_ directory: URL) -> PolicyError {
        let pickled = ["pytorch_model.bin", "pytorch_model.bin.index.json"]
            .contains { FileManager.default.fileExists(atPath: directory.appendingPathComponent($0).path) }
        return PolicyError(
            .notFound,
            "\(directory.path) has neither model.safetensors nor model.safetensors.index.json. "
                + (pickled
                    ? "Its weights are in PyTorch's pickle format; convert them to safetensors with transformers."
                    : "Give the folder of a complete model."))
    }

    // MARK: Names

    private static func spellings(of name: String) -> [String] {
        name.hasPrefix("model.") ? [name, String(name.dropFirst("model.".count))] : [name]
    }

    private static func listed(_ names: [String]) -> String {
        names.count <= 8
            ? names.joined(separator: ", ") : "\(names.prefix(8).joined(separator: ", ")) and \(names.count - 8) more"
    }

    /// One line about tensors no part of the policy uses.
    ///
    /// Rotary tables, which old files store, and the copy of a tied output projection are known to be idle and not
    /// mentioned.
    private static func unused(
        _ stored: some Sequence<String>, _ configuration: PolicyConfiguration
    ) -> [String] {
        var known = Set(configuration.tensors.flatMap { spellings(of: $0.name) })
        known.insert(WeightName.output.huggingFaceName)
        let extra = stored.filter { !known.contains($0) && !$0.hasSuffix("rotary_emb.inv_freq") }.sorted()
        return extra.isEmpty ? [] : ["Tensors that this configuration does not use: \(listed(extra))"]
    }
}
