internal import Basics
internal import Guarding

/// How many lines may be written about somebody who makes no difference: some at once, and one a second.
///
/// Those beyond are counted, and the next line says how many there were.
package final class LineAllowance: Sendable {
    private struct Account {
        var bucket = TokenBucket(capacity: LineAllowance.atOnce, perSecond: LineAllowance.perSecond)
        var leftOut = 0
    }

    static let atOnce = 60.0
    static let perSecond = 1.0

    private let accounts = Guarded<[String: Account]>([:])

    package init() {}

    /// The number of lines that were left out since the last; nil if this one is left out too.
    ///
    /// - Parameter name: Whose line it is, of few that there are: names are kept.
    package func take(_ name: String = "", at now: ContinuousClock.Instant = .now) -> Int? {
        accounts.withLock { accounts in
            var account = accounts[name] ?? Account()
            defer { accounts[name] = account }
            guard account.bucket.take(at: now) else {
                account.leftOut += 1
                return nil
            }
            defer { account.leftOut = 0 }
            return account.leftOut
        }
    }

    /// The same for a line that is written in any case.
    package func takeLeftOut(_ name: String = "") -> Int {
        accounts.withLock { accounts in
            defer { accounts[name]?.leftOut = 0 }
            return accounts[name]?.leftOut ?? 0
        }
    }
}
