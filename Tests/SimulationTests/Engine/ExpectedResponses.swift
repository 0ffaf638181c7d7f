import Influence
import Sampling
import Tokenizing

@testable import Policy
@testable import Rollouts

/// What a request must be answered with, computed without the engine: one response after another, from the first token
/// to the last.
struct ExpectedResponses {
    struct Response {
        /// Given and drawn.
        var tokens: [Int32]
        var text = ""
        /// Of drawn tokens.
        var statistics: [TokenStatistics?] = []
        /// nil if a draw found no numbers.
        var reason: FinishReason?
        var traceDigest: Int?
    }

    let responses: [Response]
    /// Of the given tokens after the first.
    let givenStatistics: [TokenStatistics?]

    /// Whether the request cannot be computed.
    var isBroken: Bool { responses.contains { $0.reason == nil } }

    init(_ request: GenerationRequest, _ model: SimulatedModel, info: PolicyInfo) {
        let reference = Reference(request: request, model: model, info: info)
        (responses, givenStatistics) = reference.respond()
    }
}

private struct Reference {
    let request: GenerationRequest
    let model: SimulatedModel
    let info: PolicyInfo

    func respond() -> ([ExpectedResponses.Response], [TokenStatistics?]) {
        let given = request.prompt + request.forcedResponse
        var seen = VisibleSum(hidden: request.hidden), last: (sum: UInt64, value: UInt64) = (0, 0)
        var statistics: [TokenStatistics?] = []
        for (position, token) in given.enumerated() {
            if position > 0 { statistics.append(statistic(of: token, at: position, last)) }
            last = next(token, at: position, &seen)
        }
        return ((0..<request.count).map { respond(index: $0, given, seen, last) }, statistics)
    }

    private func next(_ token: Int32, at position: Int, _ seen: inout VisibleSum) -> (sum: UInt64, value: UInt64) {
        let sum = seen.sum(at: position), value = model.value(of: token, at: position, sum: sum)
        seen.add(value, at: position)
        return (sum, value)
    }

    private func statistic(of token: Int32, at position: Int, _ last: (sum: UInt64, value: UInt64)) -> TokenStatistics?
    {
        let given = LogitRequest.Given(token: token, position: position, distributions: nil)
        let answer = model.answer(LogitRequest(.given(given), detail: request.detail), sum: last.sum, value: last.value)
        return (try? answer.get())?.statistics
    }

    private func respond(
        index: Int, _ given: [Int32], _ seen: VisibleSum, _ last: (sum: UInt64, value: UInt64)
    ) -> ExpectedResponses.Response {
        var response = ExpectedResponses.Response(tokens: given)
        var (seen, last) = (seen, last)
        let stops = info.stops(request.sampling)
        var sampler = Sampler(request.sampling, index: index, endOfSequence: stops)
        sampler.observe(given)
        var text = ResponseText(request, info, given)
        var drawn = 0
        if request.sampling.maxTokens == 0 { response.reason = .length }
        while response.reason == nil {
            let draw = LogitRequest(.draw(.init(sampler: sampler, position: drawn)), detail: request.detail)
            let answer = model.answer(draw, sum: last.sum, value: last.value)
            guard let result = try? answer.get(), let token = result.token else { return response }
            response.tokens.append(token)
            response.statistics.append(result.statistics)
            sampler.observe(drawn: token)
            drawn += 1
            let mayEnd = drawn > request.sampling.minTokens
            if stops.contains(token) {
                response.reason = .stopToken(token)
            } else if let found = text.append(token, mayEnd: mayEnd) {
                response.reason = .stopText(found)
            } else if drawn == request.sampling.maxTokens || response.tokens.count >= info.maxSequenceTokens {
                response.reason = .length
            }
            last = next(token, at: response.tokens.count - 1, &seen)
        }
        // Half a character at the end of what was given belongs to that.
        if drawn > 0 { response.text = text.finish(mayEnd: drawn > request.sampling.minTokens, response.reason) }
        if let capture = request.capture { response.traceDigest = trace(capture, response.tokens) }
        return response
    }

    /// Captures all tokens in as few chunks as possible.
    private func trace(_ parameters: CaptureParameters, _ tokens: [Int32]) -> Int {
        var capture = SequenceCapture(
            parameters, layers: SimulatedModel.layers, heads: SimulatedModel.heads, promptCount: request.prompt.count,
            texts: info.tokenizer.texts, responses: request.count)
        fold(tokens, into: capture)
        if capture.needsRecut {
            capture = capture.restarted()
            fold(tokens, into: capture)
        }
        return capture.finish { _ in }.digest
    }

    private func fold(_ tokens: [Int32], into capture: SequenceCapture) {
        var first = 0
        while first < tokens.count {
            let end = first + min(tokens.count - first, capture.chunkLimit(from: first, tokens: tokens))
            guard let closed = try? capture.prepare(first: first, tokens: tokens[first..<end]) else { return }
            capture.buffer.fold(
                ForwardChunk(
                    tokens: Array(tokens[first..<end]), first: first, blocks: [], logitRows: 0..<0,
                    capture: capture.buffer, hidden: request.hidden))
            capture.collect(closed, computed: end) { _ in }
            first = end
        }
    }
}

/// The text of a response, in which stop texts are looked for from the beginning after every token.
private struct ResponseText {
    private var detokenizer: Detokenizer
    private let stops: [[UInt8]]
    private var bytes: [UInt8] = []
    /// Where the text ends, if a stop text was found.
    private var end: Int?

    init(_ request: GenerationRequest, _ info: PolicyInfo, _ given: [Int32]) {
        stops = request.sampling.stopTexts.map { Array($0.utf8) }
        detokenizer = info.tokenizer.makeDetokenizer(skipSpecialTokens: request.skipsSpecialTokens)
        for token in given { _ = detokenizer.append(token) }
    }

    /// Returns the stop text that ends the response.
    mutating func append(_ token: Int32, mayEnd: Bool) -> String? { append(detokenizer.append(token), mayEnd: mayEnd) }

    private mutating func append(_ piece: String, mayEnd: Bool) -> String? {
        let known = bytes.count
        bytes += piece.utf8
        guard mayEnd else { return nil }
        // Of those that end in the new bytes the earliest, and the longest of those that begin there.
        for begin in bytes.indices {
            let found = stops.filter { stop in
                begin + stop.count > known && bytes[begin...].starts(with: stop)
            }
            guard let longest = found.max(by: { $0.count < $1.count }) else { continue }
            end = begin
            return String(decoding: longest, as: UTF8.self)
        }
        return nil
    }

    mutating func finish(mayEnd: Bool, _ reason: FinishReason?) -> String {
        if case .stopText = reason {} else { _ = append(detokenizer.finish(), mayEnd: mayEnd) }
        return String(decoding: bytes[..<(end ?? bytes.count)], as: UTF8.self)
    }
}

extension AttentionTrace {
    /// Stands for everything in it, bit for bit.
    var digest: Int {
        var hasher = Hasher()
        hasher.combine(segmentation)
        hasher.combine(perHead)
        hasher.combine(influence)
        hasher.combine(meanMap)
        hasher.combine(maxMap)
        hasher.combine(headMaps)
        hasher.combine(mapsDropped)
        hasher.combine(raw)
        return hasher.finalize()
    }
}
