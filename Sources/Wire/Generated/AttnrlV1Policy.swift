// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/policy.proto. Changes belong there.

package import CProtos

extension V1 {
    /// The models this server hosts.
    public enum PolicyService {
        public static let name = "attnrl.v1.PolicyService"

        /// Lists policies by name.
        public static let listPolicies = UnaryMethod<V1.ListPoliciesRequest, V1.ListPoliciesResponse>(
            MethodName(service: name, method: "ListPolicies"))

        /// Returns one policy.
        public static let getPolicy = UnaryMethod<V1.GetPolicyRequest, V1.Policy>(
            MethodName(service: name, method: "GetPolicy"))

        /// Loads a policy from a Hugging Face directory on the server's machine, or an
        /// adapter on one that is loaded.
        public static let loadPolicy = UnaryMethod<V1.LoadPolicyRequest, V1.Policy>(
            MethodName(service: name, method: "LoadPolicy"))

        /// Unloads a policy. Requests in flight on it are cancelled unless `drain` is set.
        public static let unloadPolicy = UnaryMethod<V1.UnloadPolicyRequest, V1.UnloadPolicyResponse>(
            MethodName(service: name, method: "UnloadPolicy"))

        /// Serves new requests with another loaded version of the policy's weights.
        public static let switchVersion = UnaryMethod<V1.SwitchVersionRequest, V1.Policy>(
            MethodName(service: name, method: "SwitchVersion"))

        /// Text or chat to token ids.
        public static let tokenize = UnaryMethod<V1.TokenizeRequest, V1.TokenizeResponse>(
            MethodName(service: name, method: "Tokenize"))

        /// Token ids to text.
        public static let detokenize = UnaryMethod<V1.DetokenizeRequest, V1.DetokenizeResponse>(
            MethodName(service: name, method: "Detokenize"))

        /// What the tokenizer of a policy has to say of itself.
        public static let getTokenizer = UnaryMethod<V1.GetTokenizerRequest, V1.TokenizerInfo>(
            MethodName(service: name, method: "GetTokenizer"))

        /// Stops computing, for all policies, until Resume: for trainers that exchange
        /// weights. Requests are still taken, and wait. Answers when it holds, and pauses
        /// all the same if the caller stops waiting. Resume takes it back.
        public static let pause = UnaryMethod<V1.PauseRequest, V1.PauseState>(
            MethodName(service: name, method: "Pause"))

        /// Goes on after Pause.
        public static let resume = UnaryMethod<V1.ResumeRequest, V1.PauseState>(
            MethodName(service: name, method: "Resume"))

        /// Whether Pause holds; not while responses are still being finished.
        public static let getPauseState = UnaryMethod<V1.GetPauseStateRequest, V1.PauseState>(
            MethodName(service: name, method: "GetPauseState"))
    }
}

extension V1 {
    /// What becomes of the responses that are being computed.
    public struct PauseMode: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The same as keep.
        public static var unspecified: Self { Self(rawValue: 0) }
        /// They rest, and go on when the pause is over, with the weights they began with.
        public static var keep: Self { Self(rawValue: 1) }
        /// They are finished first. What waits for a place goes on waiting.
        public static var wait: Self { Self(rawValue: 2) }
        /// The calls of all requests end with the status CANCELLED.
        public static var abort: Self { Self(rawValue: 3) }

        public static var allCases: [Self] { [.unspecified, .keep, .wait, .abort] }
        public static var namePrefix: String { "PAUSE_MODE_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "PAUSE_MODE_UNSPECIFIED"
            case 1: "PAUSE_MODE_KEEP"
            case 2: "PAUSE_MODE_WAIT"
            case 3: "PAUSE_MODE_ABORT"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct Policy: ProtobufMessage {
        /// Name it is served under.
        public var name: String = ""
        /// Version that new requests get.
        public var version: Int64 = 0
        public var versions: [V1.PolicyVersion] = []
        /// "qwen2", "qwen3" or "llama".
        public var family: String = ""
        /// "float32" or "bfloat16": what activations and matrix products are computed
        /// in.
        public var precision: String = ""
        public var parameters: Int64 = 0
        public var layers: Int32 = 0
        public var heads: Int32 = 0
        public var keyValueHeads: Int32 = 0
        public var hiddenSize: Int32 = 0
        public var headSize: Int32 = 0
        public var feedForwardSize: Int32 = 0
        public var vocabulary: Int32 = 0
        /// Tokens that prompt and response may have together.
        public var context: Int32 = 0
        /// Whether it has a chat template that can be used.
        public var hasChatTemplate: Bool = false
        /// Whether its weights were never trained (made by `attnrl policy init`).
        public var untrained: Bool = false
        /// The tokens that end a response: those named by config.json,
        /// generation_config.json and the tokenizer, and the one that the chat template
        /// writes behind an assistant's message.
        public var endOfSequence: [Int32] = []
        /// What matrices of weights are kept in: the precision, or "q8_0", blocks of 32
        /// integers of 8 bits with a scale.
        public var weights: String = ""
        /// For an adapter that was loaded under a name of its own: the policy whose
        /// memory for weights, keys and values it shares.
        public var basePolicy: String = ""

        public init() {}
    }
}

extension V1.Policy: CMessage {
    public static var fullName: String { "attnrl.v1.Policy" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__policy__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Policy>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        version = c.pointee.version
        versions = try CRead.messages(c.pointee.versions, c.pointee.n_versions, "versions")
        family = try CRead.string(c.pointee.family, "family")
        precision = try CRead.string(c.pointee.precision, "precision")
        parameters = c.pointee.parameters
        layers = c.pointee.layers
        heads = c.pointee.heads
        keyValueHeads = c.pointee.key_value_heads
        hiddenSize = c.pointee.hidden_size
        headSize = c.pointee.head_size
        feedForwardSize = c.pointee.feed_forward_size
        vocabulary = c.pointee.vocabulary
        context = c.pointee.context
        hasChatTemplate = c.pointee.has_chat_template != 0
        untrained = c.pointee.untrained != 0
        endOfSequence = CRead.scalars(c.pointee.end_of_sequence, c.pointee.n_end_of_sequence)
        weights = try CRead.string(c.pointee.weights, "weights")
        basePolicy = try CRead.string(c.pointee.base_policy, "base_policy")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Policy>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        c.pointee.version = version
        (c.pointee.n_versions, c.pointee.versions) = arena.messages(versions)
        c.pointee.family = arena.string(family)
        c.pointee.precision = arena.string(precision)
        c.pointee.parameters = parameters
        c.pointee.layers = layers
        c.pointee.heads = heads
        c.pointee.key_value_heads = keyValueHeads
        c.pointee.hidden_size = hiddenSize
        c.pointee.head_size = headSize
        c.pointee.feed_forward_size = feedForwardSize
        c.pointee.vocabulary = vocabulary
        c.pointee.context = context
        c.pointee.has_chat_template = hasChatTemplate ? 1 : 0
        c.pointee.untrained = untrained ? 1 : 0
        (c.pointee.n_end_of_sequence, c.pointee.end_of_sequence) = arena.scalars(endOfSequence)
        c.pointee.weights = arena.string(weights)
        c.pointee.base_policy = arena.string(basePolicy)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.field("version", &version)
        visitor.repeated("versions", &versions)
        visitor.field("family", &family)
        visitor.field("precision", &precision)
        visitor.field("parameters", &parameters)
        visitor.field("layers", &layers)
        visitor.field("heads", &heads)
        visitor.field(.init("keyValueHeads", "key_value_heads"), &keyValueHeads)
        visitor.field(.init("hiddenSize", "hidden_size"), &hiddenSize)
        visitor.field(.init("headSize", "head_size"), &headSize)
        visitor.field(.init("feedForwardSize", "feed_forward_size"), &feedForwardSize)
        visitor.field("vocabulary", &vocabulary)
        visitor.field("context", &context)
        visitor.field(.init("hasChatTemplate", "has_chat_template"), &hasChatTemplate)
        visitor.field("untrained", &untrained)
        visitor.repeated(.init("endOfSequence", "end_of_sequence"), &endOfSequence)
        visitor.field("weights", &weights)
        visitor.field(.init("basePolicy", "base_policy"), &basePolicy)
    }
}

extension V1 {
    public struct PolicyVersion: ProtobufMessage {
        public var version: Int64 = 0
        /// Where its weights were read.
        public var directory: String = ""
        /// Seconds since 1970.
        public var loadedAt: Double = 0
        /// For an adapter, without those of its base.
        public var weightBytes: Int64 = 0
        /// Set where the version is an adapter (LoRA) on weights it shares.
        public var adapter: V1.AdapterInfo?

        public init() {}
    }
}

extension V1.PolicyVersion: CMessage {
    public static var fullName: String { "attnrl.v1.PolicyVersion" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__policy_version__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PolicyVersion>) throws(ProtobufError) {
        version = c.pointee.version
        directory = try CRead.string(c.pointee.directory, "directory")
        loadedAt = c.pointee.loaded_at
        weightBytes = c.pointee.weight_bytes
        adapter = try CRead.optionalMessage(c.pointee.adapter, "adapter")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PolicyVersion>, _ arena: MessageArena) {
        c.pointee.version = version
        c.pointee.directory = arena.string(directory)
        c.pointee.loaded_at = loadedAt
        c.pointee.weight_bytes = weightBytes
        if let value = adapter { c.pointee.adapter = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("version", &version)
        visitor.field("directory", &directory)
        visitor.field(.init("loadedAt", "loaded_at"), &loadedAt)
        visitor.field(.init("weightBytes", "weight_bytes"), &weightBytes)
        visitor.optional("adapter", &adapter)
    }
}

extension V1 {
    /// An adapter: each target's product x W^T gets scale (x A^T) B^T more.
    public struct AdapterInfo: ProtobufMessage {
        public var rank: Int32 = 0
        public var alpha: Double = 0
        /// alpha / rank, or alpha / sqrt(rank) for an adapter trained that way.
        public var scale: Double = 0
        /// "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj".
        public var targets: [String] = []
        /// Where the base's weights were read; empty if that is not known any more.
        public var baseDirectory: String = ""

        public init() {}
    }
}

extension V1.AdapterInfo: CMessage {
    public static var fullName: String { "attnrl.v1.AdapterInfo" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__adapter_info__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AdapterInfo>) throws(ProtobufError) {
        rank = c.pointee.rank
        alpha = c.pointee.alpha
        scale = c.pointee.scale
        targets = try CRead.strings(c.pointee.targets, c.pointee.n_targets, "targets")
        baseDirectory = try CRead.string(c.pointee.base_directory, "base_directory")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AdapterInfo>, _ arena: MessageArena) {
        c.pointee.rank = rank
        c.pointee.alpha = alpha
        c.pointee.scale = scale
        (c.pointee.n_targets, c.pointee.targets) = arena.strings(targets)
        c.pointee.base_directory = arena.string(baseDirectory)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("rank", &rank)
        visitor.field("alpha", &alpha)
        visitor.field("scale", &scale)
        visitor.repeated("targets", &targets)
        visitor.field(.init("baseDirectory", "base_directory"), &baseDirectory)
    }
}

extension V1 {
    public struct ListPoliciesRequest: ProtobufMessage {
        /// At most 100; 0 means 100.
        public var pageSize: Int32 = 0
        public var pageToken: String = ""

        public init() {}
    }
}

extension V1.ListPoliciesRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ListPoliciesRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_policies_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListPoliciesRequest>) throws(ProtobufError) {
        pageSize = c.pointee.page_size
        pageToken = try CRead.string(c.pointee.page_token, "page_token")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListPoliciesRequest>, _ arena: MessageArena) {
        c.pointee.page_size = pageSize
        c.pointee.page_token = arena.string(pageToken)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("pageSize", "page_size"), &pageSize)
        visitor.field(.init("pageToken", "page_token"), &pageToken)
    }
}

extension V1 {
    public struct ListPoliciesResponse: ProtobufMessage {
        public var policies: [V1.Policy] = []
        /// Empty when there are no more.
        public var nextPageToken: String = ""

        public init() {}
    }
}

extension V1.ListPoliciesResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ListPoliciesResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_policies_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListPoliciesResponse>) throws(ProtobufError) {
        policies = try CRead.messages(c.pointee.policies, c.pointee.n_policies, "policies")
        nextPageToken = try CRead.string(c.pointee.next_page_token, "next_page_token")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListPoliciesResponse>, _ arena: MessageArena) {
        (c.pointee.n_policies, c.pointee.policies) = arena.messages(policies)
        c.pointee.next_page_token = arena.string(nextPageToken)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("policies", &policies)
        visitor.field(.init("nextPageToken", "next_page_token"), &nextPageToken)
    }
}

extension V1 {
    public struct GetPolicyRequest: ProtobufMessage {
        /// Empty means the only policy loaded.
        public var name: String = ""

        public init() {}
    }
}

extension V1.GetPolicyRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetPolicyRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_policy_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetPolicyRequest>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetPolicyRequest>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
    }
}

extension V1 {
    public struct LoadPolicyRequest: ProtobufMessage {
        public var directory: String = ""
        /// Default: the directory's name.
        public var name: String = ""
        /// "auto", "float32" or "bfloat16". Default: "auto".
        public var precision: String = ""
        /// Add a version to a policy already loaded under this name and serve it.
        public var asNewVersion: Bool = false
        /// What to keep matrices of weights in: "auto" for numbers of the precision, or
        /// "q8_0". Default: "auto".
        public var weights: String = ""
        /// For the folder of an adapter (adapter_config.json, as PEFT writes it) under
        /// a name of its own: the loaded policy it is an adapter on. Default: the one
        /// that adapter_config.json names, or else the only one.
        public var basePolicy: String = ""

        public init() {}
    }
}

extension V1.LoadPolicyRequest: CMessage {
    public static var fullName: String { "attnrl.v1.LoadPolicyRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__load_policy_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__LoadPolicyRequest>) throws(ProtobufError) {
        directory = try CRead.string(c.pointee.directory, "directory")
        name = try CRead.string(c.pointee.name, "name")
        precision = try CRead.string(c.pointee.precision, "precision")
        asNewVersion = c.pointee.as_new_version != 0
        weights = try CRead.string(c.pointee.weights, "weights")
        basePolicy = try CRead.string(c.pointee.base_policy, "base_policy")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LoadPolicyRequest>, _ arena: MessageArena) {
        c.pointee.directory = arena.string(directory)
        c.pointee.name = arena.string(name)
        c.pointee.precision = arena.string(precision)
        c.pointee.as_new_version = asNewVersion ? 1 : 0
        c.pointee.weights = arena.string(weights)
        c.pointee.base_policy = arena.string(basePolicy)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("directory", &directory)
        visitor.field("name", &name)
        visitor.field("precision", &precision)
        visitor.field(.init("asNewVersion", "as_new_version"), &asNewVersion)
        visitor.field("weights", &weights)
        visitor.field(.init("basePolicy", "base_policy"), &basePolicy)
    }
}

extension V1 {
    public struct UnloadPolicyRequest: ProtobufMessage {
        public var name: String = ""
        /// Let requests in flight finish first, and answer when they have. The policy
        /// takes no new ones meanwhile, also when the caller stops waiting.
        public var drain: Bool = false

        public init() {}
    }
}

extension V1.UnloadPolicyRequest: CMessage {
    public static var fullName: String { "attnrl.v1.UnloadPolicyRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__unload_policy_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__UnloadPolicyRequest>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        drain = c.pointee.drain != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__UnloadPolicyRequest>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        c.pointee.drain = drain ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.field("drain", &drain)
    }
}

extension V1 {
    public struct UnloadPolicyResponse: ProtobufMessage {
        public init() {}
    }
}

extension V1.UnloadPolicyResponse: CMessage {
    public static var fullName: String { "attnrl.v1.UnloadPolicyResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__unload_policy_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__UnloadPolicyResponse>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__UnloadPolicyResponse>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}

extension V1 {
    public struct SwitchVersionRequest: ProtobufMessage {
        public var name: String = ""
        public var version: Int64 = 0

        public init() {}
    }
}

extension V1.SwitchVersionRequest: CMessage {
    public static var fullName: String { "attnrl.v1.SwitchVersionRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__switch_version_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__SwitchVersionRequest>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        version = c.pointee.version
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__SwitchVersionRequest>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        c.pointee.version = version
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.field("version", &version)
    }
}

extension V1 {
    public struct TokenizeRequest: ProtobufMessage {
        public var policy: String = ""
        public var prompt: V1.Prompt?
        /// Also return each token's text.
        public var withTexts: Bool = false
        /// Tokenize `prompt.text` as a text that follows another, as responses given as
        /// text are: nothing that belongs to the beginning of a text comes before it.
        public var continues: Bool = false

        public init() {}
    }
}

extension V1.TokenizeRequest: CMessage {
    public static var fullName: String { "attnrl.v1.TokenizeRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tokenize_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenizeRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        prompt = try CRead.optionalMessage(c.pointee.prompt, "prompt")
        withTexts = c.pointee.with_texts != 0
        continues = c.pointee.continues != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenizeRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = prompt { c.pointee.prompt = arena.message(value) }
        c.pointee.with_texts = withTexts ? 1 : 0
        c.pointee.continues = continues ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("prompt", &prompt)
        visitor.field(.init("withTexts", "with_texts"), &withTexts)
        visitor.field("continues", &continues)
    }
}

extension V1 {
    public struct TokenizeResponse: ProtobufMessage {
        public var ids: [Int32] = []
        /// Bytes of each token: a token may hold part of a character.
        public var texts: [[UInt8]] = []
        /// The text that was tokenized, after the chat template.
        public var rendered: String = ""
        /// Tokens that prompt and response may have together.
        public var context: Int32 = 0

        public init() {}
    }
}

extension V1.TokenizeResponse: CMessage {
    public static var fullName: String { "attnrl.v1.TokenizeResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tokenize_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenizeResponse>) throws(ProtobufError) {
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
        texts = CRead.byteStrings(c.pointee.texts, c.pointee.n_texts)
        rendered = try CRead.string(c.pointee.rendered, "rendered")
        context = c.pointee.context
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenizeResponse>, _ arena: MessageArena) {
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        (c.pointee.n_texts, c.pointee.texts) = arena.byteStrings(texts)
        c.pointee.rendered = arena.string(rendered)
        c.pointee.context = context
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("ids", &ids)
        visitor.repeated("texts", &texts)
        visitor.field("rendered", &rendered)
        visitor.field("context", &context)
    }
}

extension V1 {
    public struct DetokenizeRequest: ProtobufMessage {
        public var policy: String = ""
        public var ids: [Int32] = []
        public var skipSpecialTokens: Bool = false
        /// The tokens follow others: a space that the first one carries is kept.
        public var continues: Bool = false

        public init() {}
    }
}

extension V1.DetokenizeRequest: CMessage {
    public static var fullName: String { "attnrl.v1.DetokenizeRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__detokenize_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DetokenizeRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
        skipSpecialTokens = c.pointee.skip_special_tokens != 0
        continues = c.pointee.continues != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DetokenizeRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        c.pointee.skip_special_tokens = skipSpecialTokens ? 1 : 0
        c.pointee.continues = continues ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.repeated("ids", &ids)
        visitor.field(.init("skipSpecialTokens", "skip_special_tokens"), &skipSpecialTokens)
        visitor.field("continues", &continues)
    }
}

extension V1 {
    public struct DetokenizeResponse: ProtobufMessage {
        public var text: String = ""

        public init() {}
    }
}

extension V1.DetokenizeResponse: CMessage {
    public static var fullName: String { "attnrl.v1.DetokenizeResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__detokenize_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DetokenizeResponse>) throws(ProtobufError) {
        text = try CRead.string(c.pointee.text, "text")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DetokenizeResponse>, _ arena: MessageArena) {
        c.pointee.text = arena.string(text)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("text", &text)
    }
}

extension V1 {
    public struct GetTokenizerRequest: ProtobufMessage {
        /// Empty means the only policy loaded.
        public var policy: String = ""

        public init() {}
    }
}

extension V1.GetTokenizerRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetTokenizerRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_tokenizer_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetTokenizerRequest>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetTokenizerRequest>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
    }
}

extension V1 {
    public struct TokenizerInfo: ProtobufMessage {
        /// Tokens it knows; the policy may have more, which are padding.
        public var vocabulary: Int32 = 0
        /// Empty where it has none.
        public var bosToken: String = ""
        /// Where the tokenizer names none, the first token that ends a response.
        public var eosToken: String = ""
        public var padToken: String = ""
        public var unkToken: String = ""
        /// Whether texts get `bos_token` at their beginning.
        public var addsBosToken: Bool = false
        /// Empty where there is none.
        public var chatTemplate: String = ""
        /// Whether chats can bring tools: whether the template reads them.
        public var templateKnowsTools: Bool = false

        public init() {}
    }
}

extension V1.TokenizerInfo: CMessage {
    public static var fullName: String { "attnrl.v1.TokenizerInfo" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tokenizer_info__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TokenizerInfo>) throws(ProtobufError) {
        vocabulary = c.pointee.vocabulary
        bosToken = try CRead.string(c.pointee.bos_token, "bos_token")
        eosToken = try CRead.string(c.pointee.eos_token, "eos_token")
        padToken = try CRead.string(c.pointee.pad_token, "pad_token")
        unkToken = try CRead.string(c.pointee.unk_token, "unk_token")
        addsBosToken = c.pointee.adds_bos_token != 0
        chatTemplate = try CRead.string(c.pointee.chat_template, "chat_template")
        templateKnowsTools = c.pointee.template_knows_tools != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenizerInfo>, _ arena: MessageArena) {
        c.pointee.vocabulary = vocabulary
        c.pointee.bos_token = arena.string(bosToken)
        c.pointee.eos_token = arena.string(eosToken)
        c.pointee.pad_token = arena.string(padToken)
        c.pointee.unk_token = arena.string(unkToken)
        c.pointee.adds_bos_token = addsBosToken ? 1 : 0
        c.pointee.chat_template = arena.string(chatTemplate)
        c.pointee.template_knows_tools = templateKnowsTools ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("vocabulary", &vocabulary)
        visitor.field(.init("bosToken", "bos_token"), &bosToken)
        visitor.field(.init("eosToken", "eos_token"), &eosToken)
        visitor.field(.init("padToken", "pad_token"), &padToken)
        visitor.field(.init("unkToken", "unk_token"), &unkToken)
        visitor.field(.init("addsBosToken", "adds_bos_token"), &addsBosToken)
        visitor.field(.init("chatTemplate", "chat_template"), &chatTemplate)
        visitor.field(.init("templateKnowsTools", "template_knows_tools"), &templateKnowsTools)
    }
}

extension V1 {
    public struct PauseRequest: ProtobufMessage {
        public var mode: V1.PauseMode = V1.PauseMode(rawValue: 0)

        public init() {}
    }
}

extension V1.PauseRequest: CMessage {
    public static var fullName: String { "attnrl.v1.PauseRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__pause_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PauseRequest>) throws(ProtobufError) {
        mode = V1.PauseMode(rawValue: Int32(truncatingIfNeeded: c.pointee.mode.rawValue))
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PauseRequest>, _ arena: MessageArena) {
        c.pointee.mode = .init(rawValue: .init(truncatingIfNeeded: mode.rawValue))
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("mode", &mode)
    }
}

extension V1 {
    public struct ResumeRequest: ProtobufMessage {
        public init() {}
    }
}

extension V1.ResumeRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ResumeRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__resume_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ResumeRequest>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ResumeRequest>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}

extension V1 {
    public struct GetPauseStateRequest: ProtobufMessage {
        public init() {}
    }
}

extension V1.GetPauseStateRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetPauseStateRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_pause_state_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetPauseStateRequest>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetPauseStateRequest>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}

extension V1 {
    public struct PauseState: ProtobufMessage {
        public var paused: Bool = false

        public init() {}
    }
}

extension V1.PauseState: CMessage {
    public static var fullName: String { "attnrl.v1.PauseState" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__pause_state__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PauseState>) throws(ProtobufError) {
        paused = c.pointee.paused != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PauseState>, _ arena: MessageArena) {
        c.pointee.paused = paused ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("paused", &paused)
    }
}
