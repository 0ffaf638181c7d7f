public import Influence
public import Sampling

/// Which requests are computed first when there is more work than fits in one step.
public enum Priority: Int, Sendable, Comparable, CaseIterable {
    case interactive = 0
    case batch = 1

    public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
}

/// What attention capture keeps.
public struct CaptureParameters: Sendable, Hashable {
    /// Query rows [queries) of one head, to be kept unreduced.
    public struct RawRows: Sendable, Hashable {
        public var head: HeadIndex
        public var queries: Range<Int>

        public init(head: HeadIndex, queries: Range<Int>) {
            self.head = head
            self.queries = queries
        }
    }

    /// D: attention to a step counts only from steps at least D later. Must be at least 1.
    public var gap = 4
    /// Heads whose individual step-to-step maps are kept, in addition to the mean and maximum over all heads.
    public var heads: [HeadIndex] = []
    /// Where steps end; nil means at blank lines, or newlines if there are none, or else every token.
    public var separator: StepSeparator?
    /// Whether to score steps from the one holding `</think>` on as well.
    public var includesAfterThinking = false
    public var rawRows: [RawRows] = []
    /// The layer whose hidden states are averaged over each step, from 0 to L, see `StateBuffer`; nil averages none.
    public var stateLayer: Int?

    public init() {}
}

/// Work for the engine: draw `count` responses to a prompt, score given tokens, or both.
public struct GenerationRequest: Sendable {
    /// The policy's name; empty means the only one loaded.
    public var policy = ""
    /// The version of the weights, staged or served; nil means the one being served.
    public var version: Int?
    public var prompt: [Int32]
    /// Tokens that follow the prompt and count as response: teacher-forced, then continued.
    public var forcedResponse: [Int32] = []
    /// The number of responses to draw. All continue the same prompt, which is computed once.
    public var count = 1
    /// With `maxTokens` 0 nothing is drawn: the request only scores and traces the given tokens.
    public var sampling = SamplingParameters()
    public var detail = TokenDetail()
    /// Whether to report the prompt's tokens as well.
    public var echoesPrompt = false
    /// Whether to report the forced response's tokens.
    public var echoesForcedResponse = false
    /// Whether to omit special tokens from the text of responses, in which stop texts are looked for.
    public var skipsSpecialTokens = false
    public var capture: CaptureParameters?
    /// Tokens of the forced response, as positions in the sequence, that no later token attends to: the attention paid
    /// to them is exactly 0, and that paid to all others is rescaled to sum to 1. Positions do not change, and the
    /// hidden tokens themselves are computed as usual.
    public var hidden: Range<Int>?
    /// How the next-token distributions before given tokens are used.
    public var distributions: DistributionUse?
    public var priority = Priority.interactive
    /// Whether the response's keys and values stay in the prefix cache for requests that continue it; nil keeps those
    /// of interactive requests.
    public var cachesResponse: Bool?

    var keepsResponse: Bool { cachesResponse ?? (priority == .interactive) }

    public init(prompt: [Int32]) { self.prompt = prompt }
}

/// Consecutive tokens of one sequence.
public struct TokenOutput: Sendable, Equatable {
    /// Position of the first token in the sequence, prompt included.
    public var start = 0
    public var ids: [Int32] = []
    /// Whether the last token is a stop token that ended the response. It is not part of the text.
    public var endsWithStop = false
    /// The text these tokens complete; never part of a character.
    public var text = ""
    /// Empty unless requested. NaN for the first token of a sequence, which has no logprob.
    public var logprobs: [Float] = []
    public var entropies: [Float] = []
    public var top: [[TokenLogprob]] = []

    public init() {}

    /// Whether `next` continues this run.
    public func isFollowed(by next: TokenOutput) -> Bool { start + ids.count == next.start }

    /// Appends the tokens that follow.
    public mutating func append(_ next: TokenOutput) {
        ids += next.ids
        endsWithStop = next.endsWithStop
        text += next.text
        logprobs += next.logprobs
        entropies += next.entropies
        top += next.top
    }
}

public enum FinishReason: Sendable, Equatable {
    /// An end-of-sequence or stop token.
    case stopToken(Int32)
    case stopText(String)
    /// `maxTokens` or the end of the context was reached.
    case length
}

/// A step that has just ended.
public struct ClosedStep: Sendable {
    /// Index among the sequence's steps; the prompt, step 0, is never reported.
    public var index: Int
    public var tokens: Range<Int>
    /// Mean attention over layers and heads to steps 0...index.
    public var attention: [Float]
    /// Influence of steps 0...index so far.
    public var influence: [Float]
    /// Excess of steps 0...index so far.
    public var excess: [Float]
}

public struct FinishedResponse: Sendable {
    public var reason: FinishReason
    public var completionTokens: Int
    /// The version of the weights that produced every token.
    public var version: Int
    /// Tokens computed for it: given ones found neither in the cache nor in another response of the request, drawn
    /// ones, and recomputed ones.
    public var computedTokens: Int
    public var trace: AttentionTrace?
    public var states: PooledStates?
}

/// What the engine reports about a request, in order.
public enum GenerationEvent: Sendable {
    /// Admitted: the version that serves it, and how much of its prompt was cached.
    case started(version: Int, cachedTokens: Int)
    /// Given tokens, once computed; only if requested.
    case echoed(TokenOutput)
    case tokens(index: Int, TokenOutput)
    case stepClosed(index: Int, ClosedStep)
    case finished(index: Int, FinishedResponse)
}
