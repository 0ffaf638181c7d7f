// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/common.proto. Changes belong there.

package import CProtos

extension V1 {
    /// What "<|im_end|>", written out in a text, is to a tokenizer that has it as a
    /// special token. Added tokens that are not special, often "<think>", are always
    /// recognized.
    public struct ControlTokens: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// That token.
        public static var recognized: Self { Self(rawValue: 1) }
        /// The characters it consists of: whoever wrote the text cannot end a turn or
        /// begin another. Those that a chat template writes are tokens all the same.
        public static var asText: Self { Self(rawValue: 2) }

        public static var allCases: [Self] { [.unspecified, .recognized, .asText] }
        public static var namePrefix: String { "CONTROL_TOKENS_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "CONTROL_TOKENS_UNSPECIFIED"
            case 1: "CONTROL_TOKENS_RECOGNIZED"
            case 2: "CONTROL_TOKENS_AS_TEXT"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct FinishReason: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// An end-of-sequence token, a stop token or a stop text.
        public static var stop: Self { Self(rawValue: 1) }
        /// max_tokens or the end of the context.
        public static var length: Self { Self(rawValue: 2) }
        /// The request was cancelled or its deadline passed.
        public static var cancelled: Self { Self(rawValue: 3) }

        public static var allCases: [Self] { [.unspecified, .stop, .length, .cancelled] }
        public static var namePrefix: String { "FINISH_REASON_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "FINISH_REASON_UNSPECIFIED"
            case 1: "FINISH_REASON_STOP"
            case 2: "FINISH_REASON_LENGTH"
            case 3: "FINISH_REASON_CANCELLED"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct StepMapKind: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        public static var noMap: Self { Self(rawValue: 1) }
        /// Mean over all layers and heads.
        public static var mean: Self { Self(rawValue: 2) }
        /// Maximum over all layers and heads.
        public static var max: Self { Self(rawValue: 3) }
        /// One map for each of the heads chosen.
        public static var heads: Self { Self(rawValue: 4) }

        public static var allCases: [Self] { [.unspecified, .noMap, .mean, .max, .heads] }
        public static var namePrefix: String { "STEP_MAP_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "STEP_MAP_UNSPECIFIED"
            case 1: "STEP_MAP_NONE"
            case 2: "STEP_MAP_MEAN"
            case 3: "STEP_MAP_MAX"
            case 4: "STEP_MAP_HEADS"
            default: nil
            }
        }
    }
}

extension V1 {
    /// Where the steps of a response end: with the token that completes one of these,
    /// and the tokens of white space that follow it.
    public struct StepSeparator: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// A blank line.
        public static var blankLine: Self { Self(rawValue: 1) }
        /// A newline.
        public static var line: Self { Self(rawValue: 2) }
        /// Every token is a step.
        public static var token: Self { Self(rawValue: 3) }
        /// The end of a sentence, or a newline.
        public static var sentence: Self { Self(rawValue: 4) }
        /// A text of one's own.
        public static var text: Self { Self(rawValue: 5) }

        public static var allCases: [Self] { [.unspecified, .blankLine, .line, .token, .sentence, .text] }
        public static var namePrefix: String { "STEP_SEPARATOR_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "STEP_SEPARATOR_UNSPECIFIED"
            case 1: "STEP_SEPARATOR_BLANK_LINE"
            case 2: "STEP_SEPARATOR_LINE"
            case 3: "STEP_SEPARATOR_TOKEN"
            case 4: "STEP_SEPARATOR_SENTENCE"
            case 5: "STEP_SEPARATOR_TEXT"
            default: nil
            }
        }
    }
}

extension V1 {
    /// A prompt in one of three forms. Token ids are used as they are; text is
    /// tokenized; a chat is rendered with the policy's chat template first.
    public struct Prompt: ProtobufMessage {
        public var input: Input?
        /// Whether tokenizing `text` adds the tokenizer's special tokens: those that
        /// its post-processor names (a leading <s>, say), and its beginning token where
        /// tokenizer_config.json says `add_bos_token`. A beginning token that the text
        /// starts with is not added again. A chat gets none: its template writes them.
        /// Default: true.
        public var addSpecialTokens: Bool?
        /// Whether special tokens that are written out in `text`, or in what the
        /// messages of `chat` say, are these tokens. Default: CONTROL_TOKENS_RECOGNIZED.
        public var controlTokens: V1.ControlTokens = V1.ControlTokens(rawValue: 0)

        public init() {}

        public enum Input: Sendable, Equatable {
            case text(String)
            case tokenIds(V1.TokenIds)
            case chat(V1.Chat)
        }
    }
}

extension V1.Prompt: CMessage {
    public static var fullName: String { "attnrl.v1.Prompt" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__prompt__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Prompt>) throws(ProtobufError) {
        switch c.pointee.input_case {
        case ATTNRL__V1__PROMPT__INPUT_TEXT: input = .text(try CRead.string(c.pointee.text, "text"))
        case ATTNRL__V1__PROMPT__INPUT_TOKEN_IDS: input = .tokenIds(try CRead.message(c.pointee.token_ids, "token_ids"))
        case ATTNRL__V1__PROMPT__INPUT_CHAT: input = .chat(try CRead.message(c.pointee.chat, "chat"))
        default: break
        }
        if c.pointee._add_special_tokens_case.rawValue != 0 { addSpecialTokens = c.pointee.add_special_tokens != 0 }
        controlTokens = V1.ControlTokens(rawValue: Int32(truncatingIfNeeded: c.pointee.control_tokens.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Prompt>, _ arena: MessageArena) {
        switch input {
        case .text(let value)?:
            c.pointee.input_case = ATTNRL__V1__PROMPT__INPUT_TEXT
            c.pointee.text = arena.string(value)
        case .tokenIds(let value)?:
            c.pointee.input_case = ATTNRL__V1__PROMPT__INPUT_TOKEN_IDS
            c.pointee.token_ids = arena.message(value)
        case .chat(let value)?:
            c.pointee.input_case = ATTNRL__V1__PROMPT__INPUT_CHAT
            c.pointee.chat = arena.message(value)
        case nil: break
        }
        if let value = addSpecialTokens {
            c.pointee._add_special_tokens_case = ATTNRL__V1__PROMPT___ADD_SPECIAL_TOKENS_ADD_SPECIAL_TOKENS
            c.pointee.add_special_tokens = value ? 1 : 0
        }
        c.pointee.control_tokens = .init(rawValue: .init(truncatingIfNeeded: controlTokens.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("text", of: &input, Input.text) { if case .text(let value) = $0 { value } else { nil } }
        visitor.member(.init("tokenIds", "token_ids"), of: &input, Input.tokenIds) { if case .tokenIds(let value) = $0 { value } else { nil } }
        visitor.member("chat", of: &input, Input.chat) { if case .chat(let value) = $0 { value } else { nil } }
        visitor.optional(.init("addSpecialTokens", "add_special_tokens"), &addSpecialTokens)
        visitor.field(.init("controlTokens", "control_tokens"), &controlTokens)
    }
}

extension V1 {
    public struct TokenIds: ProtobufMessage {
        public var ids: [Int32] = []

        public init() {}
    }
}

extension V1.TokenIds: CMessage {
    public static var fullName: String { "attnrl.v1.TokenIds" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__token_ids__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenIds>) throws(ProtobufError) {
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenIds>, _ arena: MessageArena) {
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("ids", &ids)
    }
}

extension V1 {
    public struct Chat: ProtobufMessage {
        public var messages: [V1.ChatMessage] = []
        /// Whether the rendering ends with the opening of an assistant turn. Default: true.
        public var addGenerationPrompt: Bool?
        /// Passed to the template when set; templates that do not know it ignore it.
        public var enableThinking: Bool?
        /// The functions that the model may call, as a JSON array in OpenAI's form:
        /// [{"type": "function", "function": {"name": ..., "description": ..., "parameters": ...}}].
        /// Empty, and an empty array, are none. A template that does not know tools is an
        /// error.
        public var tools: String = ""
        /// What else the template is given, as a JSON object: chat_template_kwargs
        /// elsewhere. It overrides the tokenizer's special tokens; `enable_thinking` and
        /// `tools` above override it.
        public var templateArguments: String = ""
        /// Whether the last message, usually the assistant's, is the beginning of the
        /// response: the rendering ends with it, without the end of the turn.
        /// `add_generation_prompt` does nothing then.
        public var continueFinalMessage: Bool = false

        public init() {}
    }
}

extension V1.Chat: CMessage {
    public static var fullName: String { "attnrl.v1.Chat" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__chat__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Chat>) throws(ProtobufError) {
        messages = try CRead.messages(c.pointee.messages, c.pointee.n_messages, "messages")
        if c.pointee._add_generation_prompt_case.rawValue != 0 { addGenerationPrompt = c.pointee.add_generation_prompt != 0 }
        if c.pointee._enable_thinking_case.rawValue != 0 { enableThinking = c.pointee.enable_thinking != 0 }
        tools = try CRead.string(c.pointee.tools, "tools")
        templateArguments = try CRead.string(c.pointee.template_arguments, "template_arguments")
        continueFinalMessage = c.pointee.continue_final_message != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Chat>, _ arena: MessageArena) {
        (c.pointee.n_messages, c.pointee.messages) = arena.messages(messages)
        if let value = addGenerationPrompt {
            c.pointee._add_generation_prompt_case = ATTNRL__V1__CHAT___ADD_GENERATION_PROMPT_ADD_GENERATION_PROMPT
            c.pointee.add_generation_prompt = value ? 1 : 0
        }
        if let value = enableThinking {
            c.pointee._enable_thinking_case = ATTNRL__V1__CHAT___ENABLE_THINKING_ENABLE_THINKING
            c.pointee.enable_thinking = value ? 1 : 0
        }
        c.pointee.tools = arena.string(tools)
        c.pointee.template_arguments = arena.string(templateArguments)
        c.pointee.continue_final_message = continueFinalMessage ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("messages", &messages)
        visitor.optional(.init("addGenerationPrompt", "add_generation_prompt"), &addGenerationPrompt)
        visitor.optional(.init("enableThinking", "enable_thinking"), &enableThinking)
        visitor.field("tools", &tools)
        visitor.field(.init("templateArguments", "template_arguments"), &templateArguments)
        visitor.field(.init("continueFinalMessage", "continue_final_message"), &continueFinalMessage)
    }
}

extension V1 {
    public struct ChatMessage: ProtobufMessage {
        /// "system", "user", "assistant", or whatever role the template knows.
        public var role: String = ""
        public var content: String = ""
        /// The text between <think> and </think> of an earlier turn, where a template wants it apart.
        public var reasoningContent: String = ""
        /// The functions an assistant's turn called, as a JSON array in OpenAI's form:
        /// [{"id": ..., "type": "function", "function": {"name": ..., "arguments": ...}}].
        /// Arguments may be an object, or the JSON text of one.
        public var toolCalls: String = ""
        /// Of a tool's turn: which call it answers, and the tool's name.
        public var toolCallId: String = ""
        public var name: String = ""

        public init() {}
    }
}

extension V1.ChatMessage: CMessage {
    public static var fullName: String { "attnrl.v1.ChatMessage" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__chat_message__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ChatMessage>) throws(ProtobufError) {
        role = try CRead.string(c.pointee.role, "role")
        content = try CRead.string(c.pointee.content, "content")
        reasoningContent = try CRead.string(c.pointee.reasoning_content, "reasoning_content")
        toolCalls = try CRead.string(c.pointee.tool_calls, "tool_calls")
        toolCallId = try CRead.string(c.pointee.tool_call_id, "tool_call_id")
        name = try CRead.string(c.pointee.name, "name")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ChatMessage>, _ arena: MessageArena) {
        c.pointee.role = arena.string(role)
        c.pointee.content = arena.string(content)
        c.pointee.reasoning_content = arena.string(reasoningContent)
        c.pointee.tool_calls = arena.string(toolCalls)
        c.pointee.tool_call_id = arena.string(toolCallId)
        c.pointee.name = arena.string(name)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("role", &role)
        visitor.field("content", &content)
        visitor.field(.init("reasoningContent", "reasoning_content"), &reasoningContent)
        visitor.field(.init("toolCalls", "tool_calls"), &toolCalls)
        visitor.field(.init("toolCallId", "tool_call_id"), &toolCallId)
        visitor.field("name", &name)
    }
}

extension V1 {
    /// How tokens are drawn. Unset fields take the policy's generation_config.json
    /// value, or the default named here.
    public struct SamplingOptions: ProtobufMessage {
        /// 0 is greedy. Default: 1.
        public var temperature: Float?
        /// Keep the smallest set of tokens whose probability reaches this. In (0, 1]. Default: 1.
        public var topP: Float?
        /// Keep the k most probable tokens; 0 keeps all. Default: 0.
        public var topK: Int32?
        /// Keep tokens at least this fraction as probable as the best one. In [0, 1]. Default: 0.
        public var minP: Float?
        /// Divides positive and multiplies negative logits of tokens already seen. Above 0. Default: 1.
        public var repetitionPenalty: Float?
        /// Tokens to generate at most. Default: whatever the context still holds.
        public var maxTokens: Int32?
        /// None of this many first tokens ends the response: stop tokens and end-of-sequence are not drawn, and stop texts that
        /// are complete by then are text. Default: 0.
        public var minTokens: Int32?
        /// Texts that end the response; they are not part of the returned text.
        public var stop: [String] = []
        /// Tokens that end the response, beside the policy's end-of-sequence tokens.
        public var stopTokenIds: [Int32] = []
        /// Seed of the counter-based generator. Default: drawn by the server and reported in GenerationStarted.
        public var seed: UInt64?
        /// Go on after end-of-sequence tokens.
        public var ignoreEos: Bool = false
        /// Added to the logits before anything else.
        public var logitBias: [V1.LogitBias] = []
        /// Taken from the logits of tokens that the response has, so much for each time
        /// it has them. In [-2, 2]. Default: 0.
        public var frequencyPenalty: Float?
        /// Taken from the logits of tokens that the response has. In [-2, 2]. Default: 0.
        public var presencePenalty: Float?

        public init() {}
    }
}

extension V1.SamplingOptions: CMessage {
    public static var fullName: String { "attnrl.v1.SamplingOptions" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__sampling_options__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__SamplingOptions>) throws(ProtobufError) {
        if c.pointee._temperature_case.rawValue != 0 { temperature = c.pointee.temperature }
        if c.pointee._top_p_case.rawValue != 0 { topP = c.pointee.top_p }
        if c.pointee._top_k_case.rawValue != 0 { topK = c.pointee.top_k }
        if c.pointee._min_p_case.rawValue != 0 { minP = c.pointee.min_p }
        if c.pointee._repetition_penalty_case.rawValue != 0 { repetitionPenalty = c.pointee.repetition_penalty }
        if c.pointee._max_tokens_case.rawValue != 0 { maxTokens = c.pointee.max_tokens }
        if c.pointee._min_tokens_case.rawValue != 0 { minTokens = c.pointee.min_tokens }
        stop = try CRead.strings(c.pointee.stop, c.pointee.n_stop, "stop")
        stopTokenIds = CRead.scalars(c.pointee.stop_token_ids, c.pointee.n_stop_token_ids)
        if c.pointee._seed_case.rawValue != 0 { seed = c.pointee.seed }
        ignoreEos = c.pointee.ignore_eos != 0
        logitBias = try CRead.messages(c.pointee.logit_bias, c.pointee.n_logit_bias, "logit_bias")
        if c.pointee._frequency_penalty_case.rawValue != 0 { frequencyPenalty = c.pointee.frequency_penalty }
        if c.pointee._presence_penalty_case.rawValue != 0 { presencePenalty = c.pointee.presence_penalty }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__SamplingOptions>, _ arena: MessageArena) {
        if let value = temperature {
            c.pointee._temperature_case = ATTNRL__V1__SAMPLING_OPTIONS___TEMPERATURE_TEMPERATURE
            c.pointee.temperature = value
        }
        if let value = topP {
            c.pointee._top_p_case = ATTNRL__V1__SAMPLING_OPTIONS___TOP_P_TOP_P
            c.pointee.top_p = value
        }
        if let value = topK {
            c.pointee._top_k_case = ATTNRL__V1__SAMPLING_OPTIONS___TOP_K_TOP_K
            c.pointee.top_k = value
        }
        if let value = minP {
            c.pointee._min_p_case = ATTNRL__V1__SAMPLING_OPTIONS___MIN_P_MIN_P
            c.pointee.min_p = value
        }
        if let value = repetitionPenalty {
            c.pointee._repetition_penalty_case = ATTNRL__V1__SAMPLING_OPTIONS___REPETITION_PENALTY_REPETITION_PENALTY
            c.pointee.repetition_penalty = value
        }
        if let value = maxTokens {
            c.pointee._max_tokens_case = ATTNRL__V1__SAMPLING_OPTIONS___MAX_TOKENS_MAX_TOKENS
            c.pointee.max_tokens = value
        }
        if let value = minTokens {
            c.pointee._min_tokens_case = ATTNRL__V1__SAMPLING_OPTIONS___MIN_TOKENS_MIN_TOKENS
            c.pointee.min_tokens = value
        }
        (c.pointee.n_stop, c.pointee.stop) = arena.strings(stop)
        (c.pointee.n_stop_token_ids, c.pointee.stop_token_ids) = arena.scalars(stopTokenIds)
        if let value = seed {
            c.pointee._seed_case = ATTNRL__V1__SAMPLING_OPTIONS___SEED_SEED
            c.pointee.seed = value
        }
        c.pointee.ignore_eos = ignoreEos ? 1 : 0
        (c.pointee.n_logit_bias, c.pointee.logit_bias) = arena.messages(logitBias)
        if let value = frequencyPenalty {
            c.pointee._frequency_penalty_case = ATTNRL__V1__SAMPLING_OPTIONS___FREQUENCY_PENALTY_FREQUENCY_PENALTY
            c.pointee.frequency_penalty = value
        }
        if let value = presencePenalty {
            c.pointee._presence_penalty_case = ATTNRL__V1__SAMPLING_OPTIONS___PRESENCE_PENALTY_PRESENCE_PENALTY
            c.pointee.presence_penalty = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("temperature", &temperature)
        visitor.optional(.init("topP", "top_p"), &topP)
        visitor.optional(.init("topK", "top_k"), &topK)
        visitor.optional(.init("minP", "min_p"), &minP)
        visitor.optional(.init("repetitionPenalty", "repetition_penalty"), &repetitionPenalty)
        visitor.optional(.init("maxTokens", "max_tokens"), &maxTokens)
        visitor.optional(.init("minTokens", "min_tokens"), &minTokens)
        visitor.repeated("stop", &stop)
        visitor.repeated(.init("stopTokenIds", "stop_token_ids"), &stopTokenIds)
        visitor.optional("seed", &seed)
        visitor.field(.init("ignoreEos", "ignore_eos"), &ignoreEos)
        visitor.repeated(.init("logitBias", "logit_bias"), &logitBias)
        visitor.optional(.init("frequencyPenalty", "frequency_penalty"), &frequencyPenalty)
        visitor.optional(.init("presencePenalty", "presence_penalty"), &presencePenalty)
    }
}

extension V1 {
    public struct LogitBias: ProtobufMessage {
        public var tokenId: Int32 = 0
        public var bias: Float = 0

        public init() {}
    }
}

extension V1.LogitBias: CMessage {
    public static var fullName: String { "attnrl.v1.LogitBias" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__logit_bias__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LogitBias>) throws(ProtobufError) {
        tokenId = c.pointee.token_id
        bias = c.pointee.bias
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LogitBias>, _ arena: MessageArena) {
        c.pointee.token_id = tokenId
        c.pointee.bias = bias
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("tokenId", "token_id"), &tokenId)
        visitor.field("bias", &bias)
    }
}

extension V1 {
    /// What is reported beside the tokens themselves. Log-probabilities and
    /// entropies are in nats, of the model's own distribution: before temperature,
    /// penalties and truncation, so that they equal Score on the same tokens.
    public struct TokenDetail: ProtobufMessage {
        public var logprobs: Bool = false
        /// The most probable alternatives at each position, at most 20.
        public var topLogprobs: Int32 = 0
        public var entropies: Bool = false
        /// The bytes of each token, and of the alternatives: a token may hold part of a
        /// character.
        public var texts: Bool = false

        public init() {}
    }
}

extension V1.TokenDetail: CMessage {
    public static var fullName: String { "attnrl.v1.TokenDetail" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__token_detail__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenDetail>) throws(ProtobufError) {
        logprobs = c.pointee.logprobs != 0
        topLogprobs = c.pointee.top_logprobs
        entropies = c.pointee.entropies != 0
        texts = c.pointee.texts != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenDetail>, _ arena: MessageArena) {
        c.pointee.logprobs = logprobs ? 1 : 0
        c.pointee.top_logprobs = topLogprobs
        c.pointee.entropies = entropies ? 1 : 0
        c.pointee.texts = texts ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("logprobs", &logprobs)
        visitor.field(.init("topLogprobs", "top_logprobs"), &topLogprobs)
        visitor.field("entropies", &entropies)
        visitor.field("texts", &texts)
    }
}

extension V1 {
    /// A run of consecutive tokens of one sequence.
    public struct TokenRun: ProtobufMessage {
        /// Position of the first token in the sequence, prompt included.
        public var start: Int32 = 0
        public var ids: [Int32] = []
        /// Text these tokens complete. Never half a character: bytes that do not
        /// complete one yet are held back and come with a later run.
        public var text: String = ""
        /// Per token, when asked for. The first token of a sequence has none: NaN stands there.
        public var logprobs: [Float] = []
        public var entropies: [Float] = []
        public var top: [V1.TopLogprobs] = []
        /// The bytes of each token, when asked for.
        public var texts: [[UInt8]] = []

        public init() {}
    }
}

extension V1.TokenRun: CMessage {
    public static var fullName: String { "attnrl.v1.TokenRun" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__token_run__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenRun>) throws(ProtobufError) {
        start = c.pointee.start
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
        text = try CRead.string(c.pointee.text, "text")
        logprobs = CRead.scalars(c.pointee.logprobs, c.pointee.n_logprobs)
        entropies = CRead.scalars(c.pointee.entropies, c.pointee.n_entropies)
        top = try CRead.messages(c.pointee.top, c.pointee.n_top, "top")
        texts = CRead.byteStrings(c.pointee.texts, c.pointee.n_texts)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenRun>, _ arena: MessageArena) {
        c.pointee.start = start
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        c.pointee.text = arena.string(text)
        (c.pointee.n_logprobs, c.pointee.logprobs) = arena.scalars(logprobs)
        (c.pointee.n_entropies, c.pointee.entropies) = arena.scalars(entropies)
        (c.pointee.n_top, c.pointee.top) = arena.messages(top)
        (c.pointee.n_texts, c.pointee.texts) = arena.byteStrings(texts)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("start", &start)
        visitor.repeated("ids", &ids)
        visitor.field("text", &text)
        visitor.repeated("logprobs", &logprobs)
        visitor.repeated("entropies", &entropies)
        visitor.repeated("top", &top)
        visitor.repeated("texts", &texts)
    }
}

extension V1 {
    public struct TopLogprobs: ProtobufMessage {
        /// Most probable first.
        public var ids: [Int32] = []
        public var logprobs: [Float] = []
        public var texts: [[UInt8]] = []

        public init() {}
    }
}

extension V1.TopLogprobs: CMessage {
    public static var fullName: String { "attnrl.v1.TopLogprobs" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__top_logprobs__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TopLogprobs>) throws(ProtobufError) {
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
        logprobs = CRead.scalars(c.pointee.logprobs, c.pointee.n_logprobs)
        texts = CRead.byteStrings(c.pointee.texts, c.pointee.n_texts)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TopLogprobs>, _ arena: MessageArena) {
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        (c.pointee.n_logprobs, c.pointee.logprobs) = arena.scalars(logprobs)
        (c.pointee.n_texts, c.pointee.texts) = arena.byteStrings(texts)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("ids", &ids)
        visitor.repeated("logprobs", &logprobs)
        visitor.repeated("texts", &texts)
    }
}

extension V1 {
    /// Tokens [start, end) were made by this version of the policy's weights.
    public struct VersionRange: ProtobufMessage {
        public var start: Int32 = 0
        public var end: Int32 = 0
        public var version: Int64 = 0

        public init() {}
    }
}

extension V1.VersionRange: CMessage {
    public static var fullName: String { "attnrl.v1.VersionRange" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__version_range__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__VersionRange>) throws(ProtobufError) {
        start = c.pointee.start
        end = c.pointee.end
        version = c.pointee.version
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__VersionRange>, _ arena: MessageArena) {
        c.pointee.start = start
        c.pointee.end = end
        c.pointee.version = version
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("start", &start)
        visitor.field("end", &end)
        visitor.field("version", &version)
    }
}

extension V1 {
    /// What attention to capture. Present means capture is on.
    public struct CaptureOptions: ProtobufMessage {
        /// D: steps skipped after a step before later attention to it counts. At least 1. Default: 4.
        public var gap: Int32?
        /// The step-to-step map to return. Default: STEP_MAP_MEAN.
        public var stepMap: V1.StepMapKind?
        /// Layers and heads of a STEP_MAP_HEADS map, at most 64.
        public var heads: [V1.LayerHead] = []
        /// For each step, this many heads that look back at it most. Default: 4.
        public var topHeads: Int32?
        /// Score steps from the one holding </think> on as well.
        public var includeAfterThinking: Bool = false
        /// Raw attention rows to return, at most 4 Mi values in all.
        public var rawRows: [V1.RawRowsSelection] = []
        /// Where steps end. Default: at blank lines; if none separates anything, at
        /// newlines; if none of those does either, every token is a step.
        public var separator: V1.StepSeparator = V1.StepSeparator(rawValue: 0)
        /// The text of STEP_SEPARATOR_TEXT, at most 64 bytes.
        public var separatorText: String = ""
        /// Hidden states to return, as means over each step. Default: none.
        public var hiddenStates: V1.HiddenStateOptions?

        public init() {}
    }
}

extension V1.CaptureOptions: CMessage {
    public static var fullName: String { "attnrl.v1.CaptureOptions" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__capture_options__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CaptureOptions>) throws(ProtobufError) {
        if c.pointee._gap_case.rawValue != 0 { gap = c.pointee.gap }
        if c.pointee._step_map_case.rawValue != 0 { stepMap = V1.StepMapKind(rawValue: Int32(truncatingIfNeeded: c.pointee.step_map.rawValue)) }
        heads = try CRead.messages(c.pointee.heads, c.pointee.n_heads, "heads")
        if c.pointee._top_heads_case.rawValue != 0 { topHeads = c.pointee.top_heads }
        includeAfterThinking = c.pointee.include_after_thinking != 0
        rawRows = try CRead.messages(c.pointee.raw_rows, c.pointee.n_raw_rows, "raw_rows")
        separator = V1.StepSeparator(rawValue: Int32(truncatingIfNeeded: c.pointee.separator.rawValue))
        separatorText = try CRead.string(c.pointee.separator_text, "separator_text")
        hiddenStates = try CRead.optionalMessage(c.pointee.hidden_states, "hidden_states")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CaptureOptions>, _ arena: MessageArena) {
        if let value = gap {
            c.pointee._gap_case = ATTNRL__V1__CAPTURE_OPTIONS___GAP_GAP
            c.pointee.gap = value
        }
        if let value = stepMap {
            c.pointee._step_map_case = ATTNRL__V1__CAPTURE_OPTIONS___STEP_MAP_STEP_MAP
            c.pointee.step_map = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
        }
        (c.pointee.n_heads, c.pointee.heads) = arena.messages(heads)
        if let value = topHeads {
            c.pointee._top_heads_case = ATTNRL__V1__CAPTURE_OPTIONS___TOP_HEADS_TOP_HEADS
            c.pointee.top_heads = value
        }
        c.pointee.include_after_thinking = includeAfterThinking ? 1 : 0
        (c.pointee.n_raw_rows, c.pointee.raw_rows) = arena.messages(rawRows)
        c.pointee.separator = .init(rawValue: .init(truncatingIfNeeded: separator.rawValue))
        c.pointee.separator_text = arena.string(separatorText)
        if let value = hiddenStates { c.pointee.hidden_states = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("gap", &gap)
        visitor.optional(.init("stepMap", "step_map"), &stepMap)
        visitor.repeated("heads", &heads)
        visitor.optional(.init("topHeads", "top_heads"), &topHeads)
        visitor.field(.init("includeAfterThinking", "include_after_thinking"), &includeAfterThinking)
        visitor.repeated(.init("rawRows", "raw_rows"), &rawRows)
        visitor.field("separator", &separator)
        visitor.field(.init("separatorText", "separator_text"), &separatorText)
        visitor.optional(.init("hiddenStates", "hidden_states"), &hiddenStates)
    }
}

extension V1 {
    public struct HiddenStateOptions: ProtobufMessage {
        /// Whose states, numbered as transformers numbers `hidden_states`: 0 is the
        /// embedding, n what the nth layer ends with, and the number of layers what the
        /// last one's output is after the final normalisation. Default: that.
        public var layer: Int32?

        public init() {}
    }
}

extension V1.HiddenStateOptions: CMessage {
    public static var fullName: String { "attnrl.v1.HiddenStateOptions" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__hidden_state_options__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__HiddenStateOptions>) throws(ProtobufError) {
        if c.pointee._layer_case.rawValue != 0 { layer = c.pointee.layer }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__HiddenStateOptions>, _ arena: MessageArena) {
        if let value = layer {
            c.pointee._layer_case = ATTNRL__V1__HIDDEN_STATE_OPTIONS___LAYER_LAYER
            c.pointee.layer = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("layer", &layer)
    }
}

extension V1 {
    public struct LayerHead: ProtobufMessage {
        public var layer: Int32 = 0
        public var head: Int32 = 0

        public init() {}
    }
}

extension V1.LayerHead: CMessage {
    public static var fullName: String { "attnrl.v1.LayerHead" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__layer_head__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LayerHead>) throws(ProtobufError) {
        layer = c.pointee.layer
        head = c.pointee.head
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LayerHead>, _ arena: MessageArena) {
        c.pointee.layer = layer
        c.pointee.head = head
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("layer", &layer)
        visitor.field("head", &head)
    }
}

extension V1 {
    /// Rows of the softmax attention of one head: queries [query_start, query_end).
    public struct RawRowsSelection: ProtobufMessage {
        public var head: V1.LayerHead?
        public var queryStart: Int32 = 0
        public var queryEnd: Int32 = 0

        public init() {}
    }
}

extension V1.RawRowsSelection: CMessage {
    public static var fullName: String { "attnrl.v1.RawRowsSelection" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__raw_rows_selection__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RawRowsSelection>) throws(ProtobufError) {
        head = try CRead.optionalMessage(c.pointee.head, "head")
        queryStart = c.pointee.query_start
        queryEnd = c.pointee.query_end
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RawRowsSelection>, _ arena: MessageArena) {
        if let value = head { c.pointee.head = arena.message(value) }
        c.pointee.query_start = queryStart
        c.pointee.query_end = queryEnd
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("head", &head)
        visitor.field(.init("queryStart", "query_start"), &queryStart)
        visitor.field(.init("queryEnd", "query_end"), &queryEnd)
    }
}

extension V1 {
    /// One step of a response. Step 0 is the prompt.
    public struct Step: ProtobufMessage {
        public var index: Int32 = 0
        /// Tokens [start, end) of the sequence.
        public var start: Int32 = 0
        public var end: Int32 = 0
        public var text: String = ""
        /// Influence: the attention later steps pay to this one, maximum over layers
        /// and heads. A mean over its tokens, which favours short steps.
        public var influence: Float = 0
        /// The heads that look back at it most, strongest first.
        public var topHeads: [V1.HeadInfluence] = []
        /// Mean over the step's tokens, in nats. NaN for the first token's sake is left out.
        public var meanLogprob: Float = 0
        public var meanEntropy: Float = 0
        /// Whether this step holds </think> or comes after it.
        public var afterThinking: Bool = false
        /// The attention later steps pay to all of this one's tokens together, above
        /// what uniform attention would; 0 if it is below. Does not favour short steps.
        public var excess: Float = 0

        public init() {}
    }
}

extension V1.Step: CMessage {
    public static var fullName: String { "attnrl.v1.Step" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__step__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Step>) throws(ProtobufError) {
        index = c.pointee.index
        start = c.pointee.start
        end = c.pointee.end
        text = try CRead.string(c.pointee.text, "text")
        influence = c.pointee.influence
        topHeads = try CRead.messages(c.pointee.top_heads, c.pointee.n_top_heads, "top_heads")
        meanLogprob = c.pointee.mean_logprob
        meanEntropy = c.pointee.mean_entropy
        afterThinking = c.pointee.after_thinking != 0
        excess = c.pointee.excess
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Step>, _ arena: MessageArena) {
        c.pointee.index = index
        c.pointee.start = start
        c.pointee.end = end
        c.pointee.text = arena.string(text)
        c.pointee.influence = influence
        (c.pointee.n_top_heads, c.pointee.top_heads) = arena.messages(topHeads)
        c.pointee.mean_logprob = meanLogprob
        c.pointee.mean_entropy = meanEntropy
        c.pointee.after_thinking = afterThinking ? 1 : 0
        c.pointee.excess = excess
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.field("start", &start)
        visitor.field("end", &end)
        visitor.field("text", &text)
        visitor.field("influence", &influence)
        visitor.repeated(.init("topHeads", "top_heads"), &topHeads)
        visitor.field(.init("meanLogprob", "mean_logprob"), &meanLogprob)
        visitor.field(.init("meanEntropy", "mean_entropy"), &meanEntropy)
        visitor.field(.init("afterThinking", "after_thinking"), &afterThinking)
        visitor.field("excess", &excess)
    }
}

extension V1 {
    public struct HeadInfluence: ProtobufMessage {
        public var head: V1.LayerHead?
        public var influence: Float = 0

        public init() {}
    }
}

extension V1.HeadInfluence: CMessage {
    public static var fullName: String { "attnrl.v1.HeadInfluence" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__head_influence__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__HeadInfluence>) throws(ProtobufError) {
        head = try CRead.optionalMessage(c.pointee.head, "head")
        influence = c.pointee.influence
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__HeadInfluence>, _ arena: MessageArena) {
        if let value = head { c.pointee.head = arena.message(value) }
        c.pointee.influence = influence
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("head", &head)
        visitor.field("influence", &influence)
    }
}

extension V1 {
    /// A response with its steps and their influence. Maps and raw rows follow in
    /// messages of their own, since they can be large.
    public struct Trace: ProtobufMessage {
        public var policy: String = ""
        public var version: Int64 = 0
        public var promptTokens: Int32 = 0
        public var totalTokens: Int32 = 0
        public var separator: V1.StepSeparator = V1.StepSeparator(rawValue: 0)
        /// D as used.
        public var gap: Int32 = 0
        public var steps: [V1.Step] = []
        /// Layers and query heads of the policy, which influence is pooled over.
        public var layers: Int32 = 0
        public var heads: Int32 = 0
        /// Whether a step map was asked for and left out, because the maps of so many
        /// steps would take too much memory: 24 MiB for all responses of a request.
        public var mapsDropped: Bool = false
        /// Why the response ended, and by which stop text or token; not set for one
        /// that was given.
        public var finishReason: V1.FinishReason = V1.FinishReason(rawValue: 0)
        public var stopText: String = ""
        public var stopTokenId: Int32?

        public init() {}
    }
}

extension V1.Trace: CMessage {
    public static var fullName: String { "attnrl.v1.Trace" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__trace__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Trace>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        version = c.pointee.version
        promptTokens = c.pointee.prompt_tokens
        totalTokens = c.pointee.total_tokens
        separator = V1.StepSeparator(rawValue: Int32(truncatingIfNeeded: c.pointee.separator.rawValue))
        gap = c.pointee.gap
        steps = try CRead.messages(c.pointee.steps, c.pointee.n_steps, "steps")
        layers = c.pointee.layers
        heads = c.pointee.heads
        mapsDropped = c.pointee.maps_dropped != 0
        finishReason = V1.FinishReason(rawValue: Int32(truncatingIfNeeded: c.pointee.finish_reason.rawValue))
        stopText = try CRead.string(c.pointee.stop_text, "stop_text")
        if c.pointee._stop_token_id_case.rawValue != 0 { stopTokenId = c.pointee.stop_token_id }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Trace>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        c.pointee.version = version
        c.pointee.prompt_tokens = promptTokens
        c.pointee.total_tokens = totalTokens
        c.pointee.separator = .init(rawValue: .init(truncatingIfNeeded: separator.rawValue))
        c.pointee.gap = gap
        (c.pointee.n_steps, c.pointee.steps) = arena.messages(steps)
        c.pointee.layers = layers
        c.pointee.heads = heads
        c.pointee.maps_dropped = mapsDropped ? 1 : 0
        c.pointee.finish_reason = .init(rawValue: .init(truncatingIfNeeded: finishReason.rawValue))
        c.pointee.stop_text = arena.string(stopText)
        if let value = stopTokenId {
            c.pointee._stop_token_id_case = ATTNRL__V1__TRACE___STOP_TOKEN_ID_STOP_TOKEN_ID
            c.pointee.stop_token_id = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.field("version", &version)
        visitor.field(.init("promptTokens", "prompt_tokens"), &promptTokens)
        visitor.field(.init("totalTokens", "total_tokens"), &totalTokens)
        visitor.field("separator", &separator)
        visitor.field("gap", &gap)
        visitor.repeated("steps", &steps)
        visitor.field("layers", &layers)
        visitor.field("heads", &heads)
        visitor.field(.init("mapsDropped", "maps_dropped"), &mapsDropped)
        visitor.field(.init("finishReason", "finish_reason"), &finishReason)
        visitor.field(.init("stopText", "stop_text"), &stopText)
        visitor.optional(.init("stopTokenId", "stop_token_id"), &stopTokenId)
    }
}

extension V1 {
    /// Rows of a step-to-step attention map: means over the query tokens of a later
    /// step and the key tokens of an earlier one.
    public struct StepMapRows: ProtobufMessage {
        public var kind: V1.StepMapKind = V1.StepMapKind(rawValue: 0)
        /// Which head, for STEP_MAP_HEADS.
        public var head: V1.LayerHead?
        /// Step index of the first row here. Row j holds j + 1 values, for steps 0...j.
        public var firstRow: Int32 = 0
        public var rowCount: Int32 = 0
        public var values: [Float] = []

        public init() {}
    }
}

extension V1.StepMapRows: CMessage {
    public static var fullName: String { "attnrl.v1.StepMapRows" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__step_map_rows__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__StepMapRows>) throws(ProtobufError) {
        kind = V1.StepMapKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
        head = try CRead.optionalMessage(c.pointee.head, "head")
        firstRow = c.pointee.first_row
        rowCount = c.pointee.row_count
        values = CRead.scalars(c.pointee.values, c.pointee.n_values)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__StepMapRows>, _ arena: MessageArena) {
        c.pointee.kind = .init(rawValue: .init(truncatingIfNeeded: kind.rawValue))
        if let value = head { c.pointee.head = arena.message(value) }
        c.pointee.first_row = firstRow
        c.pointee.row_count = rowCount
        (c.pointee.n_values, c.pointee.values) = arena.scalars(values)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("kind", &kind)
        visitor.optional("head", &head)
        visitor.field(.init("firstRow", "first_row"), &firstRow)
        visitor.field(.init("rowCount", "row_count"), &rowCount)
        visitor.repeated("values", &values)
    }
}

extension V1 {
    /// Hidden states, as means over the tokens of each step behind the prompt. They
    /// follow the trace; the first message has the response's mean, and rows of steps
    /// go on in those after it.
    public struct HiddenStates: ProtobufMessage {
        public var layer: Int32 = 0
        /// Values of one state.
        public var width: Int32 = 0
        /// Mean over all of the response's tokens, in the first message; empty where it
        /// has none.
        public var response: [Float] = []
        /// Step index of the first row here, from 1 on.
        public var firstStep: Int32 = 0
        public var rowCount: Int32 = 0
        /// Row after row.
        public var values: [Float] = []
        /// Whether rows were left out, because those of so many steps would take too
        /// much memory: 24 MiB for all responses of a request.
        public var stepsDropped: Bool = false

        public init() {}
    }
}

extension V1.HiddenStates: CMessage {
    public static var fullName: String { "attnrl.v1.HiddenStates" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__hidden_states__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__HiddenStates>) throws(ProtobufError) {
        layer = c.pointee.layer
        width = c.pointee.width
        response = CRead.scalars(c.pointee.response, c.pointee.n_response)
        firstStep = c.pointee.first_step
        rowCount = c.pointee.row_count
        values = CRead.scalars(c.pointee.values, c.pointee.n_values)
        stepsDropped = c.pointee.steps_dropped != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__HiddenStates>, _ arena: MessageArena) {
        c.pointee.layer = layer
        c.pointee.width = width
        (c.pointee.n_response, c.pointee.response) = arena.scalars(response)
        c.pointee.first_step = firstStep
        c.pointee.row_count = rowCount
        (c.pointee.n_values, c.pointee.values) = arena.scalars(values)
        c.pointee.steps_dropped = stepsDropped ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("layer", &layer)
        visitor.field("width", &width)
        visitor.repeated("response", &response)
        visitor.field(.init("firstStep", "first_step"), &firstStep)
        visitor.field(.init("rowCount", "row_count"), &rowCount)
        visitor.repeated("values", &values)
        visitor.field(.init("stepsDropped", "steps_dropped"), &stepsDropped)
    }
}

extension V1 {
    /// Rows of raw attention. Row i holds i + 1 values, for tokens 0...i.
    public struct RawAttentionRows: ProtobufMessage {
        public var head: V1.LayerHead?
        /// Token index of the first row here.
        public var firstQuery: Int32 = 0
        public var rowCount: Int32 = 0
        public var values: [Float] = []

        public init() {}
    }
}

extension V1.RawAttentionRows: CMessage {
    public static var fullName: String { "attnrl.v1.RawAttentionRows" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__raw_attention_rows__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RawAttentionRows>) throws(ProtobufError) {
        head = try CRead.optionalMessage(c.pointee.head, "head")
        firstQuery = c.pointee.first_query
        rowCount = c.pointee.row_count
        values = CRead.scalars(c.pointee.values, c.pointee.n_values)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RawAttentionRows>, _ arena: MessageArena) {
        if let value = head { c.pointee.head = arena.message(value) }
        c.pointee.first_query = firstQuery
        c.pointee.row_count = rowCount
        (c.pointee.n_values, c.pointee.values) = arena.scalars(values)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("head", &head)
        visitor.field(.init("firstQuery", "first_query"), &firstQuery)
        visitor.field(.init("rowCount", "row_count"), &rowCount)
        visitor.repeated("values", &values)
    }
}
