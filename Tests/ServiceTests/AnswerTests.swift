import Foundation
import Influence
import Rollouts
import Sampling
import Testing
import Wire

@testable import Service

@Suite("Runs of tokens")
struct RunBatcherTests {
    private func run(_ start: Int, _ count: Int, text: String = "a") -> TokenOutput {
        var run = TokenOutput()
        run.start = start
        run.ids = (0..<count).map { Int32(start + $0) }
        run.text = text
        run.logprobs = run.ids.map(Float.init)
        return run
    }

    @Test("Tokens that follow each other are joined, in order")
    func joins() {
        var batcher = RunBatcher()
        #expect(batcher.append(run(3, 2)) == nil)
        #expect(batcher.append(run(5, 1, text: "b")) == nil)
        let all = batcher.finish()
        #expect(all?.start == 3)
        #expect(all?.ids == [3, 4, 5])
        #expect(all?.text == "ab")
        #expect(all?.logprobs == [3, 4, 5])
        #expect(batcher.finish() == nil)
    }

    @Test("A gap ends a run")
    func gap() {
        var batcher = RunBatcher()
        #expect(batcher.append(run(0, 2)) == nil)
        #expect(batcher.append(run(3, 1)) == run(0, 2))
        #expect(batcher.finish() == run(3, 1))
    }

    @Test("No run is larger than the limit on the wire, and none is lost")
    func bounded() {
        var batcher = RunBatcher(), runs: [TokenOutput] = []
        for chunk in 0..<400 { runs += batcher.append(run(chunk * 500, 500)).map { [$0] } ?? [] }
        runs += batcher.finish().map { [$0] } ?? []
        #expect(runs.count > 4)
        #expect(runs.flatMap(\.ids) == (0..<200_000).map(Int32.init))
        for run in runs { #expect(V1.TokenRun(run).serializedBytes().count <= RunBatcher.limit) }
    }
}

@Suite("Maps and raw rows in messages")
struct TraceRowsTests {
    private func trace(steps: Int, raw: [RawAttention] = []) -> AttentionTrace {
        var map = LowerTriangle()
        for row in 0..<steps { map.appendRow((0...row).map { Float(row * 10_000 + $0) }) }
        return AttentionTrace(
            segmentation: StepSegmentation(ranges: (0..<steps).map { $0..<$0 + 1 }, separator: .token), gap: 4,
            layerCount: 1, headCount: 1, perHead: [], influence: [], meanMap: map, maxMap: LowerTriangle(), raw: raw)
    }

    private var selection: CaptureSelection {
        get async throws {
            try await TestServer.run { server in
                var problems = FieldProblems()
                return CaptureSelection(
                    nil, for: try server.engine.policy(""), path: "capture", &problems)
            }
        }
    }

    @Test("Large maps are cut between rows into messages of at most 1 MiB")
    func map() async throws {
        let whole = trace(steps: 1000)
        let pieces = V1.StepMapRows.pieces(of: whole, try await selection)
        #expect(pieces.count == 2)
        #expect(pieces.flatMap(\.values) == whole.meanMap.values)
        var next: Int32 = 0
        for piece in pieces {
            #expect(piece.firstRow == next)
            next += piece.rowCount
            let rows = piece.firstRow..<next
            #expect(piece.values.count == rows.reduce(0) { $0 + Int($1) + 1 })
            #expect(piece.serializedBytes().count <= 1 << 20)
        }
        #expect(next == 1000)
    }

    @Test("A row longer than a message goes alone")
    func longRows() {
        let lengths = [100, 300_000, 300_001, 5]
        let raw = RawAttention(
            head: HeadIndex(layer: 0, head: 0), firstQuery: 40,
            rows: lengths.map { Array(repeating: 1, count: $0) })
        let pieces = V1.RawAttentionRows.pieces(of: trace(steps: 1, raw: [raw]))
        #expect(pieces.map(\.firstQuery) == [40, 41, 42, 43])
        #expect(pieces.map(\.rowCount) == [1, 1, 1, 1])
        #expect(pieces.map(\.values.count) == lengths)
    }
}

@Suite("Pages")
struct PageTokenTests {
    @Test("A page goes on after its token's key, though items came or went")
    func pages() throws {
        let first = PageToken.page(["a", "b", "c"], after: PageToken(""), size: 2) { $0 }
        #expect(first.items == ["a", "b"])
        let second = PageToken.page(["a", "ba", "c"], after: PageToken(first.next), size: 2) { $0 }
        #expect(second.items == ["ba", "c"])
        #expect(second.next.isEmpty)
    }

    @Test("A page holds at most a hundred items, whatever was asked", arguments: [0, 101, 5000])
    func largest(size: Int) {
        let items = (0..<250).map { String(format: "%03d", $0) }
        let page = PageToken.page(items, after: PageToken(""), size: size) { $0 }
        #expect(page.items.count == 100)
        #expect(!page.next.isEmpty)
    }

    @Test("Other texts are no tokens", arguments: ["x", "YWJj", "%%%"])
    func foreign(text: String) {
        #expect(PageToken(text) == nil)
    }
}

@Suite("Plain HTTP")
struct HTTPAnswerTests {
    private func answer(_ path: String, isServing: Bool) async throws -> (HTTPAnswer, [String: Any])? {
        try await TestServer.run { server in
            let state = ServerState(
                version: "1.2.3", policies: server.engine.loadedPolicies, isServing: isServing)
            guard let answer = HTTPAnswer(path: path, state: state) else { return nil }
            let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
            return (answer, json ?? [:])
        }
    }

    @Test("/healthz is 200 while calls are taken and 503 while draining")
    func health() async throws {
        let (serving, json) = try #require(try await answer("/healthz", isServing: true))
        #expect(serving.status == 200)
        #expect(serving.contentType == "application/json")
        #expect(json["status"] as? String == "SERVING")
        let (draining, after) = try #require(try await answer("/healthz", isServing: false))
        #expect(draining.status == 503)
        #expect(after["status"] as? String == "NOT_SERVING")
    }

    @Test("/version names program, version, instructions and policies")
    func version() async throws {
        let (answer, json) = try #require(try await answer("/version", isServing: true))
        #expect(answer.status == 200)
        #expect(json["name"] as? String == "attnrl")
        #expect(json["version"] as? String == "1.2.3")
        #expect((json["instructionSet"] as? String)?.isEmpty == false)
        let policies = try #require(json["policies"] as? [[String: Any]])
        #expect(policies.count == 1)
        #expect(policies.first?["name"] as? String == "qwen2")
        #expect(policies.first?["precision"] as? String == "float32")
        #expect(policies.first?["version"] as? Int == 1)
    }

    @Test("Other paths are for someone else", arguments: ["/", "/healthz/", "/metrics"])
    func others(path: String) async throws {
        let nothing = try await answer(path, isServing: true) == nil
        #expect(nothing)
    }
}

@Suite("Standard services")
struct StandardServicesTests {
    @Test(
        "Every service is SERVING, and none once draining begins", arguments: AttnRLService.names(hasJobs: false) + [""]
    )
    func health(service: String) async throws {
        try await TestServer.run { server in
            let check = make(Health.HealthCheckRequest.self) { $0.service = service }
            let before = try await server.client.unary(Health.Service.check, check)
            #expect(before.status == .serving)
            server.health.shutDown()
            let after = try await server.client.unary(Health.Service.check, check)
            #expect(after.status == .notServing)
        }
    }

    @Test("Reflection lists the services")
    func reflection() async throws {
        try await TestServer.run { server in
            let call = try await server.client.bidirectional(Reflection.ServerReflection.serverReflectionInfo)
            try await call.send(make { $0.messageRequest = .listServices("") })
            try await call.finishRequests()
            let answer = try await call.next()?.messageResponse
            guard case .listServicesResponse(let list) = answer else {
                Issue.record("the answer is \(String(describing: answer))")
                return
            }
            #expect(Set(list.service.map(\.name)).isSuperset(of: AttnRLService.names(hasJobs: true)))
        }
    }
}
