/// Bytes of requests that have not arrived completely, over all connections of a server.
///
/// Streams and bodies are bounded one by one, but thousands of them, each short of its last byte, are not. When all
/// together pass the limit, the connection that holds the most loses them. Loop thread only.
final class UnfinishedRequests {
    /// What one connection holds.
    final class Holder {
        fileprivate(set) var bytes = 0
        /// Gives up what is held.
        var shed: () -> Void = {}
    }

    private let limit: Int
    private(set) var total = 0
    private var holders: [ObjectIdentifier: Holder] = [:]

    init(limit: Int) { self.limit = limit }

    func update(_ holder: Holder, to bytes: Int) {
        guard bytes != holder.bytes else { return }
        total += bytes - holder.bytes
        holder.bytes = bytes
        holders[ObjectIdentifier(holder)] = bytes == 0 ? nil : holder
        guard total > limit else { return }
        holders.values.max { $0.bytes < $1.bytes }?.shed()
    }
}
