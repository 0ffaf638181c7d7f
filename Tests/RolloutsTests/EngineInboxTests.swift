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
}
