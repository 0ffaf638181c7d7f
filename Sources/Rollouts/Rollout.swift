import Influence
import ModelFiles
import Policy
import Sampling
import Tokenizing

/// One response being computed. Engine thread only.
final class Rollout {
    enum State {
        case waiting, running, done
    }

    var state = State.waiting
    let request: RunningRequest
    /// Its index among the request's responses.
    let index: Int
    /// Order of arrival: of rollouts with equal priority, earlier ones go first.
    let arrival: Int
    /// All tokens so far: prompt, forced response, drawn tokens.
    private(set) var tokens: [Int32]
    /// Tokens whose keys and values are stored.
    var computed = 0
    /// Tokens computed since it began, counting recomputed ones again.
    var computedInAll = 0
    var blocks: [Int32] = []
    var capture: SequenceCapture?
    /// Bytes of its capture, as the scheduler has counted them.
    var captureBytes = 0
    private(set) var sampler: Sampler
    private(set) var finish: FinishReason?
    /// Tokens whose detail has been reported or was not requested.
    private var reported: Int
    /// Given tokens that have been through the detokenizer.
    private var read = 0
    private var detokenizer: Detokenizer
    var times = RolloutTimes()
    private var stops: StopMatcher

    init(request: RunningRequest, index: Int, arrival: Int) {
        self.request = request
        self.index = index
        self.arrival = arrival
        let wanted = request.request
        tokens = request.given
        reported = 0
        detokenizer = request.info.tokenizer.makeDetokenizer(skipSpecialTokens: wanted.skipsSpecialTokens)
        stops = request.stops
        sampler = request.makeSampler(index: index)
        let configuration = request.info.configuration
        capture = wanted.capture.map {
            SequenceCapture(
                $0, layers: configuration.layerCount, heads: configuration.headCount,
                promptCount: wanted.prompt.count, texts: request.policy.tokenTexts,
                responses: wanted.count, stateWidth: configuration.hiddenSize)
        }
    }

    var policy: HostedPolicy { request.policy }
    var isStalled: Bool { request.isStalled }
    var priority: Priority { request.request.priority }
    var promptCount: Int { request.request.prompt.count }
    /// Prompt and forced response.
    var givenCount: Int { request.given.count }
    var drawnCount: Int { tokens.count - givenCount }
    /// Whether all but the last token are computed, and the last was drawn.
    var isDecoding: Bool { computed == tokens.count - 1 && drawnCount > 0 }
    /// Tokens it has to compute: one if it is decoding. What the request's first response computes for all counts there.
    var uncomputedCount: Int { tokens.count - (computed == 0 && index > 0 ? siblingCount : computed) }
    /// Whether to draw a token from the last token's logits.
    var wantsDraw: Bool { finish == nil && drawnCount < request.request.sampling.maxTokens }

    // MARK: What has to be computed

    /// Tokens that may be taken from shared blocks. At least one has to be computed for its logits, as must every token
    /// whose attention is captured, and the one before every token whose logprob is requested.
    var sharableCount: Int {
        var limit = tokens.count - 1
        if let capture { limit = min(limit, capture.firstNeeded) }
        // The first token of prompt or forced response not yet reported.
        let first = [max(reported, 1), max(reported, promptCount)].first { $0 < givenCount && wantsDetail(of: $0) }
        if let first { limit = min(limit, first - 1) }
        if index == 0, let positions = request.request.distributions?.positions, !positions.isEmpty {
            limit = min(limit, positions.lowerBound - 1)
        }
        return max(limit, 0)
    }

    /// Tokens whose keys and values are the same for any request with the same tokens: what follows a hidden step
    /// depends on its being hidden, so it is neither taken from the prefix cache nor added to it.
    var cacheableCount: Int { request.request.hidden?.upperBound ?? .max }

    /// Tokens that may be taken from another response of the request: those given to both.
    var siblingCount: Int { min(sharableCount, givenCount) }

    /// Whether the logits before token `position` are needed to report it.
    func wantsDetail(of position: Int) -> Bool {
        guard !request.request.detail.isEmpty, position >= max(reported, 1) else { return false }
        return position >= givenCount || echoes(position)
    }

    /// Whether the distribution before the given token at `position` is kept or compared.
    func usesDistribution(before position: Int) -> Bool {
        index == 0 && request.request.distributions?.positions.contains(position) == true
    }

    /// Whether the given token at `position` is reported.
    func echoes(_ position: Int) -> Bool {
        guard index == 0 else { return false }
        return position < promptCount ? request.request.echoesPrompt : request.request.echoesForcedResponse
    }

    /// Rows of a chunk whose logits are needed, relative to its first token.
    func logitRows(first: Int, count: Int) -> Range<Int> {
        func isNeeded(_ row: Int) -> Bool {
            let next = first + row + 1
            return next < tokens.count ? wantsDetail(of: next) || usesDistribution(before: next) : wantsDraw
        }
        guard let low = (0..<count).first(where: isNeeded), let high = (0..<count).last(where: isNeeded) else {
            return 0..<0
        }
        return low..<high + 1
    }

    /// What is needed from the logits before token `position`.
    func logitRequest(before position: Int) -> LogitRequest {
        let wanted = request.request
        guard position < tokens.count else {
            return LogitRequest(.draw(.init(sampler: sampler, position: drawnCount)), detail: wanted.detail)
        }
        let given = LogitRequest.Given(
            token: tokens[position], position: position,
            distributions: usesDistribution(before: position) ? wanted.distributions : nil)
        return LogitRequest(.given(given), detail: wantsDetail(of: position) ? wanted.detail : TokenDetail())
    }

    /// The most tokens one chunk may take within capture's memory limit.
    var captureLimit: Int { capture?.chunkLimit(from: computed, tokens: tokens) ?? .max }

    // MARK: Output

    /// Reads given tokens up to `end` and returns those to report, with the detail provided by `detail`.
    func readGiven(upTo end: Int, detail: (Int) -> TokenStatistics?) -> TokenOutput? {
        var run: TokenOutput?
        while read < min(end, givenCount) {
            let text = detokenizer.append(tokens[read])
            if echoes(read) {
                if run == nil { run = TokenOutput(start: read) }
                run?.append(tokens[read], text: text, detail: detail(read), wanted: request.request.detail)
            }
            read += 1
        }
        reported = max(reported, read)
        // No more text follows that could complete a character.
        if read == givenCount, request.request.sampling.maxTokens == 0 { run?.text += detokenizer.finish() }
        return run
    }

    /// Appends a drawn token; its text omits what may be the beginning of a stop text.
    func append(_ token: Int32, detail: TokenStatistics?) -> TokenOutput {
        var run = TokenOutput(start: tokens.count)
        tokens.append(token)
        sampler.observe(drawn: token)
        run.append(token, text: text(ofDrawn: token), detail: detail, wanted: request.request.detail)
        if case .stopToken = finish { run.endsWithStop = true }
        reported = tokens.count
        return run
    }

    /// Ends a request that draws nothing, once everything is computed.
    func finishGiven() { finish = .length }

    private func text(ofDrawn token: Int32) -> String {
        if request.stopTokens.contains(token) {
            finish = .stopToken(token)
            return finishText()
        }
        let (text, found) = stops.append(detokenizer.append(token), ends: mayEnd)
        if let found {
            finish = .stopText(found)
            return text
        }
        let isFull = tokens.count >= request.info.maxSequenceTokens
        guard drawnCount >= request.request.sampling.maxTokens || isFull else { return text }
        finish = .length
        return text + finishText()
    }

    /// Whether the last drawn token or its text may end the response. The sampler draws no stop token before that.
    private var mayEnd: Bool { drawnCount > request.request.sampling.minTokens }

    /// The text held back: part of a character, or the beginning of a stop text.
    private func finishText() -> String {
        let (text, found) = stops.append(detokenizer.finish(), ends: mayEnd)
        return found == nil ? text + stops.finish() : text
    }
}

extension TokenOutput {
    init(start: Int) {
        self.init()
        self.start = start
    }

    mutating func append(_ id: Int32, text: String, detail: TokenStatistics?, wanted: TokenDetail) {
        ids.append(id)
        self.text += text
        if wanted.logprobs { logprobs.append(detail?.logprob ?? .nan) }
        if wanted.entropies { entropies.append(detail?.entropy ?? .nan) }
        if wanted.topLogprobs > 0 { top.append(detail?.top ?? []) }
    }
}
