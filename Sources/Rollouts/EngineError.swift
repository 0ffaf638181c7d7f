import Basics
public import Compute

/// Why the engine refused a request or gave one up.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownPolicy(name: String, loaded: [String])
    case policyExists(name: String)
    case unknownVersion(policy: String, version: Int, loaded: [Int])
    /// A version being served cannot be forgotten.
    case versionInUse(policy: String, version: Int)
    /// A policy whose memory others share cannot be unloaded.
    case hasAdapters(policy: String, adapters: [String])
    /// Nothing to compute.
    case emptyPrompt
    case contextExceeded(tokens: Int, context: Int)
    /// The request alone needs more key/value blocks than exist.
    case cacheTooSmall(tokens: Int, capacity: Int)
    /// `token` is its name if the tokenizer has one: a tokenizer may have more tokens than the model.
    case tokenOutOfRange(id: Int32, vocabulary: Int, token: String? = nil)
    /// An invalid parameter; `field` is named as in `SamplingParameters`, `CaptureParameters` or `GenerationRequest`.
    case invalidParameter(field: String, reason: String)
    /// Too many requests are already in flight or waiting.
    case queueFull(requests: Int, limit: Int)
    /// The requests in flight or waiting have too many responses together.
    case tooManyResponses(asked: Int, responses: Int, limit: Int)
    /// Together with others', the request's captured attention takes more memory than there is for it; if its own bytes
    /// are within the limit, it fits when there are fewer others.
    case capturesTooLarge(bytes: Int, limit: Int)
    /// The caller's own limit is used up; `retryAfter` is nil if waiting will not help.
    case quotaFull(Quota, limit: Int, retryAfter: Duration?)
    case policyUnloaded(name: String)
    /// The policy's logits left nothing to draw from.
    case notComputable(policy: String, reason: String)
    /// The system could not provide the memory the request needs.
    case outOfMemory(MemoryError)
    /// The policy could not be read; `reason` names the file and the remedy.
    case notLoadable(reason: String)
    case cancelled
    case shuttingDown

    /// What a caller has a limited amount of.
    public enum Quota: String, Sendable {
        case requests
        case responses
        case tokensPerMinute = "tokens a minute"
        case heldTokens = "tokens held at the same time"
        case captureBytes = "bytes of captured attention"

        /// So many of them, in words.
        fileprivate func amount(_ count: Int) -> String {
            guard count == 1 else { return "\(count) \(rawValue)" }
            return switch self {
            case .requests: "1 request"
            case .responses: "1 response"
            case .tokensPerMinute: "1 token a minute"
            case .heldTokens: "1 token held"
            case .captureBytes: "1 byte of captured attention"
            }
        }
    }

    public var description: String {
        switch self {
        case .unknownPolicy(let name, let loaded):
            loaded.isEmpty
                ? "No policy is loaded. Load one with LoadPolicy or `attnrl policy load DIR`."
                : name.isEmpty
                    ? "Several policies are loaded (\(loaded.joined(separator: ", "))). Name one of them: --policy, policy= in "
                        + "Python, \"model\" in OpenAI's requests."
                    : "No policy is named '\(name)'. Loaded: \(loaded.joined(separator: ", "))."
        case .policyExists(let name):
            "A policy named '\(name)' is loaded already. Unload it, choose another name, or load as a new version."
        case .unknownVersion(let policy, let version, let loaded):
            "Policy '\(policy)' has no version \(version). Loaded: \(loaded.map(String.init).joined(separator: ", "))."
        case .versionInUse(let policy, let version):
            "Version \(version) of policy '\(policy)' is the one that is served. Serve another one first."
        case .hasAdapters(let policy, let adapters):
            "Policies that are adapters on '\(policy)' are loaded: \(adapters.joined(separator: ", ")). Unload these first."
        case .emptyPrompt: "The prompt has no tokens. Give some text or token ids."
        case .contextExceeded(let tokens, let context):
            "The prompt has \(tokens) tokens and the policy's context holds \(context). Shorten the prompt."
        case .cacheTooSmall(let tokens, let capacity):
            "The request needs key/value memory for \(tokens) tokens and the cache holds \(capacity). "
                + "Shorten it, or serve with a larger --kv-cache."
        case .tokenOutOfRange(let id, let vocabulary, nil):
            "Token id \(id) is outside the vocabulary, 0..<\(vocabulary)."
        case .tokenOutOfRange(let id, let vocabulary, let token?):
            "The tokenizer has '\(token)' as token id \(id), and the model's vocabulary is 0..<\(vocabulary). "
                + "Leave that token out."
        case .invalidParameter(let field, let reason): "\(field): \(reason)"
        case .queueFull(let requests, let limit):
            "\(requests) requests are in flight or wait already, the limit is \(limit). Try again shortly."
        case .tooManyResponses(let asked, let responses, let limit):
            "\(responses) responses are in flight or wait already, and the limit is \(limit), which \(asked) more would pass. "
                + "Try again shortly, or ask for fewer."
        case .capturesTooLarge(let bytes, let limit):
            "The request's captured attention takes \(MemoryError.inUnits(bytes)), and all requests together may take "
                + "\(MemoryError.inUnits(limit)). "
                + (bytes > limit ? "Ask" : "Try again shortly, or ask")
                + " for fewer responses, heads or raw rows at once."
        case .quotaFull(let quota, let limit, nil):
            "Your key is limited to \(quota.amount(limit)), and the request asks for more. Ask for less, or for a key with "
                + "a higher limit."
        case .quotaFull(let quota, let limit, let delay?):
            "Your key is limited to \(quota.amount(limit)), and that is used up. Try again in \(delay.wholeSeconds) s."
        case .policyUnloaded(let name): "Policy '\(name)' was unloaded while the request ran."
        case .notComputable(let policy, let reason): "Policy '\(policy)' cannot go on: \(reason)"
        case .outOfMemory(let error): error.description
        case .notLoadable(let reason): reason
        case .cancelled: "The request was cancelled."
        case .shuttingDown: "The server is shutting down."
        }
    }
}
