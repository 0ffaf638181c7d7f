import ModelFiles
import Sampling
import Testing

@testable import Rollouts

@Suite("Fair turns")
struct FairnessTests {
    private func owners(_ rollouts: [Rollout]) -> String { rollouts.map(\.request.owner.name).joined() }

    @Test("A request from an owner who had none comes next, however many another has waiting")
    func newcomer() throws {
        let requests = try TestRequests()
        var admission = Admission()
        for seed in 0..<100 { admission.add(requests.make(seed, owner: "a")) }
        let group = try #require(admission.groups(apartFrom: []).first)
        #expect(owners(admission.take(group, places: 3, includingBatch: true)) == "aaa")
        admission.add(requests.make(100, owner: "b"))
        #expect(owners(admission.take(group, places: 3, includingBatch: true)) == "baa")
    }

    @Test("What an owner begins in one line does not put others behind what it has waiting in another")
    func linesApart() throws {
        let requests = try TestRequests()
        var admission = Admission()
        for seed in 0..<100 { admission.add(requests.make(seed, priority: .batch, owner: "a")) }
        let group = try #require(admission.groups(apartFrom: []).first)
        // Behind 100 others of its owner, and begun at once: nobody else's interactive request waits.
        admission.add(requests.make(100, owner: "a"))
        #expect(owners(admission.take(group, places: 1, includingBatch: true)) == "a")
        admission.add(requests.make(101, priority: .batch, owner: "b"))
        #expect(owners(admission.take(group, places: 3, includingBatch: true)).contains("b"))
    }

    @Test("A place for a claim that has none goes to it wherever it stands, and to interactive requests first")
    func onePlace() throws {
        let requests = try TestRequests()
        var admission = Admission()
        for seed in 0..<3 { admission.add(requests.make(seed, count: 2, owner: "a", claim: 1)) }
        admission.add(requests.make(3, owner: "b", claim: 2))
        admission.add(requests.make(4, priority: .batch, owner: "c", claim: 3))
        let group = try #require(admission.groups(apartFrom: []).first)
        #expect(admission.takeOne(group, apartFrom: [1], includingBatch: true)?.request.claim == 2)
        // Batch requests wait for interactive ones, whosoever's they are.
        #expect(admission.takeOne(group, apartFrom: [1, 2], includingBatch: true) == nil)
        #expect(owners(admission.take(group, places: 10, includingBatch: true)) == "aaaaaac")
    }

    @Test("Owners with much waiting take turns, by the tokens they may take")
    func turns() throws {
        let requests = try TestRequests()
        var admission = Admission()
        for seed in 0..<20 { admission.add(requests.make(seed, owner: "a")) }
        for seed in 0..<20 { admission.add(requests.make(seed, count: 4, owner: "b")) }
        let group = try #require(admission.groups(apartFrom: []).first)
        let taken = owners(admission.take(group, places: 40, includingBatch: true))
        // A request of b has four responses, and stands for four of a's.
        #expect(
            taken.count { $0 == "a" } == 20 || abs(taken.count { $0 == "a" } - taken.count { $0 == "b" }) <= 8,
            "\(taken)")
        #expect(taken.prefix(8).contains("b"))
    }

    @Test("A single owner's requests keep their order")
    func alone() throws {
        let requests = try TestRequests()
        var admission = Admission()
        for seed in 0..<50 { admission.add(requests.make(seed, count: seed % 5 + 1)) }
        let group = try #require(admission.groups(apartFrom: []).first)
        let seeds = admission.take(group, places: 1000, includingBatch: true).map {
            Int($0.request.request.sampling.seed)
        }
        #expect(seeds == seeds.sorted())
    }

    // MARK: Shares of a step

    private func rollouts(_ count: Int, _ claim: Int, _ priority: Priority, _ requests: TestRequests) -> [Rollout] {
        let request = requests.make(claim, count: count, priority: priority, claim: claim)
        return (0..<count).map { Rollout(request: request, index: $0, arrival: $0) }
    }

    /// How many of the rollouts get a row, in order.
    private func rows(_ all: [Rollout]) -> [Int: Int] {
        var shares = StepShares(all), rows: [Int: Int] = [:]
        for rollout in all where shares.takeRow(rollout) { rows[rollout.request.claim ?? -1, default: 0] += 1 }
        return rows
    }

    @Test("Alone, a claim has all of a step; beside a small one, a large one has few rows")
    func shares() throws {
        let requests = try TestRequests()
        let large = rollouts(200, 0, .batch, requests), small = rollouts(1, 1, .interactive, requests)
        let middle = rollouts(30, 2, .interactive, requests)
        #expect(rows(large) == [0: 200])
        #expect(rows(large + small) == [0: 7, 1: 1])
        #expect(rows(large + middle) == [0: 30, 2: 30])
        #expect(rows(large + middle + small) == [0: 7, 1: 1, 2: 7])
    }

    @Test("Between interactive requests a batch is kept short, and has all of a step when none have come for long")
    func expected() throws {
        let requests = try TestRequests()
        let batch = rollouts(200, 0, .batch, requests), streams = rollouts(200, 1, .interactive, requests)
        var shares = StepShares(batch, expectsInteractive: true)
        #expect(batch.filter { shares.takeRow($0) }.count == StepShares.batchRows)
        #expect(shares.promptTokens(batch[0], limit: 512) == StepShares.promptTokens)
        var interactive = StepShares(streams, expectsInteractive: true)
        #expect(streams.filter { interactive.takeRow($0) }.count == 200)
    }

    @Test("Everyone gets a row, however many there are")
    func many() throws {
        let requests = try TestRequests()
        let all = (0..<40).flatMap { rollouts(3, $0, .interactive, requests) }
        let taken = rows(all)
        // A fortieth of the machine for each is more than they need.
        #expect(taken.count == 40 && taken.values.allSatisfy { $0 == 3 })
    }

    @Test("Prompts take little of a step beside others, and all of it alone")
    func prompts() throws {
        let requests = try TestRequests()
        let batch = rollouts(2, 0, .batch, requests), stream = rollouts(1, 1, .interactive, requests)
        var shares = StepShares(batch + stream)
        #expect(shares.promptTokens(batch[0], limit: 512) == StepShares.batchPromptTokens)
        shares.takePrompt(batch[0], StepShares.batchPromptTokens)
        #expect(shares.promptTokens(batch[1], limit: 512) == 0)
        #expect(shares.promptTokens(stream[0], limit: 512) == StepShares.promptTokens)
        #expect(StepShares(batch).promptTokens(batch[0], limit: 512) == 512)
    }
}
