import ModelFiles
import Testing

@testable import Rollouts

@Suite("EngineInbox")
struct EngineInboxTests {
    @Test("A turn has so many actions at most, in order, and every cancellation, however many actions wait before it")
    func turns() {
        var inbox = EngineInbox()
        for _ in 0..<5000 { inbox.actions.append { _ in } }
        for _ in 0..<3000 { inbox.cancellations.append(Cancellation()) }
        let first = inbox.takeTurn()
        #expect((first.cancellations.count, first.actions.count) == (3000, EngineInbox.actionsPerTurn))
        #expect(inbox.cancellations.isEmpty && !first.isLast)
        inbox.cancellations.append(Cancellation())
        #expect(inbox.takeTurn().cancellations.count == 1)
        var turns = 2
        while !inbox.takeTurn().isEmpty { turns += 1 }
        #expect(turns == (5000 + EngineInbox.actionsPerTurn - 1) / EngineInbox.actionsPerTurn)
    }

    @Test("The last turn has everything that is left, so that each request gets an end")
    func lastTurn() {
        var inbox = EngineInbox()
        for _ in 0..<5000 { inbox.actions.append { _ in } }
        inbox.isStopping = true
        let turn = inbox.takeTurn()
        #expect(turn.actions.count == 5000 && turn.isLast)
    }

    @Test("Requests and their responses count against their limits until they end")
    func limits() {
        var configuration = EngineConfiguration(threads: 1, keyValueBytes: 1)
        configuration.requestLimit = 4
        #expect(configuration.responseLimit == 512)
        var inbox = EngineInbox()
        inbox.begin(256)
        inbox.begin(200)
        #expect(inbox.refusal(of: 56, configuration) == nil)
        #expect(
            inbox.refusal(of: 57, configuration) == .tooManyResponses(asked: 57, responses: 456, limit: 512))
        inbox.end(200)
        #expect(inbox.refusal(of: 57, configuration) == nil)
        for _ in 0..<3 { inbox.begin(1) }
        #expect(inbox.refusal(of: 1, configuration) == .queueFull(requests: 4, limit: 4))
        inbox.isClosed = true
        #expect(inbox.refusal(of: 1, configuration) == .shuttingDown)
        configuration.requestLimit = 1
        #expect(configuration.responseLimit == 256)
    }

    @Test("An owner has limits of its own, and leaves places to others even without any")
    func owners() {
        var configuration = EngineConfiguration(threads: 1, keyValueBytes: 1)
        configuration.requestLimit = 8
        var inbox = EngineInbox()
        let small = RequestOwner(name: "small", requests: 2, responses: 5), free = RequestOwner(name: "free")
        inbox.begin(4, for: small)
        #expect(inbox.refusal(of: 1, for: small, configuration) == nil)
        #expect(
            inbox.refusal(of: 2, for: small, configuration)
                == .quotaFull(.responses, limit: 5, retryAfter: .seconds(1)))
        // Waiting would not help.
        #expect(
            inbox.refusal(of: 6, for: small, configuration) == .quotaFull(.responses, limit: 5, retryAfter: nil))
        inbox.begin(1, for: small)
        #expect(
            inbox.refusal(of: 0, for: small, configuration) == .quotaFull(.requests, limit: 2, retryAfter: .seconds(1)))
        #expect(inbox.refusal(of: 1, for: free, configuration) == nil)
        inbox.end(4, for: small)
        #expect(inbox.refusal(of: 4, for: small, configuration) == nil)
        for _ in 0..<6 { inbox.begin(1, for: free) }
        #expect(
            inbox.refusal(of: 1, for: free, configuration) == .quotaFull(.requests, limit: 6, retryAfter: .seconds(1)))
        #expect(inbox.refusal(of: 1, for: small, configuration) == nil)
    }

    @Test("An owner's requests together hold at most so many tokens")
    func heldTokens() {
        let configuration = EngineConfiguration(threads: 1, keyValueBytes: 1)
        var inbox = EngineInbox()
        let owner = RequestOwner(name: "a", heldTokens: 100)
        inbox.begin(1, for: owner, mostTokens: 60)
        #expect(inbox.refusal(of: 1, for: owner, mostTokens: 40, configuration) == nil)
        #expect(
            inbox.refusal(of: 1, for: owner, mostTokens: 41, configuration)
                == .quotaFull(.heldTokens, limit: 100, retryAfter: .seconds(1)))
        #expect(
            inbox.refusal(of: 1, for: owner, mostTokens: 101, configuration)
                == .quotaFull(.heldTokens, limit: 100, retryAfter: nil))
        inbox.end(1, for: owner, mostTokens: 60)
        #expect(inbox.refusal(of: 1, for: owner, mostTokens: 100, configuration) == nil)
    }

    @Test("Tokens of a minute are refilled evenly; what was taken too much has to be waited for")
    func tokensPerMinute() {
        let configuration = EngineConfiguration(threads: 1, keyValueBytes: 1)
        var inbox = EngineInbox()
        let owner = RequestOwner(name: "a", tokensPerMinute: 600), start = ContinuousClock.now
        inbox.begin(1, for: owner, promptTokens: 100, now: start)
        #expect(inbox.refusal(of: 1, for: owner, configuration, now: start) == nil)
        inbox.end(1, for: owner, drawnTokens: 699, now: start)
        // 199 too many, at 10 a second.
        #expect(
            inbox.refusal(of: 1, for: owner, configuration, now: start)
                == .quotaFull(.tokensPerMinute, limit: 600, retryAfter: .seconds(20)))
        #expect(inbox.refusal(of: 1, for: owner, configuration, now: start + .seconds(19)) != nil)
        #expect(inbox.refusal(of: 1, for: owner, configuration, now: start + .seconds(21)) == nil)
        // Never more than a minute's worth.
        let later = start + .seconds(100_000)
        inbox.begin(1, for: owner, promptTokens: 601, now: later)
        #expect(inbox.refusal(of: 1, for: owner, configuration, now: later) != nil)
    }
}
