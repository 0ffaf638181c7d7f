/// The system did not provide the requested memory.
public struct MemoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of bytes requested; nil if it exceeds an `Int`.
    public let byteCount: Int?
    /// What is free, if the request was not even made.
    public let free: Int?

    public init(byteCount: Int?, free: Int? = nil) {
        self.byteCount = byteCount
        self.free = free
    }

    public var description: String {
        guard let byteCount else { return "There is no memory for this: its size in bytes exceeds 64 bits." }
        if let free {
            return
                "There is no memory for \(Self.inUnits(byteCount)) more: \(Self.inUnits(free)) are free. Unload a policy, "
                + "choose a smaller model or precision, or raise the limit this process runs under (`ulimit -v`, a "
                + "container's memory)."
        }
        return "There is no memory for \(Self.inUnits(byteCount)) more: the system refuses it. Free some, or raise the "
            + "limit this process runs under (`ulimit -v`, a container's memory)."
    }

    /// For example "6.3 GB" or "512 KB".
    package static func inUnits(_ bytes: Int) -> String {
        let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)]
        guard let (name, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) bytes" }
        let tenths = bytes / (size / 10)
        return tenths >= 100 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
    }
}
