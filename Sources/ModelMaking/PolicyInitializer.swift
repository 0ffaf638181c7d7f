import Basics
public import Foundation
public import ModelFiles

/// Creates new policies with random weights.
///
/// Matrices are drawn from a normal distribution with standard deviation 0.02; those that write into the residual
/// stream with 0.02 / sqrt(2 L), so that its variance does not grow with depth (GPT-2's scheme). Biases are 0, norms 1.
/// The value drawn for an element depends only on the seed, the tensor's name and the element's index.
public enum PolicyInitializer {
    /// The number of consecutive elements that share a random stream.
    private static let blockLength = 1 << 16

    /// Writes a folder with a new policy: a config.json that marks it as untrained, generation_config.json, the weights
    /// and the tokenizer's files.
    ///
    /// The same arguments give the same bytes on every machine. If the tokenizer's vocabulary is larger than the
    /// size's, the latter grows to match; if it is smaller, the rest is padding.
    ///
    /// - Parameter tokenizerFiles: tokenizer.json, tokenizer_config.json and any related files, by name.
    /// - Throws: `PolicyError` if the tokenizer's files cannot be used, or the folder cannot be written.
    public static func write(
        size: PolicySize, family: PolicyConfiguration.Family = .qwen2, seed: UInt64, induction: Bool = false,
        to folder: URL, format: TensorFormat = .bfloat16, tokenizerFiles: [String: Data] = [:]
    ) throws {
        var configuration = size.configuration(family: family)
        // An id beyond any model's limit is refused below, by its number.
        let needed = min(try TokenizerFiles(tokenizerFiles).idLimit, SizeLimit.vocabulary)
        configuration.vocabularySize = max(configuration.vocabularySize, needed)
        try write(
            configuration: configuration, seed: seed, induction: induction, to: folder, format: format,
            tokenizerFiles: tokenizerFiles)
    }

    /// The same for a custom configuration, which the tokenizer must fit; beginning and end tokens come from the
    /// tokenizer if it has them.
    ///
    /// - Parameter induction: Whether to start near induction heads; see `InductionStart`.
    public static func write(
        configuration: PolicyConfiguration, seed: UInt64, induction: Bool = false, to folder: URL,
        format: TensorFormat = .bfloat16, tokenizerFiles: [String: Data] = [:]
    ) throws {
        guard !induction || configuration.hasQKVBias else {
            throw PolicyError(
                .invalid,
                "Policies of family \(configuration.family.rawValue) have no query and key biases, which "
                    + "induction heads begin with. "
                    + "Choose qwen2, or leave it out.")
        }
        guard !induction || configuration.rotatesWholeHeads else {
            throw PolicyError(
                .invalid,
                "Policies of family \(configuration.family.rawValue) do not rotate all of every head, which a start near "
                    + "induction heads needs. Choose qwen2, or leave it out.")
        }
        let tokenizer = try TokenizerFiles(tokenizerFiles)
        guard tokenizer.idLimit <= configuration.vocabularySize else {
            throw PolicyError(
                .invalid,
                "tokenizer.json has token ids up to \(tokenizer.idLimit - 1), and the policy a vocabulary of "
                    + "\(configuration.vocabularySize). Give it a larger vocabulary, or a smaller tokenizer.")
        }
        var configuration = configuration
        configuration.isUntrained = true
        configuration.beginningOfSequence = tokenizer.beginningOfSequence ?? configuration.beginningOfSequence
        configuration.endOfSequence = tokenizer.endOfSequence.map { [$0] } ?? configuration.endOfSequence
        var files = tokenizerFiles
        files["generation_config.json"] = try generationConfig(configuration)
        var exporter = try PolicyExporter(configuration: configuration, files: files)
        exporter.format = format
        let start = InductionStart(configuration, seed: seed)
        try exporter.write(to: folder) { tensor, range, buffer in
            draw(tensor, range, into: buffer, configuration: configuration, seed: seed)
            if induction { start.write(tensor, range, into: buffer) }
        }
    }

    /// Fills a buffer with elements `range` of a tensor.
    ///
    /// - Precondition: The range starts at a multiple of 65,536.
    static func draw(
        _ tensor: TensorSpecification, _ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>,
        configuration: PolicyConfiguration, seed: UInt64
    ) {
        precondition(range.lowerBound.isMultiple(of: blockLength), "elements from \(range.lowerBound) were asked for")
        switch tensor.weight.initialisation {
        case .gain: buffer.update(repeating: configuration.normGainsAddOne ? 0 : 1)
        case .zeros: buffer.update(repeating: 0)
        case .normal(let isResidual):
            let depth = isResidual ? Double(2 * configuration.layerCount).squareRoot() : 1
            let scale = PolicyConfiguration.initializerRange / depth
            let name = fingerprint(tensor.name.utf8)
            for start in stride(from: 0, to: range.count, by: blockLength) {
                let block = UInt64((range.lowerBound + start) / blockLength)
                var deviates = NormalDeviates(seed: seed, stream: SplitMix.mix(name &+ block))
                for index in start..<min(start + blockLength, range.count) {
                    buffer[index] = Float(deviates.next() * scale)
                }
            }
        }
    }

    private static func generationConfig(_ configuration: PolicyConfiguration) throws -> Data {
        let fields: [String: JSONValue] = [
            "do_sample": .bool(true),
            "bos_token_id": configuration.beginningOfSequence.map { .integer(Int($0)) } ?? .null,
            "eos_token_id": PolicyConfiguration.tokens(configuration.endOfSequence),
        ]
        return try JSONValue.object(fields).rendered()
    }
}

extension WeightName {
    fileprivate enum Initialisation {
        /// Such that norms multiply by 1.
        case gain
        case zeros
        case normal(isResidual: Bool)
    }

    fileprivate var initialisation: Initialisation {
        switch self {
        case .embedding, .output: .normal(isResidual: false)
        case .finalNorm: .gain
        case .expert(_, _, let weight): .normal(isResidual: weight == .downWeight)
        case .layer(_, let weight):
            switch weight {
            case .inputNorm, .postAttentionNorm, .preFeedForwardNorm, .postFeedForwardNorm, .queryNorm, .keyNorm: .gain
            case .queryBias, .keyBias, .valueBias, .outputBias, .gateBias, .upBias, .downBias: .zeros
            case .outputWeight, .downWeight: .normal(isResidual: true)
            case .queryWeight, .keyWeight, .valueWeight, .queryKeyValueWeight, .gateWeight, .upWeight, .gateUpWeight,
                .routerWeight:
                .normal(isResidual: false)
            }
        }
    }
}
