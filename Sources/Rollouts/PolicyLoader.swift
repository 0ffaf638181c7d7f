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

    /// Reads a further version of a policy, which must have the same shape.
    func loadVersion(of info: PolicyInfo) throws -> (weights: any PolicyWeights, warnings: [String]) {
        let stored = try PolicyDirectory(directory)
        guard stored.configuration.hasShape(of: info.configuration) else {
            throw EngineError.notLoadable(
                reason:
                    "\(directory.path) has another shape than policy '\(info.name)'. Load it under a name of its own.")
        }
        let files = try stored.weights()
        return (try weights(files, info.configuration, info.weightFormat), stored.warnings + files.warnings)
    }

    /// - Throws: `MemoryError` before anything is read, if there is no room for the weights.
    private func weights(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ format: WeightFormat
    ) throws -> any PolicyWeights {
        guard let bytes = format.byteCount(of: configuration.parameterCount) else { throw MemoryError(byteCount: nil) }
        return try MachineMemory.reserving(bytes) { try backend.weights(files, configuration, format) }
    }

    func version(_ number: Int, _ weights: any PolicyWeights) -> PolicyInfo.Version {
        PolicyInfo.Version(
            number: number, directory: directory.path, loadedAt: Date().timeIntervalSince1970,
            weightBytes: weights.byteCount)
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
