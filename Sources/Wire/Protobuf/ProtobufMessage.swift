/// A protobuf message as a Swift value.
///
/// `protos/generate` generates the types from the .proto files.
///
/// Plain fields hold their default until set; `optional` fields and messages are nil while absent; a `oneof` is an
/// optional enum. Unknown fields are dropped on reading.
public protocol ProtobufMessage: Sendable, Equatable {
    /// Package and name, as in the .proto file.
    static var fullName: String { get }

    /// Creates a message with every field at its default.
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
    /// Accepts any number, named or not.
    init(rawValue: Int32)

    /// The value's name in the .proto file, if it has one.
    var knownName: String? { get }

    /// The prefix of all value names in the .proto file, for example `FINISH_REASON_`.
    static var namePrefix: String { get }
}

extension ProtobufEnum {
    /// The name in the .proto file, or the number if there is none.
    public var description: String { knownName ?? String(rawValue) }

    /// The name as people write it: `length` for `FINISH_REASON_LENGTH`. An unnamed value uses the name of value 0.
    public var name: String {
        let known = knownName ?? Self(rawValue: 0).knownName ?? description
        return known.dropFirst(Self.namePrefix.count).lowercased()
    }

    /// The value with this name; words may also be joined by hyphens.
    public init?(name: String) {
        let known = Self.namePrefix + name.uppercased().replacing("-", with: "_")
        guard let value = Self.allCases.first(where: { $0.knownName == known }) else { return nil }
        self = value
    }
}
