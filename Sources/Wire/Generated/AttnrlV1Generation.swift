// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/generation.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Text from a policy, and the log-probabilities of text it is given.
    public enum GenerationService {
        public static let name = "attnrl.v1.GenerationService"

        /// Generates one or more responses, streaming tokens as they are drawn. With
        /// `capture`, steps and influence come along and a trace ends each response.
        public static let generate = ServerStreamingMethod<V1.GenerateRequest, V1.GenerateResponse>(
            MethodName(service: name, method: "Generate"))

        /// Teacher-forced log-probabilities of given tokens, in runs of bounded size.
        public static let score = ServerStreamingMethod<V1.ScoreRequest, V1.ScoreResponse>(
            MethodName(service: name, method: "Score"))

        /// Ends Generate calls by the ids of their requests, with the status CANCELLED.
        public static let abort = UnaryMethod<V1.AbortRequest, V1.AbortResponse>(
            MethodName(service: name, method: "Abort"))
    }
}

extension V1 {
    /// Interactive requests are computed before batch ones.
    public struct Priority: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        public static var interactive: Self { Self(rawValue: 1) }
        public static var batch: Self { Self(rawValue: 2) }

        public static var allCases: [Self] { [.unspecified, .interactive, .batch] }
        public static var namePrefix: String { "PRIORITY_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "PRIORITY_UNSPECIFIED"
            case 1: "PRIORITY_INTERACTIVE"
            case 2: "PRIORITY_BATCH"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct GenerateRequest: ProtobufMessage {
        /// Empty means the only policy loaded.
        public var policy: String = ""
        public var prompt: V1.Prompt?
        public var sampling: V1.SamplingOptions?
        /// Responses to draw from this one prompt, which is computed once. 1 to 256. Default: 1.
        public var n: Int32 = 0
        public var detail: V1.TokenDetail?
        /// Return the prompt's tokens as well, with the same detail.
        public var echo: Bool = false
        public var capture: V1.CaptureOptions?
        public var priority: V1.Priority = V1.Priority(rawValue: 0)
        /// Returned in GenerationStarted. Default: made by the server.
        public var requestId: String = ""
        /// Leave special tokens out of the text of responses. Stop texts are then looked
        /// for in what is left.
        public var skipSpecialTokens: Bool = false
        /// The version of the policy that answers, one that is listed. Default: the one
        /// that serves new requests.
        public var version: Int64?

        public init() {}
    }
}

extension V1.GenerateRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GenerateRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generate_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GenerateRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        prompt = try CRead.optionalMessage(c.pointee.prompt, "prompt")
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        n = c.pointee.n
        detail = try CRead.optionalMessage(c.pointee.detail, "detail")
        echo = c.pointee.echo != 0
        capture = try CRead.optionalMessage(c.pointee.capture, "capture")
        priority = V1.Priority(rawValue: Int32(truncatingIfNeeded: c.pointee.priority.rawValue))
        requestId = try CRead.string(c.pointee.request_id, "request_id")
        skipSpecialTokens = c.pointee.skip_special_tokens != 0
        if c.pointee._version_case.rawValue != 0 { version = c.pointee.version }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GenerateRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = prompt { c.pointee.prompt = arena.message(value) }
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        c.pointee.n = n
        if let value = detail { c.pointee.detail = arena.message(value) }
        c.pointee.echo = echo ? 1 : 0
        if let value = capture { c.pointee.capture = arena.message(value) }
        c.pointee.priority = .init(rawValue: .init(truncatingIfNeeded: priority.rawValue))
        c.pointee.request_id = arena.string(requestId)
        c.pointee.skip_special_tokens = skipSpecialTokens ? 1 : 0
        if let value = version {
            c.pointee._version_case = ATTNRL__V1__GENERATE_REQUEST___VERSION_VERSION
            c.pointee.version = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("prompt", &prompt)
        visitor.optional("sampling", &sampling)
        visitor.field("n", &n)
        visitor.optional("detail", &detail)
        visitor.field("echo", &echo)
        visitor.optional("capture", &capture)
        visitor.field("priority", &priority)
        visitor.field(.init("requestId", "request_id"), &requestId)
        visitor.field(.init("skipSpecialTokens", "skip_special_tokens"), &skipSpecialTokens)
        visitor.optional("version", &version)
    }
}

extension V1 {
    public struct GenerateResponse: ProtobufMessage {
        public var event: Event?

        public init() {}

        public enum Event: Sendable, Equatable {
            case started(V1.GenerationStarted)
            case prompt(V1.GeneratedTokens)
            case tokens(V1.GeneratedTokens)
            case step(V1.StepClosed)
            case trace(V1.GeneratedTrace)
            case stepMap(V1.GeneratedStepMap)
            case rawRows(V1.GeneratedRawRows)
            case finished(V1.GenerationFinished)
            case hiddenStates(V1.GeneratedHiddenStates)
        }
    }
}

extension V1.GenerateResponse: CMessage {
    public static var fullName: String { "attnrl.v1.GenerateResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generate_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GenerateResponse>) throws(ProtobufError) {
        switch c.pointee.event_case {
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_STARTED: event = .started(try CRead.message(c.pointee.started, "started"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_PROMPT: event = .prompt(try CRead.message(c.pointee.prompt, "prompt"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_TOKENS: event = .tokens(try CRead.message(c.pointee.tokens, "tokens"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_STEP: event = .step(try CRead.message(c.pointee.step, "step"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_TRACE: event = .trace(try CRead.message(c.pointee.trace, "trace"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_STEP_MAP: event = .stepMap(try CRead.message(c.pointee.step_map, "step_map"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_RAW_ROWS: event = .rawRows(try CRead.message(c.pointee.raw_rows, "raw_rows"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_FINISHED: event = .finished(try CRead.message(c.pointee.finished, "finished"))
        case ATTNRL__V1__GENERATE_RESPONSE__EVENT_HIDDEN_STATES: event = .hiddenStates(try CRead.message(c.pointee.hidden_states, "hidden_states"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GenerateResponse>, _ arena: MessageArena) {
        switch event {
        case .started(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_STARTED
            c.pointee.started = arena.message(value)
        case .prompt(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_PROMPT
            c.pointee.prompt = arena.message(value)
        case .tokens(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_TOKENS
            c.pointee.tokens = arena.message(value)
        case .step(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_STEP
            c.pointee.step = arena.message(value)
        case .trace(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_TRACE
            c.pointee.trace = arena.message(value)
        case .stepMap(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_STEP_MAP
            c.pointee.step_map = arena.message(value)
        case .rawRows(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_RAW_ROWS
            c.pointee.raw_rows = arena.message(value)
        case .finished(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_FINISHED
            c.pointee.finished = arena.message(value)
        case .hiddenStates(let value)?:
            c.pointee.event_case = ATTNRL__V1__GENERATE_RESPONSE__EVENT_HIDDEN_STATES
            c.pointee.hidden_states = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("started", of: &event, Event.started) { if case .started(let value) = $0 { value } else { nil } }
        visitor.member("prompt", of: &event, Event.prompt) { if case .prompt(let value) = $0 { value } else { nil } }
        visitor.member("tokens", of: &event, Event.tokens) { if case .tokens(let value) = $0 { value } else { nil } }
        visitor.member("step", of: &event, Event.step) { if case .step(let value) = $0 { value } else { nil } }
        visitor.member("trace", of: &event, Event.trace) { if case .trace(let value) = $0 { value } else { nil } }
        visitor.member(.init("stepMap", "step_map"), of: &event, Event.stepMap) { if case .stepMap(let value) = $0 { value } else { nil } }
        visitor.member(.init("rawRows", "raw_rows"), of: &event, Event.rawRows) { if case .rawRows(let value) = $0 { value } else { nil } }
        visitor.member("finished", of: &event, Event.finished) { if case .finished(let value) = $0 { value } else { nil } }
        visitor.member(.init("hiddenStates", "hidden_states"), of: &event, Event.hiddenStates) { if case .hiddenStates(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct GenerationStarted: ProtobufMessage {
        public var requestId: String = ""
        public var policy: String = ""
        public var version: Int64 = 0
        public var promptTokens: Int32 = 0
        /// Prompt tokens found in the key/value cache.
        public var cachedTokens: Int32 = 0
        /// Every sampling field as resolved, the seed included.
        public var sampling: V1.SamplingOptions?
        /// Whether the prompt ends inside a <think> block, so that responses begin
        /// with reasoning.
        public var thinking: Bool = false

        public init() {}
    }
}

extension V1.GenerationStarted: CMessage {
    public static var fullName: String { "attnrl.v1.GenerationStarted" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generation_started__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GenerationStarted>) throws(ProtobufError) {
        requestId = try CRead.string(c.pointee.request_id, "request_id")
        policy = try CRead.string(c.pointee.policy, "policy")
        version = c.pointee.version
        promptTokens = c.pointee.prompt_tokens
        cachedTokens = c.pointee.cached_tokens
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        thinking = c.pointee.thinking != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GenerationStarted>, _ arena: MessageArena) {
        c.pointee.request_id = arena.string(requestId)
        c.pointee.policy = arena.string(policy)
        c.pointee.version = version
        c.pointee.prompt_tokens = promptTokens
        c.pointee.cached_tokens = cachedTokens
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        c.pointee.thinking = thinking ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("requestId", "request_id"), &requestId)
        visitor.field("policy", &policy)
        visitor.field("version", &version)
        visitor.field(.init("promptTokens", "prompt_tokens"), &promptTokens)
        visitor.field(.init("cachedTokens", "cached_tokens"), &cachedTokens)
        visitor.optional("sampling", &sampling)
        visitor.field("thinking", &thinking)
    }
}

extension V1 {
    public struct GeneratedTokens: ProtobufMessage {
        /// Which of the n responses.
        public var index: Int32 = 0
        public var run: V1.TokenRun?

        public init() {}
    }
}

extension V1.GeneratedTokens: CMessage {
    public static var fullName: String { "attnrl.v1.GeneratedTokens" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generated_tokens__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GeneratedTokens>) throws(ProtobufError) {
        index = c.pointee.index
        run = try CRead.optionalMessage(c.pointee.run, "run")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GeneratedTokens>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = run { c.pointee.run = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("run", &run)
    }
}

extension V1 {
    /// A step ended; what its tokens looked at, and what that does to influence.
    /// Sent while a response is cut at blank lines. One that turns out to have none
    /// is cut again at its end, at newlines, and its steps follow then; where it has
    /// no newline either and each token is a step, only the trace tells of them.
    public struct StepClosed: ProtobufMessage {
        public var index: Int32 = 0
        public var step: V1.Step?
        /// Mean attention over all layers and heads from this step to steps 0...itself.
        public var attention: [Float] = []
        /// Influence of every step so far, index 0 the prompt. Later steps can only raise it.
        public var influence: [Float] = []
        /// Excess of every step so far; later steps can lower it as well.
        public var excess: [Float] = []

        public init() {}
    }
}

extension V1.StepClosed: CMessage {
    public static var fullName: String { "attnrl.v1.StepClosed" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__step_closed__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__StepClosed>) throws(ProtobufError) {
        index = c.pointee.index
        step = try CRead.optionalMessage(c.pointee.step, "step")
        attention = CRead.scalars(c.pointee.attention, c.pointee.n_attention)
        influence = CRead.scalars(c.pointee.influence, c.pointee.n_influence)
        excess = CRead.scalars(c.pointee.excess, c.pointee.n_excess)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__StepClosed>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = step { c.pointee.step = arena.message(value) }
        (c.pointee.n_attention, c.pointee.attention) = arena.scalars(attention)
        (c.pointee.n_influence, c.pointee.influence) = arena.scalars(influence)
        (c.pointee.n_excess, c.pointee.excess) = arena.scalars(excess)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("step", &step)
        visitor.repeated("attention", &attention)
        visitor.repeated("influence", &influence)
        visitor.repeated("excess", &excess)
    }
}

extension V1 {
    public struct GeneratedTrace: ProtobufMessage {
        public var index: Int32 = 0
        public var trace: V1.Trace?

        public init() {}
    }
}

extension V1.GeneratedTrace: CMessage {
    public static var fullName: String { "attnrl.v1.GeneratedTrace" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generated_trace__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GeneratedTrace>) throws(ProtobufError) {
        index = c.pointee.index
        trace = try CRead.optionalMessage(c.pointee.trace, "trace")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GeneratedTrace>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = trace { c.pointee.trace = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("trace", &trace)
    }
}

extension V1 {
    public struct GeneratedStepMap: ProtobufMessage {
        public var index: Int32 = 0
        public var rows: V1.StepMapRows?

        public init() {}
    }
}

extension V1.GeneratedStepMap: CMessage {
    public static var fullName: String { "attnrl.v1.GeneratedStepMap" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generated_step_map__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GeneratedStepMap>) throws(ProtobufError) {
        index = c.pointee.index
        rows = try CRead.optionalMessage(c.pointee.rows, "rows")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GeneratedStepMap>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = rows { c.pointee.rows = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("rows", &rows)
    }
}

extension V1 {
    public struct GeneratedRawRows: ProtobufMessage {
        public var index: Int32 = 0
        public var rows: V1.RawAttentionRows?

        public init() {}
    }
}

extension V1.GeneratedRawRows: CMessage {
    public static var fullName: String { "attnrl.v1.GeneratedRawRows" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generated_raw_rows__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GeneratedRawRows>) throws(ProtobufError) {
        index = c.pointee.index
        rows = try CRead.optionalMessage(c.pointee.rows, "rows")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GeneratedRawRows>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = rows { c.pointee.rows = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("rows", &rows)
    }
}

extension V1 {
    public struct GeneratedHiddenStates: ProtobufMessage {
        public var index: Int32 = 0
        public var states: V1.HiddenStates?

        public init() {}
    }
}

extension V1.GeneratedHiddenStates: CMessage {
    public static var fullName: String { "attnrl.v1.GeneratedHiddenStates" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generated_hidden_states__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GeneratedHiddenStates>) throws(ProtobufError) {
        index = c.pointee.index
        states = try CRead.optionalMessage(c.pointee.states, "states")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GeneratedHiddenStates>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = states { c.pointee.states = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("states", &states)
    }
}

extension V1 {
    public struct GenerationFinished: ProtobufMessage {
        public var index: Int32 = 0
        public var reason: V1.FinishReason = V1.FinishReason(rawValue: 0)
        /// The stop text or token that ended it, when one did.
        public var stopText: String = ""
        public var stopTokenId: Int32?
        public var completionTokens: Int32 = 0
        public var versions: [V1.VersionRange] = []
        /// Seconds from the request's arrival to its first token, and to its end.
        public var firstTokenSeconds: Double = 0
        public var totalSeconds: Double = 0

        public init() {}
    }
}

extension V1.GenerationFinished: CMessage {
    public static var fullName: String { "attnrl.v1.GenerationFinished" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__generation_finished__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GenerationFinished>) throws(ProtobufError) {
        index = c.pointee.index
        reason = V1.FinishReason(rawValue: Int32(truncatingIfNeeded: c.pointee.reason.rawValue))
        stopText = try CRead.string(c.pointee.stop_text, "stop_text")
        if c.pointee._stop_token_id_case.rawValue != 0 { stopTokenId = c.pointee.stop_token_id }
        completionTokens = c.pointee.completion_tokens
        versions = try CRead.messages(c.pointee.versions, c.pointee.n_versions, "versions")
        firstTokenSeconds = c.pointee.first_token_seconds
        totalSeconds = c.pointee.total_seconds
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GenerationFinished>, _ arena: MessageArena) {
        c.pointee.index = index
        c.pointee.reason = .init(rawValue: .init(truncatingIfNeeded: reason.rawValue))
        c.pointee.stop_text = arena.string(stopText)
        if let value = stopTokenId {
            c.pointee._stop_token_id_case = ATTNRL__V1__GENERATION_FINISHED___STOP_TOKEN_ID_STOP_TOKEN_ID
            c.pointee.stop_token_id = value
        }
        c.pointee.completion_tokens = completionTokens
        (c.pointee.n_versions, c.pointee.versions) = arena.messages(versions)
        c.pointee.first_token_seconds = firstTokenSeconds
        c.pointee.total_seconds = totalSeconds
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.field("reason", &reason)
        visitor.field(.init("stopText", "stop_text"), &stopText)
        visitor.optional(.init("stopTokenId", "stop_token_id"), &stopTokenId)
        visitor.field(.init("completionTokens", "completion_tokens"), &completionTokens)
        visitor.repeated("versions", &versions)
        visitor.field(.init("firstTokenSeconds", "first_token_seconds"), &firstTokenSeconds)
        visitor.field(.init("totalSeconds", "total_seconds"), &totalSeconds)
    }
}

extension V1 {
    public struct ScoreRequest: ProtobufMessage {
        public var policy: String = ""
        public var prompt: V1.Prompt?
        /// Scored after the prompt, as a response. Only response tokens are returned when it is set.
        public var response: Response?
        public var detail: V1.TokenDetail?
        public var priority: V1.Priority = V1.Priority(rawValue: 0)

        public init() {}

        public enum Response: Sendable, Equatable {
            /// Tokenized apart from the prompt, as a text that goes on: no space and no
            /// special token comes before it.
            case responseText(String)
            case responseIds(V1.TokenIds)
        }
    }
}

extension V1.ScoreRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ScoreRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__score_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ScoreRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        prompt = try CRead.optionalMessage(c.pointee.prompt, "prompt")
        switch c.pointee.response_case {
        case ATTNRL__V1__SCORE_REQUEST__RESPONSE_RESPONSE_TEXT: response = .responseText(try CRead.string(c.pointee.response_text, "response_text"))
        case ATTNRL__V1__SCORE_REQUEST__RESPONSE_RESPONSE_IDS: response = .responseIds(try CRead.message(c.pointee.response_ids, "response_ids"))
        default: break
        }
        detail = try CRead.optionalMessage(c.pointee.detail, "detail")
        priority = V1.Priority(rawValue: Int32(truncatingIfNeeded: c.pointee.priority.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ScoreRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = prompt { c.pointee.prompt = arena.message(value) }
        switch response {
        case .responseText(let value)?:
            c.pointee.response_case = ATTNRL__V1__SCORE_REQUEST__RESPONSE_RESPONSE_TEXT
            c.pointee.response_text = arena.string(value)
        case .responseIds(let value)?:
            c.pointee.response_case = ATTNRL__V1__SCORE_REQUEST__RESPONSE_RESPONSE_IDS
            c.pointee.response_ids = arena.message(value)
        case nil: break
        }
        if let value = detail { c.pointee.detail = arena.message(value) }
        c.pointee.priority = .init(rawValue: .init(truncatingIfNeeded: priority.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("prompt", &prompt)
        visitor.member(.init("responseText", "response_text"), of: &response, Response.responseText) { if case .responseText(let value) = $0 { value } else { nil } }
        visitor.member(.init("responseIds", "response_ids"), of: &response, Response.responseIds) { if case .responseIds(let value) = $0 { value } else { nil } }
        visitor.optional("detail", &detail)
        visitor.field("priority", &priority)
    }
}

extension V1 {
    public struct ScoreResponse: ProtobufMessage {
        public var version: Int64 = 0
        public var run: V1.TokenRun?
        public var promptTokens: Int32 = 0

        public init() {}
    }
}

extension V1.ScoreResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ScoreResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__score_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ScoreResponse>) throws(ProtobufError) {
        version = c.pointee.version
        run = try CRead.optionalMessage(c.pointee.run, "run")
        promptTokens = c.pointee.prompt_tokens
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ScoreResponse>, _ arena: MessageArena) {
        c.pointee.version = version
        if let value = run { c.pointee.run = arena.message(value) }
        c.pointee.prompt_tokens = promptTokens
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("version", &version)
        visitor.optional("run", &run)
        visitor.field(.init("promptTokens", "prompt_tokens"), &promptTokens)
    }
}

extension V1 {
    public struct AbortRequest: ProtobufMessage {
        /// At most 1000, each as `GenerateRequest.request_id` or `GenerationStarted` gave it.
        public var requestIds: [String] = []

        public init() {}
    }
}

extension V1.AbortRequest: CMessage {
    public static var fullName: String { "attnrl.v1.AbortRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__abort_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AbortRequest>) throws(ProtobufError) {
        requestIds = try CRead.strings(c.pointee.request_ids, c.pointee.n_request_ids, "request_ids")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AbortRequest>, _ arena: MessageArena) {
        (c.pointee.n_request_ids, c.pointee.request_ids) = arena.strings(requestIds)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated(.init("requestIds", "request_ids"), &requestIds)
    }
}

extension V1 {
    public struct AbortResponse: ProtobufMessage {
        /// Calls that were ended: all that have one of the ids. Ids of none are passed over.
        public var aborted: Int32 = 0

        public init() {}
    }
}

extension V1.AbortResponse: CMessage {
    public static var fullName: String { "attnrl.v1.AbortResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__abort_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AbortResponse>) throws(ProtobufError) {
        aborted = c.pointee.aborted
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AbortResponse>, _ arena: MessageArena) {
        c.pointee.aborted = aborted
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("aborted", &aborted)
    }
}
