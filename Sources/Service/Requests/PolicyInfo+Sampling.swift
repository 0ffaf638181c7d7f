import ModelFiles
import Policy
import Rollouts
import Sampling
import Wire

extension PolicyInfo {
    /// Stop texts are searched for after every token, on the thread that computes for everyone.
    private static let stopTextLimit = 64
    private static let stopTextBytes = 4096

    /// Completes sampling options: each field is taken from the request, else generation_config.json, else the
    /// defaults.
    ///
    /// - Parameters:
    ///   - given: The number of tokens before the first sampled one; nil if unknown.
    ///   - path: Path of the field that holds the options.
    func resolve(
        _ options: V1.SamplingOptions?, given: Int?, path: String, _ problems: inout FieldProblems
    ) -> SamplingParameters {
        let before = problems.count
        let options = bounded(options ?? V1.SamplingOptions(), path, &problems)
        let defaults = generationDefaults
        var sampling = SamplingParameters()
        sampling.temperature = options.temperature ?? (defaults.isGreedy ? 0 : defaults.temperature ?? 1)
        sampling.topP = options.topP ?? defaults.topP ?? 1
        sampling.topK = options.topK.map(Int.init) ?? defaults.topK ?? 0
        sampling.minP = options.minP ?? defaults.minP ?? 0
        sampling.repetitionPenalty = options.repetitionPenalty ?? defaults.repetitionPenalty ?? 1
        sampling.frequencyPenalty = options.frequencyPenalty ?? 0
        sampling.presencePenalty = options.presencePenalty ?? 0
        sampling.maxTokens = maxTokens(options.maxTokens, given: given)
        sampling.minTokens = options.minTokens.map(Int.init) ?? 0
        sampling.stopTexts = options.stop
        sampling.stopTokens = Set(options.stopTokenIds)
        sampling.ignoresEndOfSequence = options.ignoreEos
        // Below 2^53, so that tools that store numbers as doubles can reproduce it.
        sampling.seed = options.seed ?? .random(in: 0..<1 << 53)
        sampling.logitBias = Dictionary(options.logitBias.map { ($0.tokenId, $0.bias) }) { first, _ in first }
        checkDistribution(sampling, path, &problems)
        checkLengths(options, sampling, path, &problems)
        checkTokens(options, path, &problems)
        // Invalid options are not used any further.
        return problems.count == before ? sampling : SamplingParameters()
    }

    /// The options without any list that is too long.
    private func bounded(
        _ options: V1.SamplingOptions, _ path: String, _ problems: inout FieldProblems
    ) -> V1.SamplingOptions {
        let vocabulary = configuration.vocabularySize
        var options = options
        options.stop = problems.list(options.stop, atMost: Self.stopTextLimit, "\(path).stop", "texts")
        options.stopTokenIds = problems.list(
            options.stopTokenIds, atMost: vocabulary, "\(path).stop_token_ids", "tokens")
        options.logitBias = problems.list(options.logitBias, atMost: vocabulary, "\(path).logit_bias", "biases")
        return options
    }

    /// As many tokens as were requested and still fit in the context.
    ///
    /// The engine rejects a full context.
    private func maxTokens(_ wanted: Int32?, given: Int?) -> Int {
        let room = max(1, maxSequenceTokens - (given ?? 0))
        return min(wanted.map(Int.init) ?? room, room)
    }

    private func checkDistribution(_ sampling: SamplingParameters, _ path: String, _ problems: inout FieldProblems) {
        let temperature = sampling.temperature, penalty = sampling.repetitionPenalty
        problems.require(
            temperature >= 0 && temperature.isFinite, "\(path).temperature", value: "\(temperature)",
            "The temperature must be a number of at least 0, not \(temperature); 0 takes the most probable token.")
        problems.require(
            sampling.topP > 0 && sampling.topP <= 1, "\(path).top_p", value: "\(sampling.topP)",
            "\(sampling.topP) is outside (0, 1]. 1 keeps every token.")
        problems.require(
            sampling.topK >= 0, "\(path).top_k", value: "\(sampling.topK)",
            "\(sampling.topK) is negative. 0 keeps every token.")
        problems.require(
            sampling.minP >= 0 && sampling.minP <= 1, "\(path).min_p", value: "\(sampling.minP)",
            "\(sampling.minP) is outside [0, 1]. 0 keeps every token.")
        problems.require(
            penalty > 0 && penalty.isFinite, "\(path).repetition_penalty", value: "\(penalty)",
            "The penalty must be a number above 0, not \(penalty); 1 changes nothing.")
        for (name, value) in [
            ("frequency_penalty", sampling.frequencyPenalty), ("presence_penalty", sampling.presencePenalty),
        ] {
            problems.require(
                -2...2 ~= value, "\(path).\(name)", value: "\(value)",
                "The penalty must be in [-2, 2], not \(value); 0 changes nothing.")
        }
    }

    private func checkLengths(
        _ options: V1.SamplingOptions, _ sampling: SamplingParameters, _ path: String, _ problems: inout FieldProblems
    ) {
        let (most, least) = (sampling.maxTokens, sampling.minTokens)
        problems.require(
            most >= 0, "\(path).max_tokens", value: "\(most)",
            "\(most) is negative. Leave it out to use what the context holds.")
        problems.require(
            least >= 0, "\(path).min_tokens", value: "\(least)", "\(least) is negative. 0 lets a response end at once.")
        problems.require(
            least <= most || most < 0, "\(path).min_tokens", value: "\(least)",
            "\(least) is more than the \(most) tokens that max_tokens and the context allow.")
        if let index = options.stop.firstIndex(of: "") {
            problems.add("\(path).stop[\(index)]", "The stop text is empty. Remove it.")
        }
        if let index = options.stop.firstIndex(where: { $0.utf8.count > Self.stopTextBytes }) {
            let bytes = options.stop[index].utf8.count
            problems.add(
                "\(path).stop[\(index)]", value: "\(bytes) bytes",
                "The stop text has \(bytes) bytes. Give at most \(Self.stopTextBytes).")
        }
    }

    private func checkTokens(_ options: V1.SamplingOptions, _ path: String, _ problems: inout FieldProblems) {
        check(options.stopTokenIds, path: "\(path).stop_token_ids", &problems)
        check(options.logitBias.map(\.tokenId), path: "\(path).logit_bias", of: ".token_id", &problems)
        if let index = options.logitBias.firstIndex(where: { !($0.bias < .infinity) }) {
            let bias = options.logitBias[index]
            problems.add(
                "\(path).logit_bias[\(index)].bias", value: "\(bias.bias)",
                "\(bias.bias) is not a number to add. -inf rules a token out.")
        }
        var seen = Set<Int32>()
        if let index = options.logitBias.firstIndex(where: { !seen.insert($0.tokenId).inserted }) {
            let id = options.logitBias[index].tokenId
            problems.add(
                "\(path).logit_bias[\(index)].token_id", value: "\(id)",
                "Token \(id) has a bias already. Give one for each token.")
        }
    }
}

extension V1.SamplingOptions {
    /// The options a request was computed with, with every field set.
    init(_ sampling: SamplingParameters) {
        self.init()
        temperature = sampling.temperature
        topP = sampling.topP
        topK = Int32(clamping: sampling.topK)
        minP = sampling.minP
        repetitionPenalty = sampling.repetitionPenalty
        frequencyPenalty = sampling.frequencyPenalty
        presencePenalty = sampling.presencePenalty
        maxTokens = Int32(clamping: sampling.maxTokens)
        minTokens = Int32(clamping: sampling.minTokens)
        stop = sampling.stopTexts
        stopTokenIds = sampling.stopTokens.sorted()
        seed = sampling.seed
        ignoreEos = sampling.ignoresEndOfSequence
        logitBias = sampling.logitBias.sorted { $0.key < $1.key }.map { id, bias in
            var entry = V1.LogitBias()
            entry.tokenId = id
            entry.bias = bias
            return entry
        }
    }
}
