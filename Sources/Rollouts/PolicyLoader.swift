import Compute
import Foundation
import ModelFiles
import Policy
import Templates
import Tokenizing

/// Reads a policy's directory into memory: configuration, tokenizer, template and weights.
struct PolicyLoader {
    let directory: URL
    /// Separate from the engine's backend, which is busy.
    let backend: any Backend

    struct Loaded {
        let info: PolicyInfo
        let weights: any PolicyWeights
        let warnings: [String]
    }

    /// - Parameters:
    ///   - precision: nil chooses by processor and stored format.
    ///   - blocks: What to keep weights in; nil keeps numbers of the precision.
    func load(
        name: String, precision: Precision?, blocks: WeightBlocks? = nil, engine: EngineConfiguration
    ) throws -> Loaded {
        let stored = try PolicyDirectory(directory)
        let tokenizer = try Tokenizer(stored)
        let files = try stored.weights()
        let precision = try precision ?? automaticPrecision(files)
        let weights = try weights(files, stored.configuration, WeightFormat(blocks, precision))
        let perToken = backend.bytesPerToken(stored.configuration, precision)
        let template = try tokenizer.chatTemplate.map(readTemplate)
        let info = PolicyInfo(
            name: name, version: 1, versions: [version(1, weights)], configuration: stored.configuration,
            precision: precision, weightFormat: weights.format, tokenizer: tokenizer,
            chatTemplate: template,
            generationDefaults: stored.generationDefaults,
            endOfSequence: EndOfSequence(stored.configuration, tokenizer, template: try? template?.get()),
            isUntrained: stored.configuration.isUntrained,
            maxSequenceTokens: min(
                stored.configuration.contextLength, engine.keyValueTokens(each: perToken)))
        var warnings = stored.warnings + files.warnings + Self.remarks(on: tokenizer, stored.configuration)
        if case .failure(let error) = template {
            warnings.append(
                "\(name) answers no chats: \(error.description) Send prompts as text, or correct the template and load "
                    + "the policy again.")
        }
        return Loaded(info: info, weights: weights, warnings: warnings)
    }

    /// Keeps the error as a value: an unusable template should not prevent plain-text prompts.
    private func readTemplate(_ source: String) throws -> Result<ChatTemplate, TemplateError> {
        do {
            return .success(try ChatTemplate(source))
        } catch let error as TemplateError {
            return .failure(error)
        }
    }

    /// Reads a further version of a policy: weights, which must have the same shape, or an adapter on weights it has.
    func loadVersion(of policy: HostedPolicy) throws -> (weights: any PolicyWeights, warnings: [String]) {
        let info = policy.info
        if AdapterDirectory.exists(at: directory) {
            let adapter = try AdapterDirectory(directory, base: info.configuration)
            return try weights(adapter, on: policy)
        }
        let stored = try PolicyDirectory(directory)
        guard stored.configuration.hasShape(of: info.configuration) else {
            throw EngineError.notLoadable(
                reason:
                    "\(directory.path) has another shape than policy '\(info.name)'. Load it under a name of its own.")
        }
        let files = try stored.weights()
        return (try weights(files, info.configuration, info.weightFormat), stored.warnings + files.warnings)
    }

    /// An adapter on the weights of a policy that it belongs to.
    func weights(
        _ adapter: AdapterDirectory, on policy: HostedPolicy
    ) throws -> (weights: any PolicyWeights, warnings: [String]) {
        let base = policy.base(named: adapter.baseName)
        let weights = try backend.weights(adapter, on: base, policy.info.precision)
        return (weights, adapter.warnings + Self.remarks(on: adapter, policy.directory(ofBase: base) ?? ""))
    }

    /// Nothing in an adapter shows that it belongs to other weights of the same shape, but for the name it has for them.
    private static func remarks(on adapter: AdapterDirectory, _ base: String) -> [String] {
        guard !isModel(adapter.baseName, at: base) else { return [] }
        return ["\(adapter.url.path) was made for \(adapter.baseName), and is computed on \(base)"]
    }

    /// Whether a path may hold the model of a name, as far as names say; an empty name says nothing.
    static func isModel(_ name: String, at path: String) -> Bool {
        func last(_ path: String) -> String { path.split(separator: "/").last.map { $0.lowercased() } ?? "" }
        let (name, file) = (last(name), last(path))
        // A GGUF file is called after its model, with the format of its weights behind that.
        let isNamedAfter = file.hasSuffix(".gguf") && [".", "-"].contains { file.hasPrefix(name + $0) }
        return name.isEmpty || name == file || isNamedAfter
    }

    /// - Throws: `MemoryError` before anything is read, if there is no room for the weights.
    private func weights(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ format: WeightFormat
    ) throws -> any PolicyWeights {
        guard let bytes = format.byteCount(of: configuration.parameterCount) else { throw MemoryError(byteCount: nil) }
        return try MachineMemory.reserving(bytes) { try backend.weights(files, configuration, format) }
    }

    func version(
        _ number: Int, _ weights: any PolicyWeights, _ adapter: PolicyInfo.Adapter? = nil
    ) -> PolicyInfo.Version {
        PolicyInfo.Version(
            number: number, directory: directory.path, loadedAt: Date().timeIntervalSince1970,
            weightBytes: weights.byteCount, adapter: adapter)
    }

    private func automaticPrecision(_ files: WeightFiles) throws -> Precision {
        backend.precision(storedIn16Bits: try files.tensor(.embedding).encoding.fits16Bits)
    }

    /// Added tokens beyond the embedding (for example, a padding token) are never drawn, and are refused in prompts.
    static func remarks(on tokenizer: Tokenizer, _ configuration: PolicyConfiguration) -> [String] {
        let (known, vocabulary) = (tokenizer.vocabularySize, configuration.vocabularySize)
        guard known > vocabulary else { return [] }
        let extra = (Int32(vocabulary)..<Int32(known)).lazy
            .compactMap { id in tokenizer.token(of: id).map { (id, $0) } }
        let names = extra.prefix(4).map { "'\($1)' (\($0))" }.joined(separator: ", ")
        return [
            "The tokenizer has \(known) tokens and the model \(vocabulary). Texts with the others are refused: \(names)"
                + (known - vocabulary > 4 ? " and more" : "")
        ]
    }
}
