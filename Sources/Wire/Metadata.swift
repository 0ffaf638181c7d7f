/// Names and values sent with a call. Names are lower case and may repeat; the values of names that end in `-bin` are
/// bytes, base64 on the wire.
public struct Metadata: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// As on the wire: base64 text for `-bin` names.
        public let value: String
    }

    private var entries: [Entry] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    public mutating func add(_ name: String, _ value: String) {
        entries.append(Entry(name: name.lowercased(), value: value))
    }

    /// The first value under a name.
    public subscript(_ name: String) -> String? {
        entries.first { $0.name == name }?.value
    }

    public var isEmpty: Bool { entries.isEmpty }
    public func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}

extension Metadata {
    /// Adds bytes under a name that ends in `-bin`.
    public mutating func add(_ name: String, bytes: [UInt8]) {
        precondition(name.hasSuffix("-bin"), "bytes travel under names that end in -bin, not under \(name)")
        add(name, Base64.encode(bytes))
    }

    /// The first value under a name that ends in `-bin`; nil if there is none or it is not base64.
    public func bytes(_ name: String) -> [UInt8]? {
        self[name].flatMap { Base64.decode($0) }
    }
}
