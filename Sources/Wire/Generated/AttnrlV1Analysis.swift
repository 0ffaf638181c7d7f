// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/analysis.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Where a response's reasoning turns.
    public enum AnalysisService {
        public static let name = "attnrl.v1.AnalysisService"

        /// Traces a response that is given, or one generated here: its steps, their
        /// influence, and the attention between them.
        public static let trace = ServerStreamingMethod<V1.TraceRequest, V1.TraceResponse>(
            MethodName(service: name, method: "Trace"))

        /// Chooses steps of a response that are worth continuing differently from.
        public static let suggestBranches = UnaryMethod<V1.SuggestBranchesRequest, V1.SuggestBranchesResponse>(
            MethodName(service: name, method: "SuggestBranches"))

        /// Grows a tree: draws responses, continues them from branch points, and
        /// values every stretch by the responses below it.
        public static let explore = ServerStreamingMethod<V1.ExploreRequest, V1.ExploreResponse>(
            MethodName(service: name, method: "Explore"))

        /// Takes steps of a response away, one at a time, and reports what becomes of
        /// what follows. Sends `started`, then one `step` for each step.
        public static let ablate = ServerStreamingMethod<V1.AblateRequest, V1.AblateResponse>(
            MethodName(service: name, method: "Ablate"))

        /// Judges responses that are there, as Explore judges those that it draws.
        public static let verify = UnaryMethod<V1.VerifyRequest, V1.VerifyResponse>(
            MethodName(service: name, method: "Verify"))

        /// The page that shows a saved view without a server.
        public static let getViewer = UnaryMethod<V1.GetViewerRequest, V1.Viewer>(
            MethodName(service: name, method: "GetViewer"))
    }
}

extension V1 {
    /// How a step is taken away.
    public struct AblationMode: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// Later tokens cannot attend to the step. Default.
        public static var hide: Self { Self(rawValue: 1) }
        /// The step and all that follows are drawn again, from where it begins.
        public static var resample: Self { Self(rawValue: 2) }

        public static var allCases: [Self] { [.unspecified, .hide, .resample] }
        public static var namePrefix: String { "ABLATION_MODE_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "ABLATION_MODE_UNSPECIFIED"
            case 1: "ABLATION_MODE_HIDE"
            case 2: "ABLATION_MODE_RESAMPLE"
            default: nil
            }
        }
    }
}

extension V1 {
    /// What counts as the answer of a response: always after its last </think>.
    public struct AnswerForm: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The content of the last box where the given response has one, else the last line.
        public static var unspecified: Self { Self(rawValue: 0) }
        /// The content of the last \boxed{}.
        public static var boxed: Self { Self(rawValue: 1) }
        /// The last line that is not blank.
        public static var lastLine: Self { Self(rawValue: 2) }

        public static var allCases: [Self] { [.unspecified, .boxed, .lastLine] }
        public static var namePrefix: String { "ANSWER_FORM_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "ANSWER_FORM_UNSPECIFIED"
            case 1: "ANSWER_FORM_BOXED"
            case 2: "ANSWER_FORM_LAST_LINE"
            default: nil
            }
        }
    }
}

extension V1 {
    /// How branch points are chosen among the steps of a response.
    public struct BranchStrategy: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// Steps whose influence reaches a quantile, earliest first.
        public static var attention: Self { Self(rawValue: 1) }
        /// The earliest steps.
        public static var firstSteps: Self { Self(rawValue: 2) }
        /// Steps at equal distances.
        public static var fixedSegment: Self { Self(rawValue: 3) }
        /// Steps that hold the tokens of highest entropy.
        public static var tokenEntropy: Self { Self(rawValue: 4) }
        /// Steps that hold the tokens of lowest probability.
        public static var lowProbability: Self { Self(rawValue: 5) }
        /// Steps of highest mean entropy.
        public static var sentenceEntropy: Self { Self(rawValue: 6) }
        /// Steps drawn at random.
        public static var random: Self { Self(rawValue: 7) }
        /// Steps that receiver heads look back at most: the heads whose attention is the most concentrated.
        public static var kurtosis: Self { Self(rawValue: 8) }
        /// Steps whose excess of attention reaches a quantile, earliest first.
        public static var excess: Self { Self(rawValue: 9) }
        /// Steps drawn by their depth; jobs also learn where wrong responses recover.
        public static var pivot: Self { Self(rawValue: 10) }
        /// Steps that nearly began with another token; what goes on alike is pruned. For jobs alone.
        public static var latr: Self { Self(rawValue: 11) }

        public static var allCases: [Self] { [.unspecified, .attention, .firstSteps, .fixedSegment, .tokenEntropy, .lowProbability, .sentenceEntropy, .random, .kurtosis, .excess, .pivot, .latr] }
        public static var namePrefix: String { "BRANCH_STRATEGY_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "BRANCH_STRATEGY_UNSPECIFIED"
            case 1: "BRANCH_STRATEGY_ATTENTION"
            case 2: "BRANCH_STRATEGY_FIRST_STEPS"
            case 3: "BRANCH_STRATEGY_FIXED_SEGMENT"
            case 4: "BRANCH_STRATEGY_TOKEN_ENTROPY"
            case 5: "BRANCH_STRATEGY_LOW_PROBABILITY"
            case 6: "BRANCH_STRATEGY_SENTENCE_ENTROPY"
            case 7: "BRANCH_STRATEGY_RANDOM"
            case 8: "BRANCH_STRATEGY_KURTOSIS"
            case 9: "BRANCH_STRATEGY_EXCESS"
            case 10: "BRANCH_STRATEGY_PIVOT"
            case 11: "BRANCH_STRATEGY_LATR"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct VerifierKind: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// Mathematical equality of what the last box holds.
        public static var math: Self { Self(rawValue: 1) }
        /// Equality of the text behind </think>, white space aside.
        public static var exact: Self { Self(rawValue: 2) }
        /// Equality of what a pattern captures.
        public static var regex: Self { Self(rawValue: 3) }
        /// The checker of a built-in task, which reads the prompt: the text, or a
        /// chat's last message of a user.
        public static var task: Self { Self(rawValue: 4) }

        public static var allCases: [Self] { [.unspecified, .math, .exact, .regex, .task] }
        public static var namePrefix: String { "VERIFIER_KIND_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "VERIFIER_KIND_UNSPECIFIED"
            case 1: "VERIFIER_KIND_MATH"
            case 2: "VERIFIER_KIND_EXACT"
            case 3: "VERIFIER_KIND_REGEX"
            case 4: "VERIFIER_KIND_TASK"
            default: nil
            }
        }
    }
}

extension V1 {
    /// A prompt and the response to look at.
    public struct TraceInput: ProtobufMessage {
        public var policy: String = ""
        public var prompt: V1.Prompt?
        public var response: Response?
        /// The version of the policy that looks at it, one that is listed. Default: the
        /// one that serves new requests.
        public var version: Int64?

        public init() {}

        public enum Response: Sendable, Equatable {
            /// Given as text, tokenized apart from the prompt so that its tokens do not
            /// change, as a text that goes on: no space and no special token comes before it.
            case text(String)
            case tokenIds(V1.TokenIds)
            /// Generated first.
            case generate(V1.SamplingOptions)
        }
    }
}

extension V1.TraceInput: CMessage {
    public static var fullName: String { "attnrl.v1.TraceInput" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__trace_input__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TraceInput>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        prompt = try CRead.optionalMessage(c.pointee.prompt, "prompt")
        switch c.pointee.response_case {
        case ATTNRL__V1__TRACE_INPUT__RESPONSE_TEXT: response = .text(try CRead.string(c.pointee.text, "text"))
        case ATTNRL__V1__TRACE_INPUT__RESPONSE_TOKEN_IDS: response = .tokenIds(try CRead.message(c.pointee.token_ids, "token_ids"))
        case ATTNRL__V1__TRACE_INPUT__RESPONSE_GENERATE: response = .generate(try CRead.message(c.pointee.generate, "generate"))
        default: break
        }
        if c.pointee._version_case.rawValue != 0 { version = c.pointee.version }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TraceInput>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = prompt { c.pointee.prompt = arena.message(value) }
        switch response {
        case .text(let value)?:
            c.pointee.response_case = ATTNRL__V1__TRACE_INPUT__RESPONSE_TEXT
            c.pointee.text = arena.string(value)
        case .tokenIds(let value)?:
            c.pointee.response_case = ATTNRL__V1__TRACE_INPUT__RESPONSE_TOKEN_IDS
            c.pointee.token_ids = arena.message(value)
        case .generate(let value)?:
            c.pointee.response_case = ATTNRL__V1__TRACE_INPUT__RESPONSE_GENERATE
            c.pointee.generate = arena.message(value)
        case nil: break
        }
        if let value = version {
            c.pointee._version_case = ATTNRL__V1__TRACE_INPUT___VERSION_VERSION
            c.pointee.version = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("prompt", &prompt)
        visitor.member("text", of: &response, Response.text) { if case .text(let value) = $0 { value } else { nil } }
        visitor.member(.init("tokenIds", "token_ids"), of: &response, Response.tokenIds) { if case .tokenIds(let value) = $0 { value } else { nil } }
        visitor.member("generate", of: &response, Response.generate) { if case .generate(let value) = $0 { value } else { nil } }
        visitor.optional("version", &version)
    }
}

extension V1 {
    public struct TraceRequest: ProtobufMessage {
        public var input: V1.TraceInput?
        public var capture: V1.CaptureOptions?
        public var detail: V1.TokenDetail?

        public init() {}
    }
}

extension V1.TraceRequest: CMessage {
    public static var fullName: String { "attnrl.v1.TraceRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__trace_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TraceRequest>) throws(ProtobufError) {
        input = try CRead.optionalMessage(c.pointee.input, "input")
        capture = try CRead.optionalMessage(c.pointee.capture, "capture")
        detail = try CRead.optionalMessage(c.pointee.detail, "detail")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TraceRequest>, _ arena: MessageArena) {
        if let value = input { c.pointee.input = arena.message(value) }
        if let value = capture { c.pointee.capture = arena.message(value) }
        if let value = detail { c.pointee.detail = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("input", &input)
        visitor.optional("capture", &capture)
        visitor.optional("detail", &detail)
    }
}

extension V1 {
    public struct TraceResponse: ProtobufMessage {
        public var part: Part?

        public init() {}

        public enum Part: Sendable, Equatable {
            /// Response tokens, with the detail asked for.
            case tokens(V1.TokenRun)
            case trace(V1.Trace)
            case stepMap(V1.StepMapRows)
            case rawRows(V1.RawAttentionRows)
            case hiddenStates(V1.HiddenStates)
        }
    }
}

extension V1.TraceResponse: CMessage {
    public static var fullName: String { "attnrl.v1.TraceResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__trace_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TraceResponse>) throws(ProtobufError) {
        switch c.pointee.part_case {
        case ATTNRL__V1__TRACE_RESPONSE__PART_TOKENS: part = .tokens(try CRead.message(c.pointee.tokens, "tokens"))
        case ATTNRL__V1__TRACE_RESPONSE__PART_TRACE: part = .trace(try CRead.message(c.pointee.trace, "trace"))
        case ATTNRL__V1__TRACE_RESPONSE__PART_STEP_MAP: part = .stepMap(try CRead.message(c.pointee.step_map, "step_map"))
        case ATTNRL__V1__TRACE_RESPONSE__PART_RAW_ROWS: part = .rawRows(try CRead.message(c.pointee.raw_rows, "raw_rows"))
        case ATTNRL__V1__TRACE_RESPONSE__PART_HIDDEN_STATES: part = .hiddenStates(try CRead.message(c.pointee.hidden_states, "hidden_states"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TraceResponse>, _ arena: MessageArena) {
        switch part {
        case .tokens(let value)?:
            c.pointee.part_case = ATTNRL__V1__TRACE_RESPONSE__PART_TOKENS
            c.pointee.tokens = arena.message(value)
        case .trace(let value)?:
            c.pointee.part_case = ATTNRL__V1__TRACE_RESPONSE__PART_TRACE
            c.pointee.trace = arena.message(value)
        case .stepMap(let value)?:
            c.pointee.part_case = ATTNRL__V1__TRACE_RESPONSE__PART_STEP_MAP
            c.pointee.step_map = arena.message(value)
        case .rawRows(let value)?:
            c.pointee.part_case = ATTNRL__V1__TRACE_RESPONSE__PART_RAW_ROWS
            c.pointee.raw_rows = arena.message(value)
        case .hiddenStates(let value)?:
            c.pointee.part_case = ATTNRL__V1__TRACE_RESPONSE__PART_HIDDEN_STATES
            c.pointee.hidden_states = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("tokens", of: &part, Part.tokens) { if case .tokens(let value) = $0 { value } else { nil } }
        visitor.member("trace", of: &part, Part.trace) { if case .trace(let value) = $0 { value } else { nil } }
        visitor.member(.init("stepMap", "step_map"), of: &part, Part.stepMap) { if case .stepMap(let value) = $0 { value } else { nil } }
        visitor.member(.init("rawRows", "raw_rows"), of: &part, Part.rawRows) { if case .rawRows(let value) = $0 { value } else { nil } }
        visitor.member(.init("hiddenStates", "hidden_states"), of: &part, Part.hiddenStates) { if case .hiddenStates(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct AblateRequest: ProtobufMessage {
        public var input: V1.TraceInput?
        /// Only `gap`, `include_after_thinking`, `separator` and `separator_text` are used.
        public var capture: V1.CaptureOptions?
        /// Steps to ablate, numbered as Trace numbers them; at most 256. Default: every
        /// response step that at least two tokens follow; of more than 64 such steps,
        /// the 64 of greatest influence.
        public var steps: [Int32] = []
        public var mode: V1.AblationMode = V1.AblationMode(rawValue: 0)
        /// Continuations drawn with a step and as many without it. 0 to 64; 0 draws
        /// none, for ABLATION_MODE_HIDE only. Default: 8.
        public var samples: Int32?
        /// How continuations are drawn. Default: as `input.generate` says, or as the
        /// policy suggests. `max_tokens` counts from where a continuation begins; its
        /// default is twice the response's tokens, at least 256.
        public var sampling: V1.SamplingOptions?
        public var answer: V1.AnswerForm = V1.AnswerForm(rawValue: 0)

        public init() {}
    }
}

extension V1.AblateRequest: CMessage {
    public static var fullName: String { "attnrl.v1.AblateRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__ablate_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AblateRequest>) throws(ProtobufError) {
        input = try CRead.optionalMessage(c.pointee.input, "input")
        capture = try CRead.optionalMessage(c.pointee.capture, "capture")
        steps = CRead.scalars(c.pointee.steps, c.pointee.n_steps)
        mode = V1.AblationMode(rawValue: Int32(truncatingIfNeeded: c.pointee.mode.rawValue))
        if c.pointee._samples_case.rawValue != 0 { samples = c.pointee.samples }
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        answer = V1.AnswerForm(rawValue: Int32(truncatingIfNeeded: c.pointee.answer.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AblateRequest>, _ arena: MessageArena) {
        if let value = input { c.pointee.input = arena.message(value) }
        if let value = capture { c.pointee.capture = arena.message(value) }
        (c.pointee.n_steps, c.pointee.steps) = arena.scalars(steps)
        c.pointee.mode = .init(rawValue: .init(truncatingIfNeeded: mode.rawValue))
        if let value = samples {
            c.pointee._samples_case = ATTNRL__V1__ABLATE_REQUEST___SAMPLES_SAMPLES
            c.pointee.samples = value
        }
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        c.pointee.answer = .init(rawValue: .init(truncatingIfNeeded: answer.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("input", &input)
        visitor.optional("capture", &capture)
        visitor.repeated("steps", &steps)
        visitor.field("mode", &mode)
        visitor.optional("samples", &samples)
        visitor.optional("sampling", &sampling)
        visitor.field("answer", &answer)
    }
}

extension V1 {
    public struct AblateResponse: ProtobufMessage {
        public var part: Part?

        public init() {}

        public enum Part: Sendable, Equatable {
            case started(V1.AblationStarted)
            case step(V1.StepAblation)
        }
    }
}

extension V1.AblateResponse: CMessage {
    public static var fullName: String { "attnrl.v1.AblateResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__ablate_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AblateResponse>) throws(ProtobufError) {
        switch c.pointee.part_case {
        case ATTNRL__V1__ABLATE_RESPONSE__PART_STARTED: part = .started(try CRead.message(c.pointee.started, "started"))
        case ATTNRL__V1__ABLATE_RESPONSE__PART_STEP: part = .step(try CRead.message(c.pointee.step, "step"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AblateResponse>, _ arena: MessageArena) {
        switch part {
        case .started(let value)?:
            c.pointee.part_case = ATTNRL__V1__ABLATE_RESPONSE__PART_STARTED
            c.pointee.started = arena.message(value)
        case .step(let value)?:
            c.pointee.part_case = ATTNRL__V1__ABLATE_RESPONSE__PART_STEP
            c.pointee.step = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("started", of: &part, Part.started) { if case .started(let value) = $0 { value } else { nil } }
        visitor.member("step", of: &part, Part.step) { if case .step(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    /// What is going to be ablated.
    public struct AblationStarted: ProtobufMessage {
        public var trace: V1.Trace?
        public var responseIds: [Int32] = []
        public var mode: V1.AblationMode = V1.AblationMode(rawValue: 0)
        /// The steps to come, in order.
        public var steps: [Int32] = []
        public var samples: Int32 = 0
        /// As resolved, seed included.
        public var sampling: V1.SamplingOptions?
        /// As used: never unspecified.
        public var answerForm: V1.AnswerForm = V1.AnswerForm(rawValue: 0)
        /// The given response's answer, with one space for each stretch of white space.
        public var answer: String = ""
        /// Tokens [answer_start, answer_end) of the sequence, which hold it.
        public var answerStart: Int32 = 0
        public var answerEnd: Int32 = 0

        public init() {}
    }
}

extension V1.AblationStarted: CMessage {
    public static var fullName: String { "attnrl.v1.AblationStarted" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__ablation_started__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AblationStarted>) throws(ProtobufError) {
        trace = try CRead.optionalMessage(c.pointee.trace, "trace")
        responseIds = CRead.scalars(c.pointee.response_ids, c.pointee.n_response_ids)
        mode = V1.AblationMode(rawValue: Int32(truncatingIfNeeded: c.pointee.mode.rawValue))
        steps = CRead.scalars(c.pointee.steps, c.pointee.n_steps)
        samples = c.pointee.samples
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        answerForm = V1.AnswerForm(rawValue: Int32(truncatingIfNeeded: c.pointee.answer_form.rawValue))
        answer = try CRead.string(c.pointee.answer, "answer")
        answerStart = c.pointee.answer_start
        answerEnd = c.pointee.answer_end
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AblationStarted>, _ arena: MessageArena) {
        if let value = trace { c.pointee.trace = arena.message(value) }
        (c.pointee.n_response_ids, c.pointee.response_ids) = arena.scalars(responseIds)
        c.pointee.mode = .init(rawValue: .init(truncatingIfNeeded: mode.rawValue))
        (c.pointee.n_steps, c.pointee.steps) = arena.scalars(steps)
        c.pointee.samples = samples
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        c.pointee.answer_form = .init(rawValue: .init(truncatingIfNeeded: answerForm.rawValue))
        c.pointee.answer = arena.string(answer)
        c.pointee.answer_start = answerStart
        c.pointee.answer_end = answerEnd
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("trace", &trace)
        visitor.repeated(.init("responseIds", "response_ids"), &responseIds)
        visitor.field("mode", &mode)
        visitor.repeated("steps", &steps)
        visitor.field("samples", &samples)
        visitor.optional("sampling", &sampling)
        visitor.field(.init("answerForm", "answer_form"), &answerForm)
        visitor.field("answer", &answer)
        visitor.field(.init("answerStart", "answer_start"), &answerStart)
        visitor.field(.init("answerEnd", "answer_end"), &answerEnd)
    }
}

extension V1 {
    /// What ablating one step changes.
    public struct StepAblation: ProtobufMessage {
        public var step: Int32 = 0
        /// As in the trace, to compare effects with.
        public var influence: Float = 0
        /// ABLATION_MODE_HIDE only.
        public var forced: V1.ForcedEffect?
        /// Left out where no samples were asked for.
        public var sampled: V1.SampledEffect?

        public init() {}
    }
}

extension V1.StepAblation: CMessage {
    public static var fullName: String { "attnrl.v1.StepAblation" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__step_ablation__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__StepAblation>) throws(ProtobufError) {
        step = c.pointee.step
        influence = c.pointee.influence
        forced = try CRead.optionalMessage(c.pointee.forced, "forced")
        sampled = try CRead.optionalMessage(c.pointee.sampled, "sampled")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__StepAblation>, _ arena: MessageArena) {
        c.pointee.step = step
        c.pointee.influence = influence
        if let value = forced { c.pointee.forced = arena.message(value) }
        if let value = sampled { c.pointee.sampled = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("step", &step)
        visitor.field("influence", &influence)
        visitor.optional("forced", &forced)
        visitor.optional("sampled", &sampled)
    }
}

extension V1 {
    /// How the distributions over the given response's later tokens change when the
    /// step is hidden. Divergences are means over tokens of KL(p || p_hidden), in
    /// nats; the first token after the step is left out, since what predicts it is
    /// the step's own last token, which sees the step.
    public struct ForcedEffect: ProtobufMessage {
        public var divergence: Double = 0
        /// Tokens it is a mean over.
        public var tokens: Int32 = 0
        /// The same over the answer's tokens. Not set where none of them come later.
        public var answerDivergence: Double?
        /// Sum over those tokens of ln p_hidden - ln p.
        public var answerLogprobChange: Double?
        public var answerTokens: Int32 = 0
        /// Whether divergences are lower bounds: the whole distributions would have
        /// taken too much memory, so the least probable tokens count as one.
        public var lowerBound: Bool = false

        public init() {}
    }
}

extension V1.ForcedEffect: CMessage {
    public static var fullName: String { "attnrl.v1.ForcedEffect" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__forced_effect__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ForcedEffect>) throws(ProtobufError) {
        divergence = c.pointee.divergence
        tokens = c.pointee.tokens
        if c.pointee._answer_divergence_case.rawValue != 0 { answerDivergence = c.pointee.answer_divergence }
        if c.pointee._answer_logprob_change_case.rawValue != 0 { answerLogprobChange = c.pointee.answer_logprob_change }
        answerTokens = c.pointee.answer_tokens
        lowerBound = c.pointee.lower_bound != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ForcedEffect>, _ arena: MessageArena) {
        c.pointee.divergence = divergence
        c.pointee.tokens = tokens
        if let value = answerDivergence {
            c.pointee._answer_divergence_case = ATTNRL__V1__FORCED_EFFECT___ANSWER_DIVERGENCE_ANSWER_DIVERGENCE
            c.pointee.answer_divergence = value
        }
        if let value = answerLogprobChange {
            c.pointee._answer_logprob_change_case = ATTNRL__V1__FORCED_EFFECT___ANSWER_LOGPROB_CHANGE_ANSWER_LOGPROB_CHANGE
            c.pointee.answer_logprob_change = value
        }
        c.pointee.answer_tokens = answerTokens
        c.pointee.lower_bound = lowerBound ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("divergence", &divergence)
        visitor.field("tokens", &tokens)
        visitor.optional(.init("answerDivergence", "answer_divergence"), &answerDivergence)
        visitor.optional(.init("answerLogprobChange", "answer_logprob_change"), &answerLogprobChange)
        visitor.field(.init("answerTokens", "answer_tokens"), &answerTokens)
        visitor.field(.init("lowerBound", "lower_bound"), &lowerBound)
    }
}

extension V1 {
    /// Answers of drawn continuations with the step (base) and without (ablated).
    public struct SampledEffect: ProtobufMessage {
        /// Every answer that was seen, the base's most frequent first.
        public var answers: [V1.AnswerCount] = []
        /// Half the sum of absolute differences of the two sets' shares. In [0, 1].
        public var totalVariation: Double = 0
        /// KL(base || ablated) of the shares after adding one to each count, in nats.
        public var divergence: Double = 0
        /// Share of ablated continuations whose answer is not the base's most frequent.
        public var changed: Double = 0
        /// Continuations that were cut at max_tokens or the context's end.
        public var baseUnfinished: Int32 = 0
        public var ablatedUnfinished: Int32 = 0

        public init() {}
    }
}

extension V1.SampledEffect: CMessage {
    public static var fullName: String { "attnrl.v1.SampledEffect" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__sampled_effect__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__SampledEffect>) throws(ProtobufError) {
        answers = try CRead.messages(c.pointee.answers, c.pointee.n_answers, "answers")
        totalVariation = c.pointee.total_variation
        divergence = c.pointee.divergence
        changed = c.pointee.changed
        baseUnfinished = c.pointee.base_unfinished
        ablatedUnfinished = c.pointee.ablated_unfinished
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__SampledEffect>, _ arena: MessageArena) {
        (c.pointee.n_answers, c.pointee.answers) = arena.messages(answers)
        c.pointee.total_variation = totalVariation
        c.pointee.divergence = divergence
        c.pointee.changed = changed
        c.pointee.base_unfinished = baseUnfinished
        c.pointee.ablated_unfinished = ablatedUnfinished
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("answers", &answers)
        visitor.field(.init("totalVariation", "total_variation"), &totalVariation)
        visitor.field("divergence", &divergence)
        visitor.field("changed", &changed)
        visitor.field(.init("baseUnfinished", "base_unfinished"), &baseUnfinished)
        visitor.field(.init("ablatedUnfinished", "ablated_unfinished"), &ablatedUnfinished)
    }
}

extension V1 {
    public struct AnswerCount: ProtobufMessage {
        /// Not set for continuations that state no answer.
        public var answer: String?
        public var withStep: Int32 = 0
        public var withoutStep: Int32 = 0

        public init() {}
    }
}

extension V1.AnswerCount: CMessage {
    public static var fullName: String { "attnrl.v1.AnswerCount" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__answer_count__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AnswerCount>) throws(ProtobufError) {
        if c.pointee._answer_case.rawValue != 0 { answer = try CRead.string(c.pointee.answer, "answer") }
        withStep = c.pointee.with_step
        withoutStep = c.pointee.without_step
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AnswerCount>, _ arena: MessageArena) {
        if let value = answer {
            c.pointee._answer_case = ATTNRL__V1__ANSWER_COUNT___ANSWER_ANSWER
            c.pointee.answer = arena.string(value)
        }
        c.pointee.with_step = withStep
        c.pointee.without_step = withoutStep
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("answer", &answer)
        visitor.field(.init("withStep", "with_step"), &withStep)
        visitor.field(.init("withoutStep", "without_step"), &withoutStep)
    }
}

extension V1 {
    public struct BranchOptions: ProtobufMessage {
        /// Default: BRANCH_STRATEGY_ATTENTION.
        public var strategy: V1.BranchStrategy = V1.BranchStrategy(rawValue: 0)
        /// Branch points wanted. Default: 2.
        public var count: Int32?
        /// Quantile of influence a candidate must reach. In [0, 1]. Default: 0.8.
        public var quantile: Float?
        /// Least distance in tokens from the response's start and between points.
        /// Default: 512, or an eighth of the response when that is less.
        public var minimumGap: MinimumGap?
        /// For the random strategy.
        public var seed: UInt64?

        public init() {}

        public enum MinimumGap: Sendable, Equatable {
            case minGapTokens(Int32)
            case minGapFraction(Float)
        }
    }
}

extension V1.BranchOptions: CMessage {
    public static var fullName: String { "attnrl.v1.BranchOptions" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__branch_options__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__BranchOptions>) throws(ProtobufError) {
        strategy = V1.BranchStrategy(rawValue: Int32(truncatingIfNeeded: c.pointee.strategy.rawValue))
        if c.pointee._count_case.rawValue != 0 { count = c.pointee.count }
        if c.pointee._quantile_case.rawValue != 0 { quantile = c.pointee.quantile }
        switch c.pointee.minimum_gap_case {
        case ATTNRL__V1__BRANCH_OPTIONS__MINIMUM_GAP_MIN_GAP_TOKENS: minimumGap = .minGapTokens(c.pointee.min_gap_tokens)
        case ATTNRL__V1__BRANCH_OPTIONS__MINIMUM_GAP_MIN_GAP_FRACTION: minimumGap = .minGapFraction(c.pointee.min_gap_fraction)
        default: break
        }
        if c.pointee._seed_case.rawValue != 0 { seed = c.pointee.seed }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__BranchOptions>, _ arena: MessageArena) {
        c.pointee.strategy = .init(rawValue: .init(truncatingIfNeeded: strategy.rawValue))
        if let value = count {
            c.pointee._count_case = ATTNRL__V1__BRANCH_OPTIONS___COUNT_COUNT
            c.pointee.count = value
        }
        if let value = quantile {
            c.pointee._quantile_case = ATTNRL__V1__BRANCH_OPTIONS___QUANTILE_QUANTILE
            c.pointee.quantile = value
        }
        switch minimumGap {
        case .minGapTokens(let value)?:
            c.pointee.minimum_gap_case = ATTNRL__V1__BRANCH_OPTIONS__MINIMUM_GAP_MIN_GAP_TOKENS
            c.pointee.min_gap_tokens = value
        case .minGapFraction(let value)?:
            c.pointee.minimum_gap_case = ATTNRL__V1__BRANCH_OPTIONS__MINIMUM_GAP_MIN_GAP_FRACTION
            c.pointee.min_gap_fraction = value
        case nil: break
        }
        if let value = seed {
            c.pointee._seed_case = ATTNRL__V1__BRANCH_OPTIONS___SEED_SEED
            c.pointee.seed = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("strategy", &strategy)
        visitor.optional("count", &count)
        visitor.optional("quantile", &quantile)
        visitor.member(.init("minGapTokens", "min_gap_tokens"), of: &minimumGap, MinimumGap.minGapTokens) { if case .minGapTokens(let value) = $0 { value } else { nil } }
        visitor.member(.init("minGapFraction", "min_gap_fraction"), of: &minimumGap, MinimumGap.minGapFraction) { if case .minGapFraction(let value) = $0 { value } else { nil } }
        visitor.optional("seed", &seed)
    }
}

extension V1 {
    public struct SuggestBranchesRequest: ProtobufMessage {
        public var input: V1.TraceInput?
        public var options: V1.BranchOptions?
        /// Only `gap`, `include_after_thinking`, `separator` and `separator_text` are used.
        public var capture: V1.CaptureOptions?

        public init() {}
    }
}

extension V1.SuggestBranchesRequest: CMessage {
    public static var fullName: String { "attnrl.v1.SuggestBranchesRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__suggest_branches_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__SuggestBranchesRequest>) throws(ProtobufError) {
        input = try CRead.optionalMessage(c.pointee.input, "input")
        options = try CRead.optionalMessage(c.pointee.options, "options")
        capture = try CRead.optionalMessage(c.pointee.capture, "capture")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__SuggestBranchesRequest>, _ arena: MessageArena) {
        if let value = input { c.pointee.input = arena.message(value) }
        if let value = options { c.pointee.options = arena.message(value) }
        if let value = capture { c.pointee.capture = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("input", &input)
        visitor.optional("options", &options)
        visitor.optional("capture", &capture)
    }
}

extension V1 {
    public struct SuggestBranchesResponse: ProtobufMessage {
        public var points: [V1.BranchPoint] = []
        /// The score a candidate had to reach.
        public var threshold: Float = 0
        /// The gap in tokens as used.
        public var minGapTokens: Int32 = 0
        /// Why there are fewer points than asked for, when there are.
        public var note: String = ""
        public var trace: V1.Trace?
        /// Tokens of the response, so that a caller can continue from any point.
        public var responseIds: [Int32] = []

        public init() {}
    }
}

extension V1.SuggestBranchesResponse: CMessage {
    public static var fullName: String { "attnrl.v1.SuggestBranchesResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__suggest_branches_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__SuggestBranchesResponse>) throws(ProtobufError) {
        points = try CRead.messages(c.pointee.points, c.pointee.n_points, "points")
        threshold = c.pointee.threshold
        minGapTokens = c.pointee.min_gap_tokens
        note = try CRead.string(c.pointee.note, "note")
        trace = try CRead.optionalMessage(c.pointee.trace, "trace")
        responseIds = CRead.scalars(c.pointee.response_ids, c.pointee.n_response_ids)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__SuggestBranchesResponse>, _ arena: MessageArena) {
        (c.pointee.n_points, c.pointee.points) = arena.messages(points)
        c.pointee.threshold = threshold
        c.pointee.min_gap_tokens = minGapTokens
        c.pointee.note = arena.string(note)
        if let value = trace { c.pointee.trace = arena.message(value) }
        (c.pointee.n_response_ids, c.pointee.response_ids) = arena.scalars(responseIds)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("points", &points)
        visitor.field("threshold", &threshold)
        visitor.field(.init("minGapTokens", "min_gap_tokens"), &minGapTokens)
        visitor.field("note", &note)
        visitor.optional("trace", &trace)
        visitor.repeated(.init("responseIds", "response_ids"), &responseIds)
    }
}

extension V1 {
    public struct BranchPoint: ProtobufMessage {
        /// The step to generate again, from its start.
        public var step: Int32 = 0
        /// Its first token's index in the sequence: keep tokens [0, token).
        public var token: Int32 = 0
        /// Score under the strategy.
        public var score: Float = 0
        /// Whether it was taken as the earliest step left, for want of candidates.
        public var fallback: Bool = false
        public var reason: String = ""

        public init() {}
    }
}

extension V1.BranchPoint: CMessage {
    public static var fullName: String { "attnrl.v1.BranchPoint" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__branch_point__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__BranchPoint>) throws(ProtobufError) {
        step = c.pointee.step
        token = c.pointee.token
        score = c.pointee.score
        fallback = c.pointee.fallback != 0
        reason = try CRead.string(c.pointee.reason, "reason")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__BranchPoint>, _ arena: MessageArena) {
        c.pointee.step = step
        c.pointee.token = token
        c.pointee.score = score
        c.pointee.fallback = fallback ? 1 : 0
        c.pointee.reason = arena.string(reason)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("step", &step)
        visitor.field("token", &token)
        visitor.field("score", &score)
        visitor.field("fallback", &fallback)
        visitor.field("reason", &reason)
    }
}

extension V1 {
    public struct ExploreRequest: ProtobufMessage {
        public var policy: String = ""
        public var prompt: V1.Prompt?
        /// `max_tokens` is of whole responses. Default: max_tokens_total shared out
        /// among the responses that `width`, `branches`, `continuations` and `depth`
        /// allow, or among 8 times `width` where that is more; at most 65536, and what
        /// the context holds.
        public var sampling: V1.SamplingOptions?
        /// How branch points of a response are chosen; `count` is of each response.
        /// `seed` defaults to `sampling.seed`.
        public var branches: V1.BranchOptions?
        /// Only `gap`, `include_after_thinking`, `separator` and `separator_text` are used.
        public var capture: V1.CaptureOptions?
        /// G: responses drawn from the prompt. 1 to 256. Default: 6.
        public var width: Int32?
        /// T: responses that continue from one branch point. 1 to 256. Default: 2.
        public var continuations: Int32?
        /// Levels of branching: at 1 the first responses are branched, at 2 their
        /// continuations as well, inside the tokens that they drew themselves. 0 to 16.
        /// Default: 1.
        public var depth: Int32?
        /// Tokens that all responses together may draw, which is never exceeded; at
        /// least `width`, at most 1048576. Default: 65536.
        public var maxTokensTotal: Int32?
        /// What responses are judged by. Default: by nothing, so that nodes have no value.
        public var verifier: V1.Verifier?

        public init() {}
    }
}

extension V1.ExploreRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ExploreRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__explore_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExploreRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        prompt = try CRead.optionalMessage(c.pointee.prompt, "prompt")
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        branches = try CRead.optionalMessage(c.pointee.branches, "branches")
        capture = try CRead.optionalMessage(c.pointee.capture, "capture")
        if c.pointee._width_case.rawValue != 0 { width = c.pointee.width }
        if c.pointee._continuations_case.rawValue != 0 { continuations = c.pointee.continuations }
        if c.pointee._depth_case.rawValue != 0 { depth = c.pointee.depth }
        if c.pointee._max_tokens_total_case.rawValue != 0 { maxTokensTotal = c.pointee.max_tokens_total }
        verifier = try CRead.optionalMessage(c.pointee.verifier, "verifier")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExploreRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = prompt { c.pointee.prompt = arena.message(value) }
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        if let value = branches { c.pointee.branches = arena.message(value) }
        if let value = capture { c.pointee.capture = arena.message(value) }
        if let value = width {
            c.pointee._width_case = ATTNRL__V1__EXPLORE_REQUEST___WIDTH_WIDTH
            c.pointee.width = value
        }
        if let value = continuations {
            c.pointee._continuations_case = ATTNRL__V1__EXPLORE_REQUEST___CONTINUATIONS_CONTINUATIONS
            c.pointee.continuations = value
        }
        if let value = depth {
            c.pointee._depth_case = ATTNRL__V1__EXPLORE_REQUEST___DEPTH_DEPTH
            c.pointee.depth = value
        }
        if let value = maxTokensTotal {
            c.pointee._max_tokens_total_case = ATTNRL__V1__EXPLORE_REQUEST___MAX_TOKENS_TOTAL_MAX_TOKENS_TOTAL
            c.pointee.max_tokens_total = value
        }
        if let value = verifier { c.pointee.verifier = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("prompt", &prompt)
        visitor.optional("sampling", &sampling)
        visitor.optional("branches", &branches)
        visitor.optional("capture", &capture)
        visitor.optional("width", &width)
        visitor.optional("continuations", &continuations)
        visitor.optional("depth", &depth)
        visitor.optional(.init("maxTokensTotal", "max_tokens_total"), &maxTokensTotal)
        visitor.optional("verifier", &verifier)
    }
}

extension V1 {
    /// How a response is judged. A right one is worth 1, any other 0.
    public struct Verifier: ProtobufMessage {
        /// Default: VERIFIER_KIND_MATH.
        public var kind: V1.VerifierKind = V1.VerifierKind(rawValue: 0)
        /// The right answer. Needed for all kinds but VERIFIER_KIND_TASK, which takes none.
        public var truth: String = ""
        /// For VERIFIER_KIND_REGEX: captures the answer in its first group.
        public var pattern: String = ""
        /// For VERIFIER_KIND_EXACT and VERIFIER_KIND_REGEX: upper and lower case are the same.
        public var ignoreCase: Bool = false
        /// For VERIFIER_KIND_TASK: "chain", "countdown" or "graph". Default: the one
        /// whose problem the prompt is.
        public var task: String = ""

        public init() {}
    }
}

extension V1.Verifier: CMessage {
    public static var fullName: String { "attnrl.v1.Verifier" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__verifier__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Verifier>) throws(ProtobufError) {
        kind = V1.VerifierKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
        truth = try CRead.string(c.pointee.truth, "truth")
        pattern = try CRead.string(c.pointee.pattern, "pattern")
        ignoreCase = c.pointee.ignore_case != 0
        task = try CRead.string(c.pointee.task, "task")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Verifier>, _ arena: MessageArena) {
        c.pointee.kind = .init(rawValue: .init(truncatingIfNeeded: kind.rawValue))
        c.pointee.truth = arena.string(truth)
        c.pointee.pattern = arena.string(pattern)
        c.pointee.ignore_case = ignoreCase ? 1 : 0
        c.pointee.task = arena.string(task)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("kind", &kind)
        visitor.field("truth", &truth)
        visitor.field("pattern", &pattern)
        visitor.field(.init("ignoreCase", "ignore_case"), &ignoreCase)
        visitor.field("task", &task)
    }
}

extension V1 {
    public struct VerifyRequest: ProtobufMessage {
        /// The problem, which a task's checker reads; other verifiers do not need it.
        public var prompt: String = ""
        /// At most 256.
        public var responses: [String] = []
        public var verifier: V1.Verifier?

        public init() {}
    }
}

extension V1.VerifyRequest: CMessage {
    public static var fullName: String { "attnrl.v1.VerifyRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__verify_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__VerifyRequest>) throws(ProtobufError) {
        prompt = try CRead.string(c.pointee.prompt, "prompt")
        responses = try CRead.strings(c.pointee.responses, c.pointee.n_responses, "responses")
        verifier = try CRead.optionalMessage(c.pointee.verifier, "verifier")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__VerifyRequest>, _ arena: MessageArena) {
        c.pointee.prompt = arena.string(prompt)
        (c.pointee.n_responses, c.pointee.responses) = arena.strings(responses)
        if let value = verifier { c.pointee.verifier = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("prompt", &prompt)
        visitor.repeated("responses", &responses)
        visitor.optional("verifier", &verifier)
    }
}

extension V1 {
    public struct VerifyResponse: ProtobufMessage {
        /// One for each response, in order.
        public var results: [V1.Verified] = []

        public init() {}
    }
}

extension V1.VerifyResponse: CMessage {
    public static var fullName: String { "attnrl.v1.VerifyResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__verify_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__VerifyResponse>) throws(ProtobufError) {
        results = try CRead.messages(c.pointee.results, c.pointee.n_results, "results")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__VerifyResponse>, _ arena: MessageArena) {
        (c.pointee.n_results, c.pointee.results) = arena.messages(results)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("results", &results)
    }
}

extension V1 {
    public struct Verified: ProtobufMessage {
        public var reward: Double = 0
        public var verdict: V1.RewardVerdict = V1.RewardVerdict(rawValue: 0)

        public init() {}
    }
}

extension V1.Verified: CMessage {
    public static var fullName: String { "attnrl.v1.Verified" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__verified__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Verified>) throws(ProtobufError) {
        reward = c.pointee.reward
        verdict = V1.RewardVerdict(rawValue: Int32(truncatingIfNeeded: c.pointee.verdict.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Verified>, _ arena: MessageArena) {
        c.pointee.reward = reward
        c.pointee.verdict = .init(rawValue: .init(truncatingIfNeeded: verdict.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("reward", &reward)
        visitor.field("verdict", &verdict)
    }
}

extension V1 {
    public struct GetViewerRequest: ProtobufMessage {
        public init() {}
    }
}

extension V1.GetViewerRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetViewerRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_viewer_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetViewerRequest>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetViewerRequest>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}

extension V1 {
    /// A whole HTML document that asks nobody for anything. It shows the view whose
    /// JSON stands in place of `null` in its element `view`; see docs/page.md.
    public struct Viewer: ProtobufMessage {
        public var html: String = ""

        public init() {}
    }
}

extension V1.Viewer: CMessage {
    public static var fullName: String { "attnrl.v1.Viewer" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__viewer__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Viewer>) throws(ProtobufError) {
        html = try CRead.string(c.pointee.html, "html")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Viewer>, _ arena: MessageArena) {
        c.pointee.html = arena.string(html)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("html", &html)
    }
}

extension V1 {
    /// ExploreStarted first; rollouts as they end, in any order; notes whenever
    /// there is something to say; nodes when the tree is grown; ExploreFinished last.
    public struct ExploreResponse: ProtobufMessage {
        public var event: Event?

        public init() {}

        public enum Event: Sendable, Equatable {
            case started(V1.ExploreStarted)
            case rollout(V1.TreeRollout)
            case note(V1.ExploreNote)
            case nodes(V1.TreeNodes)
            case finished(V1.ExploreFinished)
        }
    }
}

extension V1.ExploreResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ExploreResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__explore_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExploreResponse>) throws(ProtobufError) {
        switch c.pointee.event_case {
        case ATTNRL__V1__EXPLORE_RESPONSE__EVENT_STARTED: event = .started(try CRead.message(c.pointee.started, "started"))
        case ATTNRL__V1__EXPLORE_RESPONSE__EVENT_ROLLOUT: event = .rollout(try CRead.message(c.pointee.rollout, "rollout"))
        case ATTNRL__V1__EXPLORE_RESPONSE__EVENT_NOTE: event = .note(try CRead.message(c.pointee.note, "note"))
        case ATTNRL__V1__EXPLORE_RESPONSE__EVENT_NODES: event = .nodes(try CRead.message(c.pointee.nodes, "nodes"))
        case ATTNRL__V1__EXPLORE_RESPONSE__EVENT_FINISHED: event = .finished(try CRead.message(c.pointee.finished, "finished"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExploreResponse>, _ arena: MessageArena) {
        switch event {
        case .started(let value)?:
            c.pointee.event_case = ATTNRL__V1__EXPLORE_RESPONSE__EVENT_STARTED
            c.pointee.started = arena.message(value)
        case .rollout(let value)?:
            c.pointee.event_case = ATTNRL__V1__EXPLORE_RESPONSE__EVENT_ROLLOUT
            c.pointee.rollout = arena.message(value)
        case .note(let value)?:
            c.pointee.event_case = ATTNRL__V1__EXPLORE_RESPONSE__EVENT_NOTE
            c.pointee.note = arena.message(value)
        case .nodes(let value)?:
            c.pointee.event_case = ATTNRL__V1__EXPLORE_RESPONSE__EVENT_NODES
            c.pointee.nodes = arena.message(value)
        case .finished(let value)?:
            c.pointee.event_case = ATTNRL__V1__EXPLORE_RESPONSE__EVENT_FINISHED
            c.pointee.finished = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("started", of: &event, Event.started) { if case .started(let value) = $0 { value } else { nil } }
        visitor.member("rollout", of: &event, Event.rollout) { if case .rollout(let value) = $0 { value } else { nil } }
        visitor.member("note", of: &event, Event.note) { if case .note(let value) = $0 { value } else { nil } }
        visitor.member("nodes", of: &event, Event.nodes) { if case .nodes(let value) = $0 { value } else { nil } }
        visitor.member("finished", of: &event, Event.finished) { if case .finished(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct ExploreStarted: ProtobufMessage {
        public var policy: String = ""
        public var version: Int64 = 0
        public var promptIds: [Int32] = []
        /// Their text, special tokens included.
        public var promptText: String = ""
        /// Every field as resolved, the seed included.
        public var sampling: V1.SamplingOptions?
        /// As used.
        public var width: Int32 = 0
        public var continuations: Int32 = 0
        public var depth: Int32 = 0
        public var maxTokensTotal: Int32 = 0

        public init() {}
    }
}

extension V1.ExploreStarted: CMessage {
    public static var fullName: String { "attnrl.v1.ExploreStarted" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__explore_started__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExploreStarted>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        version = c.pointee.version
        promptIds = CRead.scalars(c.pointee.prompt_ids, c.pointee.n_prompt_ids)
        promptText = try CRead.string(c.pointee.prompt_text, "prompt_text")
        sampling = try CRead.optionalMessage(c.pointee.sampling, "sampling")
        width = c.pointee.width
        continuations = c.pointee.continuations
        depth = c.pointee.depth
        maxTokensTotal = c.pointee.max_tokens_total
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExploreStarted>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        c.pointee.version = version
        (c.pointee.n_prompt_ids, c.pointee.prompt_ids) = arena.scalars(promptIds)
        c.pointee.prompt_text = arena.string(promptText)
        if let value = sampling { c.pointee.sampling = arena.message(value) }
        c.pointee.width = width
        c.pointee.continuations = continuations
        c.pointee.depth = depth
        c.pointee.max_tokens_total = maxTokensTotal
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.field("version", &version)
        visitor.repeated(.init("promptIds", "prompt_ids"), &promptIds)
        visitor.field(.init("promptText", "prompt_text"), &promptText)
        visitor.optional("sampling", &sampling)
        visitor.field("width", &width)
        visitor.field("continuations", &continuations)
        visitor.field("depth", &depth)
        visitor.field(.init("maxTokensTotal", "max_tokens_total"), &maxTokensTotal)
    }
}

extension V1 {
    /// Something that did not go as asked, in words for people.
    public struct ExploreNote: ProtobufMessage {
        public var text: String = ""

        public init() {}
    }
}

extension V1.ExploreNote: CMessage {
    public static var fullName: String { "attnrl.v1.ExploreNote" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__explore_note__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExploreNote>) throws(ProtobufError) {
        text = try CRead.string(c.pointee.text, "text")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExploreNote>, _ arena: MessageArena) {
        c.pointee.text = arena.string(text)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("text", &text)
    }
}

extension V1 {
    /// Nodes of the tree in order; those of later messages go behind.
    public struct TreeNodes: ProtobufMessage {
        public var nodes: [V1.TreeNode] = []

        public init() {}
    }
}

extension V1.TreeNodes: CMessage {
    public static var fullName: String { "attnrl.v1.TreeNodes" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree_nodes__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreeNodes>) throws(ProtobufError) {
        nodes = try CRead.messages(c.pointee.nodes, c.pointee.n_nodes, "nodes")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreeNodes>, _ arena: MessageArena) {
        (c.pointee.n_nodes, c.pointee.nodes) = arena.messages(nodes)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("nodes", &nodes)
    }
}

extension V1 {
    public struct ExploreFinished: ProtobufMessage {
        public var rolloutCount: Int32 = 0
        /// Branches that were chosen and not drawn, as the budget had ended.
        public var undrawn: Int32 = 0
        /// Responses that the budget cut short.
        public var cut: Int32 = 0
        /// Tokens drawn, which the budget counts.
        public var drawnTokens: Int64 = 0
        /// Tokens that the engine computed for all responses: prompt and kept tokens
        /// that it did not have, and those drawn.
        public var computedTokens: Int64 = 0
        public var totalSeconds: Double = 0

        public init() {}
    }
}

extension V1.ExploreFinished: CMessage {
    public static var fullName: String { "attnrl.v1.ExploreFinished" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__explore_finished__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExploreFinished>) throws(ProtobufError) {
        rolloutCount = c.pointee.rollout_count
        undrawn = c.pointee.undrawn
        cut = c.pointee.cut
        drawnTokens = c.pointee.drawn_tokens
        computedTokens = c.pointee.computed_tokens
        totalSeconds = c.pointee.total_seconds
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExploreFinished>, _ arena: MessageArena) {
        c.pointee.rollout_count = rolloutCount
        c.pointee.undrawn = undrawn
        c.pointee.cut = cut
        c.pointee.drawn_tokens = drawnTokens
        c.pointee.computed_tokens = computedTokens
        c.pointee.total_seconds = totalSeconds
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("rolloutCount", "rollout_count"), &rolloutCount)
        visitor.field("undrawn", &undrawn)
        visitor.field("cut", &cut)
        visitor.field(.init("drawnTokens", "drawn_tokens"), &drawnTokens)
        visitor.field(.init("computedTokens", "computed_tokens"), &computedTokens)
        visitor.field(.init("totalSeconds", "total_seconds"), &totalSeconds)
    }
}
