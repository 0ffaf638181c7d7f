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

    private func rollouts(
        _ count: Int, _ claim: Int, _ priority: Priority, _ requests: TestRequests, isDecoding: Bool = true
    ) -> [Rollout] {
        let request = requests.make(claim, count: count, priority: priority, claim: claim)
        return (0..<count).map {
            let rollout = Rollout(request: request, index: $0, arrival: $0)
            if isDecoding { rollout.computed = rollout.tokens.count - 1 }
            return rollout
        }
    }

    /// How many of the rollouts get a row, in order.
    private func rows(_ all: [Rollout], _ cost: StepCost = StepCost(), preferring claim: Int? = nil) -> [Int: Int] {
        var shares = StepShares(all, cost: cost, isPreferred: { $0 == claim }), rows: [Int: Int] = [:]
        for rollout in all where shares.takeRow(rollout) { rows[rollout.request.claim ?? -1, default: 0] += 1 }
        return rows
    }

    @Test("Alone, a claim has all of a step; beside a small one, a large one has few rows")
    func shares() throws {
        let requests = try TestRequests()
        let large = rollouts(200, 0, .batch, requests), small = rollouts(1, 1, .interactive, requests)
        let middle = rollouts(30, 2, .interactive, requests)
        #expect(rows(large) == [0: 200])
        // As many rows as take twice as long as one; then three times.
        #expect(rows(large + small) == [0: 7, 1: 1])
        #expect(rows(large + middle + small) == [0: 7, 1: 1, 2: 7])
        // Twice as long as 30 rows: (6 + 66) / (6 + 30).
        #expect(rows(large + middle) == [0: 36, 2: 30])
    }

    @Test("Where rows cost what they are, a large claim has as many as a small one")
    func measured() throws {
        let requests = try TestRequests()
        let large = rollouts(200, 0, .batch, requests), small = rollouts(1, 1, .interactive, requests)
        var cost = StepCost()
        for tokens in [1, 4, 64, 200] { cost.record(tokens: tokens, seconds: 1e-4 * Double(tokens)) }
        #expect(rows(large + small, cost) == [0: 1, 1: 1])
        // Where the weights take nearly all of the time, it has many.
        cost = StepCost()
        for tokens in [1, 200] { cost.record(tokens: tokens, seconds: 1e-2 + 1e-4 * Double(tokens)) }
        #expect(rows(large + small, cost) == [0: 101, 1: 1])
    }

    @Test("Between others' interactive requests steps are kept short, and are whole when none have come for long")
    func expected() throws {
        let requests = try TestRequests()
        let batch = rollouts(200, 0, .batch, requests)
        var shares = StepShares(batch, expectsOthers: { _ in true })
        // Four times as long as one token: (6 + 22) / 7.
        #expect(batch.filter { shares.takeRow($0) }.count == 22)
        let rest = shares.tokens(batch[0], limit: 512)
        #expect(rest == 0)
        var whole = StepShares(batch)
        #expect(batch.filter { whole.takeRow($0) }.count == 200)

        var claims = ClaimBook()
        let stream = Claim(requests.make(1, owner: "a")), job = Claim(requests.make(2, priority: .batch, owner: "b"))
        let start = ContinuousClock.now
        #expect(claims.begin(stream, at: start) == 1 && claims.begin(job, at: start) == 2)
        // One that waits to begin is expected by all others, and by nobody once it computes.
        #expect(claims.expectsInteractive(apartFrom: [2], at: start))
        #expect(!claims.expectsInteractive(apartFrom: [1, 2], at: start))
        claims.compute(stream)
        #expect(!claims.expectsInteractive(apartFrom: [2], at: start))
        claims.end(stream, hadBegun: true, at: start)
        #expect(claims.expectsInteractive(apartFrom: [2], at: start + .milliseconds(999)))
        #expect(!claims.expectsInteractive(apartFrom: [2], at: start + .seconds(1)))
        // Back in time, it keeps its number.
        #expect(claims.begin(stream, at: start + .milliseconds(999)) == 1)
        claims.end(stream, hadBegun: false, at: start + .milliseconds(999))
        claims.end(job, hadBegun: false, at: start + .seconds(1))
        #expect(!claims.expectsInteractive(apartFrom: [2], at: start + .seconds(2)))
    }

    @Test("A small claim is served as if alone until it has used its share of the last second")
    func preferred() throws {
        let requests = try TestRequests()
        let large = rollouts(200, 2, .batch, requests), small = rollouts(1, 1, .interactive, requests)
        var cost = StepCost()
        for tokens in [1, 4, 64, 200] { cost.record(tokens: tokens, seconds: 1e-4 * Double(tokens)) }
        #expect(rows(small + large, cost, preferring: 1) == [1: 1])
        // Where the weights take nearly all of the time, others have rows beside it.
        cost = StepCost()
        for tokens in [1, 200] { cost.record(tokens: tokens, seconds: 1e-2 + 1e-4 * Double(tokens)) }
        #expect(rows(small + large, cost, preferring: 1) == [1: 1, 2: 25])
        // Being below its share is of no use to the larger one.
        #expect(rows(small + large, cost, preferring: 2) == [1: 1, 2: 101])

        var claims = ClaimBook()
        let start = ContinuousClock.now
        _ = claims.begin(Claim(requests.make(1, owner: "a")), at: start)
        #expect(claims.isBelowItsShare(1, at: start))
        claims.use(1, seconds: 0.6, at: start)
        #expect(claims.isBelowItsShare(1, at: start))
        _ = claims.begin(Claim(requests.make(2, priority: .batch, owner: "b")), at: start)
        #expect(!claims.isBelowItsShare(1, at: start) && claims.isBelowItsShare(2, at: start))
        // 0.6 / e^0.2 = 0.491
        #expect(!claims.isBelowItsShare(1, at: start + .milliseconds(100)))
        #expect(claims.isBelowItsShare(1, at: start + .milliseconds(200)))
    }

    @Test("Everyone gets a row, however many there are")
    func many() throws {
        let requests = try TestRequests()
        let all = (0..<40).flatMap { rollouts(3, $0, .interactive, requests) }
        let taken = rows(all)
        // A fortieth of the machine for each is more than they need.
        #expect(taken.count == 40 && taken.values.allSatisfy { $0 == 3 })
    }

    @Test("Prompts take what a step may last, and all of it alone")
    func prompts() throws {
        let requests = try TestRequests()
        let batch = rollouts(2, 0, .batch, requests, isDecoding: false)
        let stream = rollouts(1, 1, .interactive, requests, isDecoding: false)
        var shares = StepShares(batch + stream)
        let most = min(StepShares.mostLeastTokens, stream[0].uncomputedCount)
        let share = shares.tokens(batch[0], limit: 512)
        #expect(share >= most && share <= 512)
        shares.take(batch[0], share)
        let (rest, others) = (shares.tokens(batch[1], limit: 512), shares.tokens(stream[0], limit: 512))
        #expect(rest == 0 && others >= most)
        var whole = StepShares(batch)
        let all = whole.tokens(batch[0], limit: 512)
        #expect(all == 512)
    }

    @Test("The measured cost of steps is read as straight lines, and forgets a single long step")
    func cost() {
        var cost = StepCost()
        #expect(cost.seconds(1) == 1 && cost.seconds(8) == 2 && cost.tokens(within: 2) == 8)
        cost.record(tokens: 1, seconds: 0.001)
        #expect(abs(cost.seconds(8) - 0.002) < 1e-12)
        cost.record(tokens: 101, seconds: 0.002)
        #expect(abs(cost.seconds(51) - 0.0015) < 1e-12)
        #expect(cost.tokens(within: 0.0015) == 51)
        // The system took the processor away for a second: counted as four times the mean, and a 32nd of it.
        cost.record(tokens: 1, seconds: 1)
        #expect(abs(cost.seconds(1) - 0.001_093_75) < 1e-12)
        // More tokens never take less time, whatever was measured when.
        for _ in 0..<300 { cost.record(tokens: 1, seconds: 0.005) }
        #expect(cost.seconds(1) <= cost.seconds(50) && cost.seconds(50) <= cost.seconds(200))
        // Nonsense of a clock that stands still changes nothing.
        let before = cost.seconds(3)
        cost.record(tokens: 3, seconds: 0)
        cost.record(tokens: 0, seconds: 1)
        #expect(cost.seconds(3) == before)
    }
}
