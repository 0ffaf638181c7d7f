internal import Guarding

/// What the compressed messages of a server's calls may take together once they are decompressed.
///
/// Flow control bounds what waits to be read, but not these: a client sends a thousandth of what they become.
package final class InflationBudget: Sendable {
    private let limit: Int
    private let held = Guarded(0)

    package init(limit: Int) { self.limit = limit }

    /// What one call holds, given back when the call is over and nobody can have the message any more.
    package final class Share: Sendable {
        private let budget: InflationBudget
        private let bytes = Guarded(0)

        package init(of budget: InflationBudget) { self.budget = budget }

        deinit { budget.held.withLock { $0 -= bytes.withLock { $0 } } }

        /// Holds this many bytes in place of those for the message before.
        package func hold(_ count: Int) throws(RPCError) {
            let fits = bytes.withLock { bytes in
                budget.held.withLock { held in
                    guard held - bytes + count <= budget.limit else { return false }
                    held += count - bytes
                    bytes = count
                    return true
                }
            }
            guard fits else { throw .tooMuchCompressed }
        }
    }
}

extension RPCError {
    fileprivate static var tooMuchCompressed: RPCError {
        RPCError(
            .resourceExhausted, reason: "TOO_MUCH_COMPRESSED",
            "The server holds as many compressed requests as it may. Try again later, or send them uncompressed.",
            details: [.retryInfo(delay: .seconds(1))])
    }
}
