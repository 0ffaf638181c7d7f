/// A protobuf message as a Swift value.
///
/// `protos/generate` makes the types from the .proto files.
///
/// Plain fields hold their default until set; `optional` fields and messages are nil while absent; a `oneof` is an
/// optional enum. Fields a type does not know are dropped when it is read.
public protocol ProtobufMessage: Sendable, Equatable {
    /// Package and name as in the .proto file.
    static var fullName: String { get }

    /// Every field at its default.
    init()

    /// Reads the wire format.
    init(serializedBytes: [UInt8]) throws(ProtobufError)

    /// The wire format.
    func serializedBytes() -> [UInt8]
}

/// A protobuf enum.
///
/// It is open: a peer with a newer .proto file may send values that have no name here.
public protocol ProtobufEnum: RawRepresentable, Hashable, Sendable, CaseIterable, CustomStringConvertible
where RawValue == Int32 {
    /// Any number, named or not.
    init(rawValue: Int32)

    /// The value's name in the .proto file, if it has one.
    var knownName: String? { get }
}

extension ProtobufEnum {
    /// The name in the .proto file, or the number where there is none.
    public var description: String { knownName ?? String(rawValue) }
}
