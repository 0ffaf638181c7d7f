import Compute
import Foundation
import Policy
import Tokenizing

/// Reads a policy's directory into memory: configuration, tokenizer, template and weights.
struct PolicyLoader {
    let directory: URL
    let threads: Int

    struct Loaded {
        let info: PolicyInfo
        let weights: PolicyWeights
        let warnings: [String]
    }

    func load(name: String, precision: Precision?, engine: EngineConfiguration) throws -> Loaded {
        let stored = try PolicyDirectory(directory)
        let tokenizer = try Tokenizer(directory: directory)
        try checkFit(tokenizer, stored.configuration)
        let files = try stored.weights()
        let precision = try precision ?? automaticPrecision(files)
        let weights = try pack(files, stored.configuration, precision)
        let perToken = BlockPool.bytesPerToken(configuration: stored.configuration, precision: precision)
        let template = try tokenizer.chatTemplate.map(readTemplate)
        let info = PolicyInfo(
            name: name, version: 1, versions: [version(1, weights)], configuration: stored.configuration,
            precision: precision, tokenizer: tokenizer,
            chatTemplate: template,
            generationDefaults: stored.generationDefaults, isUntrained: stored.configuration.isUntrained,
            maxSequenceTokens: min(
                stored.configuration.contextLength, max(engine.keyValueBytes / perToken, 2 * BlockPool.blockTokens)))
        var warnings = files.warnings
        if case .failure(let error) = template {
            warnings.append(
                "\(name) answers no chats: \(error.description) Send prompts as text, or correct the template and load "
                    + "the policy again.")
        }
        return Loaded(info: info, weights: weights, warnings: warnings)
    }

    /// A template that cannot be used keeps nobody from sending text.
    private func readTemplate(_ source: String) throws -> Result<ChatTemplate, TemplateError> {
        do {
            return .success(try ChatTemplate(source))
        } catch let error as TemplateError {
            return .failure(error)
        }
    }

    /// Reads a further version of a policy, which must have the same shape.
    func loadVersion(of info: PolicyInfo) throws -> PolicyWeights {
        let stored = try PolicyDirectory(directory)
        var comparable = stored.configuration
        comparable.endOfSequence = info.configuration.endOfSequence
        comparable.isUntrained = info.configuration.isUntrained
        guard comparable == info.configuration else {
            throw EngineError.notLoadable(
                reason:
                    "\(directory.path) has another shape than policy '\(info.name)'. Load it under a name of its own.")
        }
        return try pack(try stored.weights(), info.configuration, info.precision)
    }

    func version(_ number: Int, _ weights: PolicyWeights) -> PolicyInfo.Version {
        PolicyInfo.Version(
            number: number, directory: directory.path, loadedAt: Date().timeIntervalSince1970,
            weightBytes: weights.byteCount)
    }

    /// Packs with a team of its own: the engine's is busy computing.
    private func pack(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ precision: Precision
    ) throws -> PolicyWeights {
        try PolicyWeights(
            files: files, configuration: configuration, precision: precision, team: ThreadTeam(count: threads))
    }

    private func automaticPrecision(_ files: WeightFiles) throws -> Precision {
        Precision.automatic(storedIn16Bits: try files.tensor(.embedding).format.byteCount == 2)
    }

    private func checkFit(_ tokenizer: Tokenizer, _ configuration: PolicyConfiguration) throws {
        guard tokenizer.vocabularySize <= configuration.vocabularySize else {
            throw EngineError.notLoadable(
                reason: "\(directory.path)/tokenizer.json has token ids up to \(tokenizer.vocabularySize - 1), and "
                    + "config.json says vocab_size \(configuration.vocabularySize). The two do not belong together.")
        }
    }
}
