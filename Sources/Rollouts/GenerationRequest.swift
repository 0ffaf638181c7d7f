public import Influence
public import Sampling

/// Which requests are computed first when there is more work than one step holds.
public enum Priority: Int, Sendable, Comparable, CaseIterable {
    case interactive = 0
    case batch = 1

    public static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
}

/// What attention capture keeps.
public struct CaptureParameters: Sendable, Hashable {
    /// Query rows [queries) of one head, to be kept as they are.
    public struct RawRows: Sendable, Hashable {
        public var head: HeadIndex
        public var queries: Range<Int>

        public init(head: HeadIndex, queries: Range<Int>) {
            self.head = head
            self.queries = queries
        }
    }

    /// D: steps skipped after a step before later attention to it counts. At least 1.
    public var gap = 4
    /// Heads whose own step-to-step maps are kept, beside the mean and the maximum over all.
    public var heads: [HeadIndex] = []
    /// Score steps from the one holding `</think>` on as well.
    public var includesAfterThinking = false
    public var rawRows: [RawRows] = []

    public init() {}
}

/// Work for the engine: draw `count` responses to a prompt, or score tokens that are given, or both.
public struct GenerationRequest: Sendable {
    /// Name of the policy; empty means the only one loaded.
    public var policy = ""
    /// Version of the weights, staged or served; nil means the one that is served.
    public var version: Int?
    public var prompt: [Int32]
    /// Tokens that follow the prompt and count as response: teacher-forced, then continued from.
    public var forcedResponse: [Int32] = []
    /// Responses to draw. Each continues the same prompt, which is computed once.
    public var count = 1
    /// `maxTokens` 0 draws nothing: the request only scores and traces what it is given.
    public var sampling = SamplingParameters()
    public var detail = TokenDetail()
    /// Report the prompt's tokens as well.
    public var echoesPrompt = false
    /// Report the forced response's tokens.
    public var echoesForcedResponse = false
    public var capture: CaptureParameters?
    /// Tokens of the forced response, as positions in the sequence, that no later token attends to: the attention paid
    /// to them is exactly 0 and that to all others is scaled up to 1. Positions stay what they are, and the hidden
    /// tokens themselves are computed as ever.
    public var hidden: Range<Int>?
    /// What becomes of the next-token distributions before given tokens.
    public var distributions: DistributionUse?
    public var priority = Priority.interactive
    /// Whether keys and values of the response stay in the prefix cache, for requests that continue it from somewhere;
    /// nil: those of interactive requests do.
    public var cachesResponse: Bool?

    var keepsResponse: Bool { cachesResponse ?? (priority == .interactive) }

    public init(prompt: [Int32]) { self.prompt = prompt }
}

/// Consecutive tokens of one sequence.
public struct TokenOutput: Sendable, Equatable {
    /// Position of the first token in the sequence, prompt included.
    public var start = 0
    public var ids: [Int32] = []
    /// True if the last token is a stop token that ended the response. It is not part of the text.
    public var endsWithStop = false
    /// Text these tokens complete; never half a character.
    public var text = ""
    /// Empty unless asked for. The first token of a sequence has none: NaN.
    public var logprobs: [Float] = []
    public var entropies: [Float] = []
    public var top: [[TokenLogprob]] = []

    public init() {}

    /// Whether `next` continues this run.
    public func isFollowed(by next: TokenOutput) -> Bool { start + ids.count == next.start }

    /// Takes the tokens that follow.
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
    /// `maxTokens`, or the end of the context.
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
}

public struct FinishedResponse: Sendable {
    public var reason: FinishReason
    public var completionTokens: Int
    /// The version of the weights that made every token.
    public var version: Int
    /// Tokens that were computed for it: given ones that neither the cache nor another response of the request had,
    /// drawn ones, and those that had to be computed again.
    public var computedTokens: Int
    public var trace: AttentionTrace?
}

/// What the engine says of a request, in order.
public enum GenerationEvent: Sendable {
    /// Admitted: which version serves it, and how much of its prompt was in the cache.
    case started(version: Int, cachedTokens: Int)
    /// Given tokens, once computed; only when asked for.
    case echoed(TokenOutput)
    case tokens(index: Int, TokenOutput)
    case stepClosed(index: Int, ClosedStep)
    case finished(index: Int, FinishedResponse)
}
