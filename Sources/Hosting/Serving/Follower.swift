import Access
import Ranks
import Wire

/// A rank that serves beside the first one: what it has, and what changes nothing.
struct Follower: Sendable {
    let name: RankName
    let first: RankName
    /// Does what the first rank tells, until that leaves.
    let follow: @Sendable () async throws -> Void
}

/// Calls to such a rank. Its policies are those it started with and those that jobs publish, on all ranks under the same
/// numbers; so nobody else may load, switch or unload them.
struct FollowerCalls: WrappingCallHandler {
    let handler: any CallHandler
    private let follower: Follower

    init(_ handler: any CallHandler, _ follower: Follower) { (self.handler, self.follower) = (handler, follower) }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        guard context.method.isOpenToAll || [.infer, .trace].contains(context.method.scope) else {
            throw RPCError(
                .failedPrecondition, reason: "NOT_FIRST_RANK",
                "This is \(follower.name), which generates and traces. Jobs and policies are those of "
                    + "\(follower.first): call \(context.method.path) there.")
        }
        return try await handler.handle(context, requests: requests, responses: responses)
    }
}
