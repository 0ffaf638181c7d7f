import Policy
import Tokenizing

/// One response being computed. Engine thread only.
final class Sequence {
    let request: RunningRequest
    /// Which of the request's responses it is.
    let index: Int
    let arrival: Int
    /// Everything known: prompt, forced response, drawn tokens.
    private(set) var tokens: [Int32]
    /// Tokens whose keys and values are stored.
    var computed = 0
    var blocks: [Int32] = []
    /// Tokens already reported, or not to be.
    var reported: Int
    var capture: SequenceCapture?
    var sampler: Sampler
    private(set) var finish: FinishReason?
    private var detokenizer: Detokenizer
    private var stops: StopMatcher

    init(request: RunningRequest, index: Int, arrival: Int) {
        self.request = request
        self.index = index
        self.arrival = arrival
        let wanted = request.request
        tokens = wanted.prompt + wanted.forcedResponse
        reported = wanted.echoesPrompt && index == 0 ? 0 : wanted.prompt.count
        detokenizer = request.info.tokenizer.makeDetokenizer(skipSpecialTokens: false)
        stops = StopMatcher(wanted.sampling.stopTexts)
        sampler = request.makeSampler(index: index)
        let configuration = request.info.configuration
        capture = wanted.capture.map {
            SequenceCapture(
                $0, layers: configuration.layerCount, heads: configuration.headCount,
                promptCount: wanted.prompt.count, table: request.policy.tokenFlags)
        }
    }

    var policy: HostedPolicy { request.policy }
    var promptCount: Int { request.request.prompt.count }
    private var givenCount: Int { promptCount + request.request.forcedResponse.count }
    var drawnCount: Int { tokens.count - givenCount }
    /// Whether all but the last token are computed: the next pass draws a token.
    var isDecoding: Bool { computed == tokens.count - 1 }
    /// Whether the row of the last token gives a token to draw.
    var wantsDraw: Bool { finish == nil && drawnCount < request.request.sampling.maxTokens }

    /// Tokens that may be taken from shared blocks. One has to be computed, for its logits; so has every token whose
    /// attention is captured or whose log-probability is wanted.
    var sharableCount: Int {
        var limit = tokens.count - 1
        if capture != nil { limit = min(limit, promptCount) }
        if !request.request.detail.isEmpty { limit = min(limit, firstDetail - 1) }
        return max(limit, 0)
    }

    /// First token whose detail is reported.
    private var firstDetail: Int {
        if reported < promptCount { return 1 }
        return request.request.echoesForcedResponse ? max(reported, 1) : max(reported, givenCount)
    }

    /// Whether the logits before token `position` are needed for its detail.
    func wantsDetail(of position: Int) -> Bool {
        guard !request.request.detail.isEmpty, position >= max(reported, 1) else { return false }
        return position < promptCount || position >= givenCount || request.request.echoesForcedResponse
    }

    /// Rows of a chunk whose logits are needed, relative to its first token.
    func logitRows(first: Int, count: Int) -> Range<Int> {
        let wanted = (0..<count).filter { row in
            let next = first + row + 1
            return next < tokens.count ? wantsDetail(of: next) : wantsDraw
        }
        guard let low = wanted.first, let high = wanted.last else { return 0..<0 }
        return low..<high + 1
    }

    /// Whether token `position`, which was given, is reported at all.
    func echoes(_ position: Int) -> Bool {
        guard position >= reported, position < givenCount, index == 0 else { return false }
        return position < promptCount ? request.request.echoesPrompt : request.request.echoesForcedResponse
    }

    /// Text that a given token completes.
    func text(ofGiven token: Int32) -> String { detokenizer.append(token) }

    /// The response's own text begins here; what the given tokens left unfinished is carried over.
    func append(_ token: Int32) -> String {
        tokens.append(token)
        let sampling = request.request.sampling
        if let stop = stopToken(token) {
            finish = .stopToken(stop)
            return stops.finish()
        }
        let (text, found) = stops.append(detokenizer.append(token))
        if let found {
            finish = .stopText(found)
            return text
        }
        guard drawnCount >= sampling.maxTokens || tokens.count >= request.info.maxSequenceTokens else { return text }
        finish = .length
        return text + finishText()
    }

    /// A request that draws nothing ends once everything is computed.
    func finishGiven() { finish = .length }

    private func stopToken(_ token: Int32) -> Int32? {
        let sampling = request.request.sampling
        if sampling.stopTokens.contains(token) { return token }
        let ends = request.info.configuration.endOfSequence
        return !sampling.ignoresEndOfSequence && ends.contains(token) ? token : nil
    }

    private func finishText() -> String {
        let (text, found) = stops.append(detokenizer.finish())
        return found == nil ? text + stops.finish() : text
    }
}
