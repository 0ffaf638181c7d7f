// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/preference.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Pairs of responses that people compare, and what they chose. Everything is kept
    /// on the server's disk, in sets with names; a job of kind "reward_model" reads one
    /// as its data: "preferences:NAME".
    public enum PreferenceService {
        public static let name = "attnrl.v1.PreferenceService"

        /// Adds pairs to a set, which is made with its first pair.
        public static let addPairs = UnaryMethod<V1.AddPairsRequest, V1.AddPairsResponse>(
            MethodName(service: name, method: "AddPairs"))

        /// Hands out pairs that nobody has chosen from, and takes choices. The first
        /// request names the set. Whatever is chosen is on disk when its `taken` comes.
        /// A pair that was handed out and not chosen from stays open, however the call
        /// ends. The call ends when no pair is open that it has not handed out, and all
        /// that it has are chosen from; or with the caller's last request.
        public static let compare = BidirectionalMethod<V1.CompareRequest, V1.CompareResponse>(
            MethodName(service: name, method: "Compare"))

        /// All pairs of a set, in the order in which they were added, with what was chosen.
        public static let getPreferences = ServerStreamingMethod<V1.GetPreferencesRequest, V1.ComparedPair>(
            MethodName(service: name, method: "GetPreferences"))

        /// All sets, in order of their names.
        public static let listSets = UnaryMethod<V1.ListSetsRequest, V1.ListSetsResponse>(
            MethodName(service: name, method: "ListSets"))

        /// Deletes a set with all that was chosen of it. Refused while a job that is not over
        /// reads it.
        public static let deleteSet = UnaryMethod<V1.DeleteSetRequest, V1.DeleteSetResponse>(
            MethodName(service: name, method: "DeleteSet"))
    }
}

extension V1 {
    public struct Preferred: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        public static var first: Self { Self(rawValue: 1) }
        public static var second: Self { Self(rawValue: 2) }
        /// The two are equally good, or cannot be compared: the pair is not learnt from.
        public static var neither: Self { Self(rawValue: 3) }

        public static var allCases: [Self] { [.unspecified, .first, .second, .neither] }
        public static var namePrefix: String { "PREFERRED_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "PREFERRED_UNSPECIFIED"
            case 1: "PREFERRED_FIRST"
            case 2: "PREFERRED_SECOND"
            case 3: "PREFERRED_NEITHER"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct PreferencePair: ProtobufMessage {
        /// Names it within its set. 1 to 256 bytes.
        public var id: String = ""
        public var prompt: String = ""
        public var first: String = ""
        public var second: String = ""

        public init() {}
    }
}

extension V1.PreferencePair: CMessage {
    public static var fullName: String { "attnrl.v1.PreferencePair" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__preference_pair__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PreferencePair>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
        prompt = try CRead.string(c.pointee.prompt, "prompt")
        first = try CRead.string(c.pointee.first, "first")
        second = try CRead.string(c.pointee.second, "second")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PreferencePair>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
        c.pointee.prompt = arena.string(prompt)
        c.pointee.first = arena.string(first)
        c.pointee.second = arena.string(second)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
        visitor.field("prompt", &prompt)
        visitor.field("first", &first)
        visitor.field("second", &second)
    }
}

extension V1 {
    public struct AddPairsRequest: ProtobufMessage {
        /// 1 to 64 letters, digits, "-" and "_".
        public var set: String = ""
        /// At most 10000.
        public var pairs: [V1.PreferencePair] = []

        public init() {}
    }
}

extension V1.AddPairsRequest: CMessage {
    public static var fullName: String { "attnrl.v1.AddPairsRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__add_pairs_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AddPairsRequest>) throws(ProtobufError) {
        set = try CRead.string(c.pointee.set, "set")
        pairs = try CRead.messages(c.pointee.pairs, c.pointee.n_pairs, "pairs")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AddPairsRequest>, _ arena: MessageArena) {
        c.pointee.set = arena.string(set)
        (c.pointee.n_pairs, c.pointee.pairs) = arena.messages(pairs)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("set", &set)
        visitor.repeated("pairs", &pairs)
    }
}

extension V1 {
    public struct AddPairsResponse: ProtobufMessage {
        /// Pairs that are in the set now, whether they were before or not.
        public var taken: Int32 = 0
        public var refused: [V1.RefusedPair] = []

        public init() {}
    }
}

extension V1.AddPairsResponse: CMessage {
    public static var fullName: String { "attnrl.v1.AddPairsResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__add_pairs_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__AddPairsResponse>) throws(ProtobufError) {
        taken = c.pointee.taken
        refused = try CRead.messages(c.pointee.refused, c.pointee.n_refused, "refused")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__AddPairsResponse>, _ arena: MessageArena) {
        c.pointee.taken = taken
        (c.pointee.n_refused, c.pointee.refused) = arena.messages(refused)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("taken", &taken)
        visitor.repeated("refused", &refused)
    }
}

extension V1 {
    public struct RefusedPair: ProtobufMessage {
        /// Which of the request's pairs, from 0.
        public var index: Int32 = 0
        public var reason: String = ""

        public init() {}
    }
}

extension V1.RefusedPair: CMessage {
    public static var fullName: String { "attnrl.v1.RefusedPair" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__refused_pair__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RefusedPair>) throws(ProtobufError) {
        index = c.pointee.index
        reason = try CRead.string(c.pointee.reason, "reason")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RefusedPair>, _ arena: MessageArena) {
        c.pointee.index = index
        c.pointee.reason = arena.string(reason)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.field("reason", &reason)
    }
}

extension V1 {
    public struct CompareRequest: ProtobufMessage {
        /// Needed in the first request; later ones may leave it empty.
        public var set: String = ""
        /// Who chooses, for the record. Up to 256 bytes.
        public var labeller: String = ""
        /// Pairs that may be out and not chosen from. 0 hands out none. 0 to 1000. The
        /// last request's counts.
        public var window: Int32 = 0
        /// At most 1000.
        public var choices: [V1.PreferenceChoice] = []

        public init() {}
    }
}

extension V1.CompareRequest: CMessage {
    public static var fullName: String { "attnrl.v1.CompareRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__compare_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CompareRequest>) throws(ProtobufError) {
        set = try CRead.string(c.pointee.set, "set")
        labeller = try CRead.string(c.pointee.labeller, "labeller")
        window = c.pointee.window
        choices = try CRead.messages(c.pointee.choices, c.pointee.n_choices, "choices")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CompareRequest>, _ arena: MessageArena) {
        c.pointee.set = arena.string(set)
        c.pointee.labeller = arena.string(labeller)
        c.pointee.window = window
        (c.pointee.n_choices, c.pointee.choices) = arena.messages(choices)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("set", &set)
        visitor.field("labeller", &labeller)
        visitor.field("window", &window)
        visitor.repeated("choices", &choices)
    }
}

extension V1 {
    public struct PreferenceChoice: ProtobufMessage {
        /// The pair's id.
        public var pair: String = ""
        public var preferred: V1.Preferred = V1.Preferred(rawValue: 0)
        /// Take it although something else was chosen before. Otherwise that is refused.
        public var replace: Bool = false

        public init() {}
    }
}

extension V1.PreferenceChoice: CMessage {
    public static var fullName: String { "attnrl.v1.PreferenceChoice" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__preference_choice__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PreferenceChoice>) throws(ProtobufError) {
        pair = try CRead.string(c.pointee.pair, "pair")
        preferred = V1.Preferred(rawValue: Int32(truncatingIfNeeded: c.pointee.preferred.rawValue))
        replace = c.pointee.replace != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PreferenceChoice>, _ arena: MessageArena) {
        c.pointee.pair = arena.string(pair)
        c.pointee.preferred = .init(rawValue: .init(truncatingIfNeeded: preferred.rawValue))
        c.pointee.replace = replace ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("pair", &pair)
        visitor.field("preferred", &preferred)
        visitor.field("replace", &replace)
    }
}

extension V1 {
    public struct CompareResponse: ProtobufMessage {
        public var part: Part?

        public init() {}

        public enum Part: Sendable, Equatable {
            case pair(V1.PreferencePair)
            case taken(V1.ChoiceTaken)
        }
    }
}

extension V1.CompareResponse: CMessage {
    public static var fullName: String { "attnrl.v1.CompareResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__compare_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CompareResponse>) throws(ProtobufError) {
        switch c.pointee.part_case {
        case ATTNRL__V1__COMPARE_RESPONSE__PART_PAIR: part = .pair(try CRead.message(c.pointee.pair, "pair"))
        case ATTNRL__V1__COMPARE_RESPONSE__PART_TAKEN: part = .taken(try CRead.message(c.pointee.taken, "taken"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CompareResponse>, _ arena: MessageArena) {
        switch part {
        case .pair(let value)?:
            c.pointee.part_case = ATTNRL__V1__COMPARE_RESPONSE__PART_PAIR
            c.pointee.pair = arena.message(value)
        case .taken(let value)?:
            c.pointee.part_case = ATTNRL__V1__COMPARE_RESPONSE__PART_TAKEN
            c.pointee.taken = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("pair", of: &part, Part.pair) { if case .pair(let value) = $0 { value } else { nil } }
        visitor.member("taken", of: &part, Part.taken) { if case .taken(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct ChoiceTaken: ProtobufMessage {
        public var pair: String = ""
        /// Why it was not taken; empty if it was.
        public var refused: String = ""

        public init() {}
    }
}

extension V1.ChoiceTaken: CMessage {
    public static var fullName: String { "attnrl.v1.ChoiceTaken" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__choice_taken__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ChoiceTaken>) throws(ProtobufError) {
        pair = try CRead.string(c.pointee.pair, "pair")
        refused = try CRead.string(c.pointee.refused, "refused")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ChoiceTaken>, _ arena: MessageArena) {
        c.pointee.pair = arena.string(pair)
        c.pointee.refused = arena.string(refused)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("pair", &pair)
        visitor.field("refused", &refused)
    }
}

extension V1 {
    public struct GetPreferencesRequest: ProtobufMessage {
        public var set: String = ""

        public init() {}
    }
}

extension V1.GetPreferencesRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetPreferencesRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_preferences_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetPreferencesRequest>) throws(ProtobufError) {
        set = try CRead.string(c.pointee.set, "set")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetPreferencesRequest>, _ arena: MessageArena) {
        c.pointee.set = arena.string(set)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("set", &set)
    }
}

extension V1 {
    public struct ComparedPair: ProtobufMessage {
        public var pair: V1.PreferencePair?
        /// Not set for a pair that is open.
        public var preferred: V1.Preferred = V1.Preferred(rawValue: 0)
        public var labeller: String = ""

        public init() {}
    }
}

extension V1.ComparedPair: CMessage {
    public static var fullName: String { "attnrl.v1.ComparedPair" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__compared_pair__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ComparedPair>) throws(ProtobufError) {
        pair = try CRead.optionalMessage(c.pointee.pair, "pair")
        preferred = V1.Preferred(rawValue: Int32(truncatingIfNeeded: c.pointee.preferred.rawValue))
        labeller = try CRead.string(c.pointee.labeller, "labeller")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ComparedPair>, _ arena: MessageArena) {
        if let value = pair { c.pointee.pair = arena.message(value) }
        c.pointee.preferred = .init(rawValue: .init(truncatingIfNeeded: preferred.rawValue))
        c.pointee.labeller = arena.string(labeller)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("pair", &pair)
        visitor.field("preferred", &preferred)
        visitor.field("labeller", &labeller)
    }
}

extension V1 {
    public struct ListSetsRequest: ProtobufMessage {
        public init() {}
    }
}

extension V1.ListSetsRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ListSetsRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_sets_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListSetsRequest>) throws(ProtobufError) {
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListSetsRequest>, _ arena: MessageArena) {
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
    }
}

extension V1 {
    public struct ListSetsResponse: ProtobufMessage {
        public var sets: [V1.PreferenceSet] = []

        public init() {}
    }
}

extension V1.ListSetsResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ListSetsResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_sets_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListSetsResponse>) throws(ProtobufError) {
        sets = try CRead.messages(c.pointee.sets, c.pointee.n_sets, "sets")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListSetsResponse>, _ arena: MessageArena) {
        (c.pointee.n_sets, c.pointee.sets) = arena.messages(sets)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("sets", &sets)
    }
}

extension V1 {
    public struct PreferenceSet: ProtobufMessage {
        public var name: String = ""
        public var pairs: Int32 = 0
        /// Pairs that something was chosen of, PREFERRED_NEITHER included; the others are open.
        public var chosen: Int32 = 0

        public init() {}
    }
}

extension V1.PreferenceSet: CMessage {
    public static var fullName: String { "attnrl.v1.PreferenceSet" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__preference_set__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PreferenceSet>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        pairs = c.pointee.pairs
        chosen = c.pointee.chosen
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PreferenceSet>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        c.pointee.pairs = pairs
        c.pointee.chosen = chosen
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.field("pairs", &pairs)
        visitor.field("chosen", &chosen)
    }
}

extension V1 {
    public struct DeleteSetRequest: ProtobufMessage {
        public var set: String = ""

        public init() {}
    }
}

extension V1.DeleteSetRequest: CMessage {
    public static var fullName: String { "attnrl.v1.DeleteSetRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__delete_set_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DeleteSetRequest>) throws(ProtobufError) {
        set = try CRead.string(c.pointee.set, "set")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DeleteSetRequest>, _ arena: MessageArena) {
        c.pointee.set = arena.string(set)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("set", &set)
    }
}

extension V1 {
    public struct DeleteSetResponse: ProtobufMessage {
        /// Pairs that it had.
        public var pairs: Int32 = 0

        public init() {}
    }
}

extension V1.DeleteSetResponse: CMessage {
    public static var fullName: String { "attnrl.v1.DeleteSetResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__delete_set_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__DeleteSetResponse>) throws(ProtobufError) {
        pairs = c.pointee.pairs
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__DeleteSetResponse>, _ arena: MessageArena) {
        c.pointee.pairs = pairs
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("pairs", &pairs)
    }
}
