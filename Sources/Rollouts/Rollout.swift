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
    /// Which of the request's responses it is.
    let index: Int
    /// Order of arrival: earlier rollouts of equal priority go first.
    let arrival: Int
    /// Everything known: prompt, forced response, drawn tokens.
    private(set) var tokens: [Int32]
    /// Tokens whose keys and values are stored.
    var computed = 0
    /// Tokens computed since it began, those computed again counted again.
    var computedInAll = 0
    var blocks: [Int32] = []
    var capture: SequenceCapture?
    private(set) var sampler: Sampler
    private(set) var finish: FinishReason?
    /// Tokens whose detail has been reported, or is not wanted.
    private var reported: Int
    /// Given tokens that have been through the detokeniser.
    private var read = 0
    private var detokenizer: Detokenizer
    private var stops: StopMatcher

    init(request: RunningRequest, index: Int, arrival: Int) {
        self.request = request
        self.index = index
        self.arrival = arrival
        let wanted = request.request
        tokens = request.given
        reported = 0
        detokenizer = request.info.tokenizer.makeDetokenizer(skipSpecialTokens: false)
        stops = request.stops
        sampler = request.makeSampler(index: index)
        let configuration = request.info.configuration
        capture = wanted.capture.map {
            SequenceCapture(
                $0, layers: configuration.layerCount, heads: configuration.headCount,
                promptCount: wanted.prompt.count, table: request.policy.tokenFlags,
                responses: wanted.count)
        }
    }

    var policy: HostedPolicy { request.policy }
    var isStalled: Bool { request.isStalled }
    var priority: Priority { request.request.priority }
    var promptCount: Int { request.request.prompt.count }
    /// Prompt and forced response.
    var givenCount: Int { request.given.count }
    var drawnCount: Int { tokens.count - givenCount }
    /// Whether all but the last token are computed, and that one was drawn.
    var isDecoding: Bool { computed == tokens.count - 1 && drawnCount > 0 }
    /// Whether the row of the last token gives a token to draw.
    var wantsDraw: Bool { finish == nil && drawnCount < request.request.sampling.maxTokens }

    // MARK: What has to be computed

    /// Tokens that may be taken from shared blocks. One has to be computed, for its logits; so has every token whose
    /// attention is captured, and the one before every token whose log-probability is wanted.
    var sharableCount: Int {
        var limit = tokens.count - 1
        if let capture { limit = min(limit, capture.firstNeeded) }
        // The first of prompt or forced response that is not reported yet.
        let first = [max(reported, 1), max(reported, promptCount)].first { $0 < givenCount && wantsDetail(of: $0) }
        if let first { limit = min(limit, first - 1) }
        if index == 0, let positions = request.request.distributions?.positions, !positions.isEmpty {
            limit = min(limit, positions.lowerBound - 1)
        }
        return max(limit, 0)
    }

    /// Tokens whose keys and values are those of any request with the same tokens: what comes after a hidden step
    /// depends on its being hidden, and is neither taken from the prefix cache nor put into it.
    var cacheableCount: Int { request.request.hidden?.upperBound ?? .max }

    /// Tokens that may be taken from another response of the request: those given to both.
    var siblingCount: Int { min(sharableCount, givenCount) }

    /// Whether the logits before token `position` are needed for what is reported of it.
    func wantsDetail(of position: Int) -> Bool {
        guard !request.request.detail.isEmpty, position >= max(reported, 1) else { return false }
        return position >= givenCount || echoes(position)
    }

    /// Whether the distribution before token `position`, which is given, is kept or compared.
    func usesDistribution(before position: Int) -> Bool {
        index == 0 && request.request.distributions?.positions.contains(position) == true
    }

    /// Whether token `position`, which was given, is reported.
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

    /// What is wanted of the logits before token `position`.
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

    /// Tokens that one chunk may take without asking too much of capture.
    var captureLimit: Int { capture?.chunkLimit(from: computed, tokens: tokens) ?? .max }

    // MARK: What comes out

    /// Reads given tokens up to `end` and returns those to report, with the detail that `statistics` has of them.
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
        // Nothing follows that could complete a character.
        if read == givenCount, request.request.sampling.maxTokens == 0 { run?.text += detokenizer.finish() }
        return run
    }

    /// Takes a drawn token; its text comes without what may be the beginning of a stop text.
    func append(_ token: Int32, detail: TokenStatistics?) -> TokenOutput {
        var run = TokenOutput(start: tokens.count)
        tokens.append(token)
        sampler.observe(CollectionOfOne(token))
        run.append(token, text: text(ofDrawn: token), detail: detail, wanted: request.request.detail)
        if case .stopToken = finish { run.endsWithStop = true }
        reported = tokens.count
        return run
    }

    /// A request that draws nothing ends once everything is computed.
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

    /// Whether the last token drawn may end the response by what it is or says. The sampler draws no stop token before.
    private var mayEnd: Bool { drawnCount > request.request.sampling.minTokens }

    /// What was held back: half a character, the beginning of a stop text.
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
