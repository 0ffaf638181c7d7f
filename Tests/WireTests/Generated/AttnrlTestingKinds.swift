// swift-format-ignore-file
// Made by protos/generate from attnrl/testing/kinds.proto. Changes belong there.

package import CProtos
package import CTestProtos
public import Wire

extension Sample {
    public struct Color: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        public static var red: Self { Self(rawValue: 1) }
        public static var darkBlue: Self { Self(rawValue: 2) }
        public static var belowZero: Self { Self(rawValue: -1) }

        public static var allCases: [Self] { [.unspecified, .red, .darkBlue, .belowZero] }
        public static var namePrefix: String { "COLOR_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "COLOR_UNSPECIFIED"
            case 1: "COLOR_RED"
            case 2: "COLOR_DARK_BLUE"
            case -1: "COLOR_BELOW_ZERO"
            default: nil
            }
        }
    }
}

extension Sample {
    /// One of each kind of field.
    public struct Kinds: ProtobufMessage {
        public var fDouble: Double = 0
        public var fFloat: Float = 0
        public var fInt32: Int32 = 0
        public var fInt64: Int64 = 0
        public var fUint32: UInt32 = 0
        public var fUint64: UInt64 = 0
        public var fSint32: Int32 = 0
        public var fSint64: Int64 = 0
        public var fFixed32: UInt32 = 0
        public var fFixed64: UInt64 = 0
        public var fSfixed32: Int32 = 0
        public var fSfixed64: Int64 = 0
        public var fBool: Bool = false
        public var fString: String = ""
        public var fBytes: [UInt8] = []
        public var fColor: Sample.Color = Sample.Color(rawValue: 0)
        public var fInner: Sample.Kinds.Inner?
        public var oDouble: Double?
        public var oInt64: Int64?
        public var oBool: Bool?
        public var oString: String?
        public var oBytes: [UInt8]?
        public var oColor: Sample.Color?
        public var oInner: Sample.Kinds.Inner?
        public var rDouble: [Double] = []
        public var rFloat: [Float] = []
        public var rInt32: [Int32] = []
        public var rInt64: [Int64] = []
        public var rUint32: [UInt32] = []
        public var rUint64: [UInt64] = []
        public var rSint32: [Int32] = []
        public var rSint64: [Int64] = []
        public var rFixed32: [UInt32] = []
        public var rFixed64: [UInt64] = []
        public var rSfixed32: [Int32] = []
        public var rSfixed64: [Int64] = []
        public var rBool: [Bool] = []
        public var rString: [String] = []
        public var rBytes: [[UInt8]] = []
        public var rColor: [Sample.Color] = []
        public var rInner: [Sample.Kinds.Inner] = []
        public var rUnpacked: [Int32] = []
        public var choice: Choice?
        public var mString: [String: String] = [:]
        public var mInner: [Int32: Sample.Kinds.Inner] = [:]
        public var mColor: [String: Sample.Color] = [:]
        /// A name that is a keyword.
        public var `in`: Int32 = 0

        public init() {}

        public enum Choice: Sendable, Equatable {
            case cInt32(Int32)
            case cBool(Bool)
            case cString(String)
            case cBytes([UInt8])
            case cColor(Sample.Color)
            case cInner(Sample.Kinds.Inner)
        }

        public struct Inner: ProtobufMessage {
            public var name: String = ""
            public var numbers: [Int32] = []

            public init() {}
        }
    }
}

extension Sample.Kinds: CMessage {
    public static var fullName: String { "attnrl.testing.Kinds" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__testing__kinds__type()
    }

    package init(_ c: UnsafePointer<Attnrl__Testing__Kinds>) throws(ProtobufError) {
        fDouble = c.pointee.f_double
        fFloat = c.pointee.f_float
        fInt32 = c.pointee.f_int32
        fInt64 = c.pointee.f_int64
        fUint32 = c.pointee.f_uint32
        fUint64 = c.pointee.f_uint64
        fSint32 = c.pointee.f_sint32
        fSint64 = c.pointee.f_sint64
        fFixed32 = c.pointee.f_fixed32
        fFixed64 = c.pointee.f_fixed64
        fSfixed32 = c.pointee.f_sfixed32
        fSfixed64 = c.pointee.f_sfixed64
        fBool = c.pointee.f_bool != 0
        fString = try CRead.string(c.pointee.f_string, "f_string")
        fBytes = CRead.bytes(c.pointee.f_bytes)
        fColor = Sample.Color(rawValue: Int32(truncatingIfNeeded: c.pointee.f_color.rawValue))
        fInner = try CRead.optionalMessage(c.pointee.f_inner, "f_inner")
        if c.pointee._o_double_case.rawValue != 0 { oDouble = c.pointee.o_double }
        if c.pointee._o_int64_case.rawValue != 0 { oInt64 = c.pointee.o_int64 }
        if c.pointee._o_bool_case.rawValue != 0 { oBool = c.pointee.o_bool != 0 }
        if c.pointee._o_string_case.rawValue != 0 { oString = try CRead.string(c.pointee.o_string, "o_string") }
        if c.pointee._o_bytes_case.rawValue != 0 { oBytes = CRead.bytes(c.pointee.o_bytes) }
        if c.pointee._o_color_case.rawValue != 0 { oColor = Sample.Color(rawValue: Int32(truncatingIfNeeded: c.pointee.o_color.rawValue)) }
        if c.pointee._o_inner_case.rawValue != 0 { oInner = try CRead.message(c.pointee.o_inner, "o_inner") }
        rDouble = CRead.scalars(c.pointee.r_double, c.pointee.n_r_double)
        rFloat = CRead.scalars(c.pointee.r_float, c.pointee.n_r_float)
        rInt32 = CRead.scalars(c.pointee.r_int32, c.pointee.n_r_int32)
        rInt64 = CRead.scalars(c.pointee.r_int64, c.pointee.n_r_int64)
        rUint32 = CRead.scalars(c.pointee.r_uint32, c.pointee.n_r_uint32)
        rUint64 = CRead.scalars(c.pointee.r_uint64, c.pointee.n_r_uint64)
        rSint32 = CRead.scalars(c.pointee.r_sint32, c.pointee.n_r_sint32)
        rSint64 = CRead.scalars(c.pointee.r_sint64, c.pointee.n_r_sint64)
        rFixed32 = CRead.scalars(c.pointee.r_fixed32, c.pointee.n_r_fixed32)
        rFixed64 = CRead.scalars(c.pointee.r_fixed64, c.pointee.n_r_fixed64)
        rSfixed32 = CRead.scalars(c.pointee.r_sfixed32, c.pointee.n_r_sfixed32)
        rSfixed64 = CRead.scalars(c.pointee.r_sfixed64, c.pointee.n_r_sfixed64)
        rBool = CRead.bools(c.pointee.r_bool, c.pointee.n_r_bool)
        rString = try CRead.strings(c.pointee.r_string, c.pointee.n_r_string, "r_string")
        rBytes = CRead.byteStrings(c.pointee.r_bytes, c.pointee.n_r_bytes)
        rColor = CRead.enums(c.pointee.r_color, c.pointee.n_r_color)
        rInner = try CRead.messages(c.pointee.r_inner, c.pointee.n_r_inner, "r_inner")
        rUnpacked = CRead.scalars(c.pointee.r_unpacked, c.pointee.n_r_unpacked)
        switch c.pointee.choice_case {
        case ATTNRL__TESTING__KINDS__CHOICE_C_INT32: choice = .cInt32(c.pointee.c_int32)
        case ATTNRL__TESTING__KINDS__CHOICE_C_BOOL: choice = .cBool(c.pointee.c_bool != 0)
        case ATTNRL__TESTING__KINDS__CHOICE_C_STRING: choice = .cString(try CRead.string(c.pointee.c_string, "c_string"))
        case ATTNRL__TESTING__KINDS__CHOICE_C_BYTES: choice = .cBytes(CRead.bytes(c.pointee.c_bytes))
        case ATTNRL__TESTING__KINDS__CHOICE_C_COLOR: choice = .cColor(Sample.Color(rawValue: Int32(truncatingIfNeeded: c.pointee.c_color.rawValue)))
        case ATTNRL__TESTING__KINDS__CHOICE_C_INNER: choice = .cInner(try CRead.message(c.pointee.c_inner, "c_inner"))
        default: break
        }
        for entry in CRead.entries(c.pointee.m_string, c.pointee.n_m_string) {
            mString[try CRead.string(entry.pointee.key, "m_string")] = try CRead.string(entry.pointee.value, "m_string")
        }
        for entry in CRead.entries(c.pointee.m_inner, c.pointee.n_m_inner) {
            mInner[entry.pointee.key] = try CRead.message(entry.pointee.value, "m_inner")
        }
        for entry in CRead.entries(c.pointee.m_color, c.pointee.n_m_color) {
            mColor[try CRead.string(entry.pointee.key, "m_color")] = Sample.Color(rawValue: Int32(truncatingIfNeeded: entry.pointee.value.rawValue))
        }
        `in` = c.pointee.in
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__Testing__Kinds>, _ arena: MessageArena) {
        c.pointee.f_double = fDouble
        c.pointee.f_float = fFloat
        c.pointee.f_int32 = fInt32
        c.pointee.f_int64 = fInt64
        c.pointee.f_uint32 = fUint32
        c.pointee.f_uint64 = fUint64
        c.pointee.f_sint32 = fSint32
        c.pointee.f_sint64 = fSint64
        c.pointee.f_fixed32 = fFixed32
        c.pointee.f_fixed64 = fFixed64
        c.pointee.f_sfixed32 = fSfixed32
        c.pointee.f_sfixed64 = fSfixed64
        c.pointee.f_bool = fBool ? 1 : 0
        c.pointee.f_string = arena.string(fString)
        c.pointee.f_bytes = arena.bytes(fBytes)
        c.pointee.f_color = .init(rawValue: .init(truncatingIfNeeded: fColor.rawValue))
        if let value = fInner { c.pointee.f_inner = arena.message(value) }
        if let value = oDouble {
            c.pointee._o_double_case = ATTNRL__TESTING__KINDS___O_DOUBLE_O_DOUBLE
            c.pointee.o_double = value
        }
        if let value = oInt64 {
            c.pointee._o_int64_case = ATTNRL__TESTING__KINDS___O_INT64_O_INT64
            c.pointee.o_int64 = value
        }
        if let value = oBool {
            c.pointee._o_bool_case = ATTNRL__TESTING__KINDS___O_BOOL_O_BOOL
            c.pointee.o_bool = value ? 1 : 0
        }
        if let value = oString {
            c.pointee._o_string_case = ATTNRL__TESTING__KINDS___O_STRING_O_STRING
            c.pointee.o_string = arena.string(value)
        }
        if let value = oBytes {
            c.pointee._o_bytes_case = ATTNRL__TESTING__KINDS___O_BYTES_O_BYTES
            c.pointee.o_bytes = arena.bytes(value)
        }
        if let value = oColor {
            c.pointee._o_color_case = ATTNRL__TESTING__KINDS___O_COLOR_O_COLOR
            c.pointee.o_color = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
        }
        if let value = oInner {
            c.pointee._o_inner_case = ATTNRL__TESTING__KINDS___O_INNER_O_INNER
            c.pointee.o_inner = arena.message(value)
        }
        (c.pointee.n_r_double, c.pointee.r_double) = arena.scalars(rDouble)
        (c.pointee.n_r_float, c.pointee.r_float) = arena.scalars(rFloat)
        (c.pointee.n_r_int32, c.pointee.r_int32) = arena.scalars(rInt32)
        (c.pointee.n_r_int64, c.pointee.r_int64) = arena.scalars(rInt64)
        (c.pointee.n_r_uint32, c.pointee.r_uint32) = arena.scalars(rUint32)
        (c.pointee.n_r_uint64, c.pointee.r_uint64) = arena.scalars(rUint64)
        (c.pointee.n_r_sint32, c.pointee.r_sint32) = arena.scalars(rSint32)
        (c.pointee.n_r_sint64, c.pointee.r_sint64) = arena.scalars(rSint64)
        (c.pointee.n_r_fixed32, c.pointee.r_fixed32) = arena.scalars(rFixed32)
        (c.pointee.n_r_fixed64, c.pointee.r_fixed64) = arena.scalars(rFixed64)
        (c.pointee.n_r_sfixed32, c.pointee.r_sfixed32) = arena.scalars(rSfixed32)
        (c.pointee.n_r_sfixed64, c.pointee.r_sfixed64) = arena.scalars(rSfixed64)
        (c.pointee.n_r_bool, c.pointee.r_bool) = arena.bools(rBool)
        (c.pointee.n_r_string, c.pointee.r_string) = arena.strings(rString)
        (c.pointee.n_r_bytes, c.pointee.r_bytes) = arena.byteStrings(rBytes)
        (c.pointee.n_r_color, c.pointee.r_color) = arena.enums(rColor)
        (c.pointee.n_r_inner, c.pointee.r_inner) = arena.messages(rInner)
        (c.pointee.n_r_unpacked, c.pointee.r_unpacked) = arena.scalars(rUnpacked)
        switch choice {
        case .cInt32(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_INT32
            c.pointee.c_int32 = value
        case .cBool(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_BOOL
            c.pointee.c_bool = value ? 1 : 0
        case .cString(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_STRING
            c.pointee.c_string = arena.string(value)
        case .cBytes(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_BYTES
            c.pointee.c_bytes = arena.bytes(value)
        case .cColor(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_COLOR
            c.pointee.c_color = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
        case .cInner(let value)?:
            c.pointee.choice_case = ATTNRL__TESTING__KINDS__CHOICE_C_INNER
            c.pointee.c_inner = arena.message(value)
        case nil: break
        }
        (c.pointee.n_m_string, c.pointee.m_string) = arena.entries(mString, attnrl__testing__kinds__mstring_entry__type()) {
            (entry: UnsafeMutablePointer<Attnrl__Testing__Kinds__MStringEntry>, key, value) in
            entry.pointee.key = arena.string(key)
            entry.pointee.value = arena.string(value)
        }
        (c.pointee.n_m_inner, c.pointee.m_inner) = arena.entries(mInner, attnrl__testing__kinds__minner_entry__type()) {
            (entry: UnsafeMutablePointer<Attnrl__Testing__Kinds__MInnerEntry>, key, value) in
            entry.pointee.key = key
            entry.pointee.value = arena.message(value)
        }
        (c.pointee.n_m_color, c.pointee.m_color) = arena.entries(mColor, attnrl__testing__kinds__mcolor_entry__type()) {
            (entry: UnsafeMutablePointer<Attnrl__Testing__Kinds__MColorEntry>, key, value) in
            entry.pointee.key = arena.string(key)
            entry.pointee.value = .init(rawValue: .init(truncatingIfNeeded: value.rawValue))
        }
        c.pointee.in = `in`
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("fDouble", "f_double"), &fDouble)
        visitor.field(.init("fFloat", "f_float"), &fFloat)
        visitor.field(.init("fInt32", "f_int32"), &fInt32)
        visitor.field(.init("fInt64", "f_int64"), &fInt64)
        visitor.field(.init("fUint32", "f_uint32"), &fUint32)
        visitor.field(.init("fUint64", "f_uint64"), &fUint64)
        visitor.field(.init("fSint32", "f_sint32"), &fSint32)
        visitor.field(.init("fSint64", "f_sint64"), &fSint64)
        visitor.field(.init("fFixed32", "f_fixed32"), &fFixed32)
        visitor.field(.init("fFixed64", "f_fixed64"), &fFixed64)
        visitor.field(.init("fSfixed32", "f_sfixed32"), &fSfixed32)
        visitor.field(.init("fSfixed64", "f_sfixed64"), &fSfixed64)
        visitor.field(.init("fBool", "f_bool"), &fBool)
        visitor.field(.init("fString", "f_string"), &fString)
        visitor.field(.init("fBytes", "f_bytes"), &fBytes)
        visitor.field(.init("fColor", "f_color"), &fColor)
        visitor.optional(.init("fInner", "f_inner"), &fInner)
        visitor.optional(.init("oDouble", "o_double"), &oDouble)
        visitor.optional(.init("oInt64", "o_int64"), &oInt64)
        visitor.optional(.init("oBool", "o_bool"), &oBool)
        visitor.optional(.init("oString", "o_string"), &oString)
        visitor.optional(.init("oBytes", "o_bytes"), &oBytes)
        visitor.optional(.init("oColor", "o_color"), &oColor)
        visitor.optional(.init("oInner", "o_inner"), &oInner)
        visitor.repeated(.init("rDouble", "r_double"), &rDouble)
        visitor.repeated(.init("rFloat", "r_float"), &rFloat)
        visitor.repeated(.init("rInt32", "r_int32"), &rInt32)
        visitor.repeated(.init("rInt64", "r_int64"), &rInt64)
        visitor.repeated(.init("rUint32", "r_uint32"), &rUint32)
        visitor.repeated(.init("rUint64", "r_uint64"), &rUint64)
        visitor.repeated(.init("rSint32", "r_sint32"), &rSint32)
        visitor.repeated(.init("rSint64", "r_sint64"), &rSint64)
        visitor.repeated(.init("rFixed32", "r_fixed32"), &rFixed32)
        visitor.repeated(.init("rFixed64", "r_fixed64"), &rFixed64)
        visitor.repeated(.init("rSfixed32", "r_sfixed32"), &rSfixed32)
        visitor.repeated(.init("rSfixed64", "r_sfixed64"), &rSfixed64)
        visitor.repeated(.init("rBool", "r_bool"), &rBool)
        visitor.repeated(.init("rString", "r_string"), &rString)
        visitor.repeated(.init("rBytes", "r_bytes"), &rBytes)
        visitor.repeated(.init("rColor", "r_color"), &rColor)
        visitor.repeated(.init("rInner", "r_inner"), &rInner)
        visitor.repeated(.init("rUnpacked", "r_unpacked"), &rUnpacked)
        visitor.member(.init("cInt32", "c_int32"), of: &choice, Choice.cInt32) { if case .cInt32(let value) = $0 { value } else { nil } }
        visitor.member(.init("cBool", "c_bool"), of: &choice, Choice.cBool) { if case .cBool(let value) = $0 { value } else { nil } }
        visitor.member(.init("cString", "c_string"), of: &choice, Choice.cString) { if case .cString(let value) = $0 { value } else { nil } }
        visitor.member(.init("cBytes", "c_bytes"), of: &choice, Choice.cBytes) { if case .cBytes(let value) = $0 { value } else { nil } }
        visitor.member(.init("cColor", "c_color"), of: &choice, Choice.cColor) { if case .cColor(let value) = $0 { value } else { nil } }
        visitor.member(.init("cInner", "c_inner"), of: &choice, Choice.cInner) { if case .cInner(let value) = $0 { value } else { nil } }
        visitor.map(.init("mString", "m_string"), &mString)
        visitor.map(.init("mInner", "m_inner"), &mInner)
        visitor.map(.init("mColor", "m_color"), &mColor)
        visitor.field("in", &`in`)
    }
}

extension Sample.Kinds.Inner: CMessage {
    public static var fullName: String { "attnrl.testing.Kinds.Inner" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__testing__kinds__inner__type()
    }

    package init(_ c: UnsafePointer<Attnrl__Testing__Kinds__Inner>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        numbers = CRead.scalars(c.pointee.numbers, c.pointee.n_numbers)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__Testing__Kinds__Inner>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        (c.pointee.n_numbers, c.pointee.numbers) = arena.scalars(numbers)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.repeated("numbers", &numbers)
    }
}

extension Sample {
    /// A message that contains itself.
    public struct Node: ProtobufMessage {
        public var name: String = ""
        public var children: [Sample.Node] = []

        public init() {}
    }
}

extension Sample.Node: CMessage {
    public static var fullName: String { "attnrl.testing.Node" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__testing__node__type()
    }

    package init(_ c: UnsafePointer<Attnrl__Testing__Node>) throws(ProtobufError) {
        name = try CRead.string(c.pointee.name, "name")
        children = try CRead.messages(c.pointee.children, c.pointee.n_children, "children")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__Testing__Node>, _ arena: MessageArena) {
        c.pointee.name = arena.string(name)
        (c.pointee.n_children, c.pointee.children) = arena.messages(children)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("name", &name)
        visitor.repeated("children", &children)
    }
}
