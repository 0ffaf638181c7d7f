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

        /// Loads a policy from a Hugging Face directory on the server's machine.
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
        /// "float32" or "bfloat16": what weights and matrix products are computed in.
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
    }
}

extension V1 {
    public struct PolicyVersion: ProtobufMessage {
        public var version: Int64 = 0
        /// Where its weights were read.
        public var directory: String = ""
        /// Seconds since 1970.
        public var loadedAt: Double = 0
        public var weightBytes: Int64 = 0

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
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PolicyVersion>, _ arena: MessageArena) {
        c.pointee.version = version
        c.pointee.directory = arena.string(directory)
        c.pointee.loaded_at = loadedAt
        c.pointee.weight_bytes = weightBytes
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("version", &version)
        visitor.field("directory", &directory)
        visitor.field(.init("loadedAt", "loaded_at"), &loadedAt)
        visitor.field(.init("weightBytes", "weight_bytes"), &weightBytes)
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
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__LoadPolicyRequest>, _ arena: MessageArena) {
        c.pointee.directory = arena.string(directory)
        c.pointee.name = arena.string(name)
        c.pointee.precision = arena.string(precision)
        c.pointee.as_new_version = asNewVersion ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("directory", &directory)
        visitor.field("name", &name)
        visitor.field("precision", &precision)
        visitor.field(.init("asNewVersion", "as_new_version"), &asNewVersion)
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
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TokenizeResponse>, _ arena: MessageArena) {
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        (c.pointee.n_texts, c.pointee.texts) = arena.byteStrings(texts)
        c.pointee.rendered = arena.string(rendered)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("ids", &ids)
        visitor.repeated("texts", &texts)
        visitor.field("rendered", &rendered)
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
