import Compute
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Trees

@testable import Rollouts

@Suite("WaitingLine")
struct WaitingLineTests {
    /// Names of taken responses, "request.index".
    private func names(_ rollouts: [Rollout]) -> [String] {
        rollouts.map { "\($0.request.request.sampling.seed).\($0.index)" }
    }

    private func take(_ count: Int, of line: inout WaitingLine) -> [String] {
        names(line.take(count, includingBatch: true))
    }

    @Test("Interactive requests come before batch ones, earlier before later, responses in their order")
    func order() throws {
        let requests = try TestRequests()
        var line = WaitingLine()
        line.add(requests.make(1, arrival: 0, count: 2, priority: .batch))
        line.add(requests.make(2, arrival: 2, count: 3))
        line.add(requests.make(3, arrival: 5, count: 1))
        #expect(line.count == 3)
        #expect(names(line.take(2, includingBatch: false)) == ["2.0", "2.1"])
        #expect(names(line.take(9, includingBatch: false)) == ["2.2", "3.0"])
        #expect(names(line.take(9, includingBatch: false)) == [])
        #expect(take(1, of: &line) == ["1.0"])
        #expect(take(9, of: &line) == ["1.1"])
        #expect(line.count == 0 && line.firstReady == nil)
    }

    @Test("A response that was stopped goes back to its place, before those that never began")
    func stopped() throws {
        let requests = try TestRequests()
        var line = WaitingLine()
        for arrival in 0..<4 { line.add(requests.make(arrival, arrival: 10 * arrival, count: 4)) }
        let taken = line.take(10, includingBatch: true)
        for index in [9, 1, 5, 3, 4] { line.putBack(taken[index]) }
        #expect(line.firstReady === taken[1].request)
        #expect(take(4, of: &line) == ["0.1", "0.3", "1.0", "1.1"])
        #expect(take(9, of: &line) == ["2.1", "2.2", "2.3", "3.0", "3.1", "3.2", "3.3"])
    }

    @Test("A request that stalls keeps its place while others pass it")
    func stalled() async throws {
        let requests = try TestRequests()
        var line = WaitingLine()
        for arrival in 0..<3 { line.add(requests.make(arrival, arrival: arrival * 2, count: 2)) }
        let first = try #require(line.firstReady)
        requests.stall(first)
        #expect(line.firstReady !== first)
        #expect(take(3, of: &line) == ["1.0", "1.1", "2.0"])
        try await requests.resume(first)
        #expect(take(3, of: &line) == ["0.0", "0.1", "2.1"])
    }

    @Test("Entries of ended requests go when they are the most, so that a line cannot grow without bound")
    func ended() async throws {
        let requests = try TestRequests()
        var line = WaitingLine()
        let first = requests.make(0, arrival: 0, count: 1)
        line.add(first)
        requests.stall(first)
        for arrival in 1..<2000 {
            let request = requests.make(arrival, arrival: arrival, count: 256)
            line.add(request)
            request.unfinished = 0
            line.remove(request)
            #expect(line.count < 40)
        }
        try await requests.resume(first)
        #expect(take(9, of: &line) == ["0.0"])
    }

    @Test(
        "Takes, returns and drops responses as an array sorted by priority and arrival would",
        arguments: 1...8 as ClosedRange<UInt64>)
    func reference(_ seed: UInt64) throws {
        let random = CounterRandom(seed: seed), requests = try TestRequests()
        var draws: UInt64 = 0
        func pick(_ count: Int) -> Int {
            draws += 1
            return random.integer(below: count, at: draws)
        }
        struct Waiting {
            let request: RunningRequest
            let index: Int
            var key: (Priority, Int) { (request.request.priority, request.arrival + index) }
            var name: String { "\(request.request.sampling.seed).\(index)" }
        }
        var line = WaitingLine()
        var plain: [Waiting] = []
        var taken: [Rollout] = []
        var arrivals = 0
        for number in 0..<400 {
            switch pick(4) {
            case 0:
                let count = 1 + pick(6)
                let request = requests.make(
                    number, arrival: arrivals, count: count, priority: pick(3) == 0 ? .batch : .interactive)
                arrivals += count
                line.add(request)
                plain += (0..<count).map { Waiting(request: request, index: $0) }
            case 1:
                guard !taken.isEmpty else { continue }
                let rollout = taken.remove(at: pick(taken.count))
                line.putBack(rollout)
                plain.append(Waiting(request: rollout.request, index: rollout.index))
            case 2 where pick(3) == 0:
                guard let request = (plain.map(\.request) + taken.map(\.request)).first(where: { _ in pick(4) == 0 })
                else { continue }
                request.unfinished = 0
                _ = request.responses.removeAll()
                line.remove(request)
                plain.removeAll { $0.request === request }
                taken.removeAll { $0.request === request }
            default:
                let (count, withBatch) = (pick(9), pick(3) > 0)
                plain.sort { $0.key < $1.key }
                let wanted = plain.filter { withBatch || $0.request.request.priority == .interactive }.prefix(count)
                let got = line.take(count, includingBatch: withBatch)
                #expect(names(got) == wanted.map(\.name))
                taken += got
                plain.removeAll { waiting in
                    got.contains { $0.request === waiting.request && $0.index == waiting.index }
                }
            }
            plain.sort { $0.key < $1.key }
            #expect(line.firstReady === plain.first?.request)
        }
    }
}

/// Requests to one policy, as the engine would have taken them.
struct TestRequests {
    private let policy: HostedPolicy

    init() throws {
        let configuration = EngineConfiguration(threads: 1, keyValueBytes: 1 << 16)
        let loaded = try PolicyLoader(directory: Fixtures.url("qwen2"), backend: CPUBackend(threads: 1))
            .load(name: "policy", precision: .float32, engine: configuration)
        let runtime = try HostedPolicy.Runtime(
            loaded.info.configuration, .float32, engine: configuration, backend: CPUBackend(threads: 1))
        policy = HostedPolicy(info: loaded.info, weights: loaded.weights, runtime: runtime)
    }

    func make(
        _ seed: Int, arrival: Int = 0, count: Int = 1, priority: Priority = .interactive, owner: String = "",
        claim: Int = 0
    ) -> RunningRequest {
        var request = GenerationRequest(prompt: [1, 2, 3])
        request.count = count
        request.priority = priority
        request.sampling.seed = UInt64(seed)
        let running = RunningRequest(
            request: request, policy: policy, info: policy.info, version: 1, weights: policy.weights(1)!,
            generation: Generation(onCancel: {}, onResume: {}), cancellation: Cancellation(),
            owner: RequestOwner(name: owner))
        running.arrival = arrival
        running.claim = claim
        return running
    }

    /// Leaves so much unread that the request rests.
    func stall(_ request: RunningRequest) {
        var run = TokenOutput()
        run.ids = [Int32](repeating: 1, count: Generation.unreadLimit + 1)
        request.generation.yield([.tokens(index: 0, run)])
    }

    func resume(_ request: RunningRequest) async throws {
        var events = request.generation.makeAsyncIterator()
        _ = try await events.next()
    }
}
