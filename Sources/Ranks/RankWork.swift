/// What a rank did of the work of all, and what that took.
public struct RankWork: Sendable, Equatable {
    public var bytesSent = 0
    /// How long it waited for others.
    public var waiting = Duration.zero
    /// How long others' messages took beside what it was doing.
    public var aside = Duration.zero
    /// Tokens that it drew.
    public var drawnTokens = 0
    /// Tokens that it computed gradients of.
    public var learntTokens = 0

    public init() {}

    /// What was done since.
    public func since(_ before: RankWork) -> RankWork {
        var work = self
        work.bytesSent -= before.bytesSent
        work.waiting -= before.waiting
        work.aside -= before.aside
        work.drawnTokens -= before.drawnTokens
        work.learntTokens -= before.learntTokens
        return work
    }
}
