public import Sampling

extension SamplingParameters {
    /// Checks every field, alone and in combination.
    ///
    /// - Parameter vocabulary: V, the length of the policy's rows of logits.
    /// - Throws: `EngineError.invalidParameter` naming the first invalid field, and `EngineError.tokenOutOfRange` for a
    ///   token outside the vocabulary.
    public func validate(vocabulary: Int) throws(EngineError) {
        try checkDistribution()
        try checkLengths()
        try checkTokens(vocabulary: vocabulary)
        if stopTexts.contains("") {
            throw .invalidParameter(field: "stopTexts", reason: "A stop text is empty. Remove it.")
        }
        let longest = stopTexts.map(\.utf8.count).max() ?? 0
        try require(longest <= 4096, "stopTexts", "A stop text has \(longest) bytes; at most 4096 are looked for.")
    }

    private func checkDistribution() throws(EngineError) {
        try require(
            temperature >= 0 && temperature.isFinite, "temperature",
            "The temperature must be a number of at least 0, not \(temperature); 0 takes the most probable token.")
        try require(topP > 0 && topP <= 1, "topP", "\(topP) is outside (0, 1]. 1 keeps every token.")
        try require(topK >= 0, "topK", "\(topK) is negative. 0 keeps every token.")
        try require(minP >= 0 && minP <= 1, "minP", "\(minP) is outside [0, 1]. 0 keeps every token.")
        try require(
            repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetitionPenalty",
            "The penalty must be a number above 0, not \(repetitionPenalty); 1 changes nothing.")
        for (name, value) in [("frequencyPenalty", frequencyPenalty), ("presencePenalty", presencePenalty)] {
            try require(
                -2...2 ~= value, name, "The penalty must be in [-2, 2], not \(value); 0 changes nothing.")
        }
    }

    private func checkLengths() throws(EngineError) {
        try require(maxTokens >= 0, "maxTokens", "\(maxTokens) is negative.")
        try require(minTokens >= 0, "minTokens", "\(minTokens) is negative.")
        try require(
            minTokens <= maxTokens, "minTokens", "\(minTokens) is more than the \(maxTokens) that maxTokens allows.")
    }

    private func checkTokens(vocabulary: Int) throws(EngineError) {
        for (id, bias) in logitBias.sorted(by: { $0.key < $1.key }) {
            try require(
                bias < .infinity, "logitBias",
                "The bias \(bias) of token \(id) is not a number to add. -inf rules a token out.")
            guard 0..<vocabulary ~= Int(id) else { throw .tokenOutOfRange(id: id, vocabulary: vocabulary) }
        }
        for id in stopTokens.sorted() where !(0..<vocabulary ~= Int(id)) {
            throw .tokenOutOfRange(id: id, vocabulary: vocabulary)
        }
    }

    private func require(_ holds: Bool, _ field: String, _ reason: String) throws(EngineError) {
        if !holds { throw .invalidParameter(field: field, reason: reason) }
    }
}
