import Basics
import Influence
import ModelFiles
import Policy
import Sampling

extension GenerationRequest {
    /// Checks a request against the policy it is for.
    ///
    /// - Throws: `EngineError` naming the first problem found.
    func validate(for info: PolicyInfo) throws(EngineError) {
        guard !prompt.isEmpty else { throw .emptyPrompt }
        try checkTokens(info)
        try sampling.validate(vocabulary: info.configuration.vocabularySize)
        let most = ResponseLimits.count
        try require(
            most.contains(count), "count",
            "\(count) responses are asked for; give \(most.lowerBound) to \(most.upperBound).")
        try require(
            (0...20).contains(detail.topLogprobs), "detail.topLogprobs",
            "\(detail.topLogprobs) alternatives are asked for; give 0 to 20.")
        if let capture { try check(capture, info) }
        try checkRanges(vocabulary: info.configuration.vocabularySize)
    }

    private func checkTokens(_ info: PolicyInfo) throws(EngineError) {
        let given = prompt.count + forcedResponse.count
        try info.checkVocabulary(prompt)
        try info.checkVocabulary(forcedResponse)
        let context = info.configuration.contextLength
        // A drawn token needs a position of its own.
        let needed = given + (sampling.maxTokens > 0 ? 1 : 0)
        guard needed <= context else { throw .contextExceeded(tokens: given, context: context) }
        guard needed <= info.maxSequenceTokens else {
            throw .cacheTooSmall(tokens: needed, capacity: info.maxSequenceTokens)
        }
    }

    private func checkRanges(vocabulary: Int) throws(EngineError) {
        let end = prompt.count + forcedResponse.count
        if let hidden {
            try require(
                !hidden.isEmpty && hidden.lowerBound >= prompt.count && hidden.upperBound <= end, "hidden",
                "tokens \(hidden) are not within the given response, \(prompt.count)..<\(end).")
        }
        if let distributions {
            let positions = distributions.positions
            try require(
                positions.lowerBound >= 1 && positions.upperBound <= end, "distributions",
                "tokens \(positions) are not given and after the first, 1..<\(end).")
            try require(
                distributions.vocabulary == vocabulary, "distributions",
                "it is for \(distributions.vocabulary) tokens and the policy has \(vocabulary).")
        }
    }

    private func check(_ capture: CaptureParameters, _ info: PolicyInfo) throws(EngineError) {
        let (layers, heads) = (info.configuration.layerCount, info.configuration.headCount)
        try require(capture.gap >= 1, "capture.gap", "\(capture.gap) steps; a gap is at least 1.")
        try require(capture.heads.count <= 64, "capture.heads", "\(capture.heads.count) heads; at most 64 have maps.")
        if let layer = capture.stateLayer {
            try require(
                0...layers ~= layer, "capture.stateLayer",
                "layer \(layer) has no hidden states: they are those of 0, the embedding, to \(layers), the last layer."
            )
        }
        for head in capture.heads + capture.rawRows.map(\.head) {
            try require(
                0..<layers ~= head.layer && 0..<heads ~= head.head, "capture.heads",
                "layer \(head.layer) head \(head.head) is not among the \(layers) layers of \(heads) heads.")
        }
        try require(
            capture.rawRows.count <= 256, "capture.rawRows",
            "\(capture.rawRows.count) ranges of rows are asked for; at most 256 are kept.")
        var values = 0
        for rows in capture.rawRows {
            let queries = rows.queries
            try require(
                queries.upperBound <= info.configuration.contextLength,
                "capture.rawRows",
                "queries \(queries) reach beyond the context of \(info.configuration.contextLength) tokens.")
            values += queries.count * (queries.lowerBound + 1 + queries.upperBound) / 2
        }
        values *= count
        try require(
            values <= 4 << 20, "capture.rawRows",
            "\(values) values are asked for in all responses; at most \(4 << 20) are kept.")
    }

    private func require(_ holds: Bool, _ field: String, _ reason: String) throws(EngineError) {
        if !holds { throw .invalidParameter(field: field, reason: reason) }
    }
}
