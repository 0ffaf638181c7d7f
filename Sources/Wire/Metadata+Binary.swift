extension Metadata {
    /// Adds bytes under a name that ends in `-bin`.
    public mutating func add(_ name: String, bytes: [UInt8]) {
        precondition(name.hasSuffix("-bin"), "bytes travel under names that end in -bin, not under \(name)")
        add(name, Base64.encode(bytes))
    }

    /// The first value under a name that ends in `-bin`; nil when there is none or it is not base64.
    public func bytes(_ name: String) -> [UInt8]? {
        self[name].flatMap { Base64.decode($0) }
    }
}
