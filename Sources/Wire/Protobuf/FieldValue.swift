internal import CProtos

/// The value of a message's field, apart from the message's type: for what goes by the names of fields.
public indirect enum FieldValue: Sendable, Equatable {
    case flag(Bool)
    case whole(Int64)
    /// A whole number beyond Int64.
    case large(UInt64)
    case number(Double)
    case text(String)
    case list([FieldValue])
    case message([NamedField])
}

/// A field by its name in the .proto file.
public struct NamedField: Sendable, Equatable {
    public var name: String
    public var value: FieldValue

    public init(_ name: String, _ value: FieldValue) {
        self.name = name
        self.value = value
    }
}

/// The message has no field of the name, or one of another type.
public struct FieldMismatch: Error, Equatable, CustomStringConvertible {
    /// Full name of the message, a dot, name of the field.
    public let field: String
    public let value: FieldValue

    public var description: String { "\(field) does not exist, or is no field for \(value)." }
}

extension ProtobufMessage {
    /// The message with these fields set, and no others.
    ///
    /// Names, numbers and types are those of the table that protobuf-c reads messages by, so there is no second list of
    /// them: the fields become wire format, which is read as any other. Fields of type bool, int64, uint64, double,
    /// string and message can be given, repeated ones too.
    ///
    /// - Throws: `FieldMismatch`.
    public init(fields: [NamedField]) throws {
        // Every message is one: both come from the generator.
        guard let type = Self.self as? any CMessage.Type else {
            throw FieldMismatch(field: Self.fullName, value: .message(fields))
        }
        var bytes: [UInt8] = []
        try FieldTable(message: type.cType).append(fields, to: &bytes)
        try self.init(serializedBytes: bytes)
    }
}

/// The fields of a message as protobuf-c knows them.
private struct FieldTable {
    let message: UnsafePointer<ProtobufCMessageDescriptor>

    func append(_ fields: [NamedField], to bytes: inout [UInt8]) throws(FieldMismatch) {
        for field in fields {
            guard let found = protobuf_c_message_descriptor_get_field_by_name(message, field.name)?.pointee else {
                throw mismatch(field)
            }
            if case .list(let values) = field.value {
                guard found.label == PROTOBUF_C_LABEL_REPEATED else { throw mismatch(field) }
                for value in values { try append(NamedField(field.name, value), of: found, to: &bytes) }
            } else {
                guard found.label != PROTOBUF_C_LABEL_REPEATED else { throw mismatch(field) }
                try append(field, of: found, to: &bytes)
            }
        }
    }

    private func append(
        _ field: NamedField, of found: ProtobufCFieldDescriptor, to bytes: inout [UInt8]
    ) throws(FieldMismatch) {
        switch (found.type, field.value) {
        case (PROTOBUF_C_TYPE_BOOL, .flag(let flag)):
            bytes.append(tag: found.id, .varint)
            bytes.append(varint: flag ? 1 : 0)
        case (PROTOBUF_C_TYPE_INT64, .whole(let number)):
            bytes.append(tag: found.id, .varint)
            bytes.append(varint: UInt64(bitPattern: number))
        case (PROTOBUF_C_TYPE_UINT64, .whole(let number)) where number >= 0:
            bytes.append(tag: found.id, .varint)
            bytes.append(varint: UInt64(number))
        case (PROTOBUF_C_TYPE_UINT64, .large(let number)):
            bytes.append(tag: found.id, .varint)
            bytes.append(varint: number)
        case (PROTOBUF_C_TYPE_DOUBLE, .number(let number)):
            bytes.append(tag: found.id, .fixed64)
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        case (PROTOBUF_C_TYPE_BYTES, .text(let text)):
            // Texts are bytes to protobuf-c, so that their length is counted.
            bytes.append(tag: found.id, .delimited)
            bytes.append(delimited: Array(text.utf8))
        case (PROTOBUF_C_TYPE_MESSAGE, .message(let fields)):
            guard let inner = found.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self) else {
                throw mismatch(field)
            }
            var part: [UInt8] = []
            try FieldTable(message: inner).append(fields, to: &part)
            bytes.append(tag: found.id, .delimited)
            bytes.append(delimited: part)
        default: throw mismatch(field)
        }
    }

    private func mismatch(_ field: NamedField) -> FieldMismatch {
        FieldMismatch(field: String(cString: message.pointee.name) + "." + field.name, value: field.value)
    }
}

/// How the bytes behind a tag are to be read.
private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
}

extension [UInt8] {
    fileprivate mutating func append(tag number: UInt32, _ type: WireType) {
        append(varint: UInt64(number) << 3 | type.rawValue)
    }

    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    fileprivate mutating func append(delimited bytes: [UInt8]) {
        append(varint: UInt64(bytes.count))
        append(contentsOf: bytes)
    }
}
