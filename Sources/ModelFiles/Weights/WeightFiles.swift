internal import Foundation

/// The weights of a policy: model.safetensors, the shards named in its index, or the tensors of a GGUF file.
///
/// Names are accepted with and without the leading `model.`, and as in models of images and text. Anything the policy does not need may be missing, damaged,
/// left over or of an unknown kind; `warnings` names it.
public final class WeightFiles: Sendable {
    /// The folder or file, for messages.
    private let place: String
    public let configuration: PolicyConfiguration
    /// Human-readable notes on harmless things: tensors and files that are not used.
    public let warnings: [String]
    private let filesByTensor: [String: any TensorFile]
    private let isGGUF: Bool

    /// Maps the files and checks that every tensor of the configuration is present with its shape.
    ///
    /// - Throws: `PolicyError` naming the file, all missing tensors or the differing shapes, and the remedy.
    init(_ source: ModelSource, configuration: PolicyConfiguration) throws {
        self.configuration = configuration
        switch source {
        case .folder(let directory):
            place = directory.path
            isGGUF = false
            let found = try FoundWeights(
                in: directory, needed: configuration.tensors.map { Self.spellings(of: $0.name) })
            filesByTensor = found.filesByTensor.mapValues { $0 }
            warnings = found.warnings + Self.unused(filesByTensor.keys, configuration)
        case .gguf(let model):
            place = model.path
            isGGUF = true
            let tensors = model.tensors(of: configuration)
            filesByTensor = tensors.names.mapValues { _ in tensors }
            warnings = Self.warning(ofUnused: model.unused(by: configuration))
        }
        for tensor in configuration.tensors { _ = try self.tensor(tensor.weight) }
    }

    /// A weight of the configuration.
    public func tensor(_ weight: WeightName) throws -> TensorView {
        try tensor(weight.huggingFaceName, shape: configuration.specification(weight).shape)
    }

    /// A tensor by its Hugging Face name, which must have the given shape.
    ///
    /// - Throws: `PolicyError` if it is missing, in a format that weights cannot be read from, or of another shape.
    public func tensor(_ name: String, shape: [Int]) throws -> TensorView {
        guard let stored = Self.spellings(of: name).first(where: { filesByTensor[$0] != nil }),
            let view = try filesByTensor[stored]?.tensor(named: stored)
        else {
            throw PolicyError(
                .missingTensor, "\(place) has no tensor '\(spelling(of: name))'. Download the complete model again.")
        }
        guard view.shape == shape else { throw mismatch(view, name, shape) }
        return view
    }

    private func mismatch(_ view: TensorView, _ name: String, _ shape: [Int]) -> PolicyError {
        let weight = configuration.tensors.first { $0.name == name }?.weight
        var remedy =
            isGGUF
            ? "Its metadata belongs to other weights; download the file again, or use another."
            : "Check that config.json belongs to these weights."
        if let weight, !isGGUF, view.shape.count == shape.count {
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

    // MARK: Names

    private static func spellings(of name: String) -> [String] {
        guard name.hasPrefix("model.") else { return [name, "language_model.\(name)"] }
        let rest = name.dropFirst("model.".count)
        return [name, String(rest), "language_model.\(name)", "model.language_model.\(rest)"]
    }

    /// One line about tensors that no part of the policy uses.
    ///
    /// Rotary tables, which old files store, and the copy of a tied output projection are known to be unused and are
    /// not mentioned.
    private static func unused(
        _ stored: some Sequence<String>, _ configuration: PolicyConfiguration
    ) -> [String] {
        var known = Set(configuration.tensors.flatMap { spellings(of: $0.name) })
        known.insert(WeightName.output.huggingFaceName)
        let extra = stored.filter { !known.contains($0) && !$0.hasSuffix("rotary_emb.inv_freq") }.sorted()
        return warning(ofUnused: extra)
    }

    private static func warning(ofUnused names: [String]) -> [String] {
        names.isEmpty ? [] : ["Tensors that this configuration does not use: \(names.listed)"]
    }

    /// As the files have it.
    private func spelling(of name: String) -> String {
        guard isGGUF, let weight = configuration.tensors.first(where: { $0.name == name })?.weight else { return name }
        return weight.ggufName(configuration.normPlacement)
    }
}
