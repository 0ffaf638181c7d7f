import Compute
import Guarding
import Messages
import Rollouts
import Sampling
import Tasks
import TestSupport
import Testing
import Trees
import Wire

@testable import Service

@Suite("Explore")
struct ExploreTests {
    private static let chain = "%23;7;+5;*3;-14?\n"

    private static func request(_ fill: (inout V1.ExploreRequest) -> Void = { _ in }) -> V1.ExploreRequest {
        make {
            $0.prompt = .text("1 + 1 =")
            $0.sampling = make {
                $0.seed = 7
                $0.maxTokens = 20
                $0.ignoreEos = true
            }
            $0.width = 2
            fill(&$0)
        }
    }

    private func explore(
        _ server: TestServer, _ request: V1.ExploreRequest
    ) async throws -> [V1.ExploreResponse.Event] {
        try await server.client.serverStreaming(V1.AnalysisService.explore, request).reduce(into: []) {
            if let event = $1.event { $0.append(event) }
        }
    }

    /// The tree that events make, and the last of them.
    private func tree(
        _ events: [V1.ExploreResponse.Event]
    ) throws -> (tree: TreeRecord, started: V1.ExploreStarted, finished: V1.ExploreFinished, notes: [String]) {
        guard case .started(let started) = events.first, case .finished(let finished) = events.last else {
            throw RPCError(.unknown, "the events have no beginning or end")
        }
        var tree = V1.Tree(), notes: [String] = []
        for event in events {
            switch event {
            case .rollout(let rollout): tree.rollouts.append(rollout)
            case .nodes(let nodes): tree.nodes += nodes.nodes
            case .note(let note): notes.append(note.text)
            case .started, .finished: continue
            }
        }
        tree.rollouts.sort { $0.index < $1.index }
        return (TreeRecord(tree), started, finished, notes)
    }

    @Test("Rollouts come one by one, the nodes behind them, and defaults are reported")
    func whole() async throws {
        try await TestServer.run { server in
            let request = Self.request {
                $0.width = nil
                $0.sampling?.maxTokens = nil
            }
            let (tree, started, finished, _) = try tree(try await explore(server, request))
            #expect(started.policy == "qwen2")
            #expect(started.version == 1)
            #expect(started.promptText == "1 + 1 =")
            #expect((started.width, started.continuations, started.depth) == (6, 2, 1))
            #expect(started.maxTokensTotal == 65_536)
            // As much of the context as the prompt leaves.
            #expect(started.sampling?.maxTokens == 512 - Int32(started.promptIds.count))
            #expect(tree.problem == nil)
            #expect(tree.rollouts.prefix(6).allSatisfy { $0.fork == nil })
            #expect(tree.rollouts.count == Int(finished.rolloutCount))
            #expect(tree.nodes[0].leaves == tree.rollouts.count)
            #expect(tree.nodes.allSatisfy { $0.value == nil })
            #expect(tree.rollouts.allSatisfy { $0.reward == nil && $0.verdict == nil && $0.version == 1 })
            #expect(Int(finished.drawnTokens) == tree.rollouts.reduce(0) { $0 + $1.ids.count })
            #expect(finished.drawnTokens <= 65_536)
            #expect(finished.computedTokens > 0)
            #expect(await server.becomesIdle())
        }
    }

    @Test("The same request grows the same tree")
    func repeats() async throws {
        try await TestServer.run { server in
            let request = Self.request { $0.branches = make { $0.strategy = .random } }
            let first = try tree(try await explore(server, request))
            let second = try tree(try await explore(server, request))
            #expect(first.tree == second.tree)
            #expect(first.tree.rollouts.count > 2)
            #expect(first.started.sampling?.seed == 7)
        }
    }

    @Test("Responses are judged against a truth, and nodes valued by it")
    func values() async throws {
        try await TestServer.run { server in
            // What the first response says is the right answer, to the letter.
            let plain = try tree(try await explore(server, Self.request { $0.depth = 0 }))
            let truth = plain.tree.rollouts[0].text
            let judged = try tree(
                try await explore(
                    server,
                    Self.request {
                        $0.depth = 0
                        $0.verifier = make {
                            $0.kind = .exact
                            $0.truth = truth
                        }
                    }))
            #expect(judged.tree.rollouts.map(\.verdict) == ["CORRECT", "INCORRECT"])
            #expect(judged.tree.rollouts.map(\.reward) == [1, 0])
            #expect(judged.tree.nodes.map(\.value) == [0.5, 1, 0])
        }
    }

    @Test("A built-in task's checker is found by the prompt")
    func task() async throws {
        try await TestServer.run { server in
            let request = Self.request {
                $0.prompt = .text(Self.chain)
                $0.verifier = make { $0.kind = .task }
            }
            let found = try tree(try await explore(server, request)).tree
            // The model is untrained: it states no answer.
            #expect(found.rollouts.allSatisfy { $0.verdict == "NO_ANSWER" && $0.reward == 0 })
            #expect(found.nodes[0].value == 0)
        }
    }

    @Test("The verdicts of each kind of verifier")
    func verifiers() async throws {
        func verdict(_ response: String, _ fill: (inout V1.Verifier) -> Void) async throws -> String? {
            var problems = FieldProblems()
            let verifier = ResponseVerifier(
                make(V1.Verifier.self, fill), prompt: Self.chain, path: "verifier", &problems)
            try problems.check()
            return verifier?.judge(response).name
        }
        let math = try await verdict("so \\boxed{2/4}") { $0.truth = "0.5" }
        #expect(math == "CORRECT")
        let exact = try await verdict(" Yes ") {
            $0.kind = .exact
            $0.truth = "yes"
            $0.ignoreCase = true
        }
        #expect(exact == "CORRECT")
        let pattern = try await verdict("Answer: 8.") {
            $0.kind = .regex
            $0.truth = "9"
            $0.pattern = "Answer: (\\d+)"
        }
        #expect(pattern == "INCORRECT")
        let task = try await verdict("7+5=12\n\n12*3=13\n\n13-14=22\n\n\\boxed{22}") { $0.kind = .task }
        #expect(task == "CORRECT")
    }

    @Test("What cannot be done as asked is done as far as it goes, and noted")
    func notes() async throws {
        try await TestServer.run { server in
            let request = Self.request {
                $0.maxTokensTotal = 30
                $0.branches = make {
                    $0.count = 100
                    $0.minimumGap = .minGapTokens(500)
                }
            }
            let found = try tree(try await explore(server, request))
            // 2 responses of 20 do not fit.
            #expect(found.tree.rollouts.prefix(2).map(\.ids.count) == [15, 15])
            #expect(found.finished.cut == 2)
            #expect(found.finished.drawnTokens == 30)
            #expect(found.finished.undrawn > 0)
            #expect(found.notes.contains { $0.contains("100 were asked for") })
            #expect(found.notes.contains { $0.contains("earliest steps left") })
            #expect(found.notes.last?.hasPrefix("The budget of 30 tokens ended") == true)
        }
    }

    @Test("A caller that leaves frees all of its requests")
    func cancellation() async throws {
        try await TestServer.run(policies: ["llama"]) { server in
            let request = Self.request {
                $0.width = 128
                $0.maxTokensTotal = 1 << 20
                $0.sampling?.maxTokens = 1000
            }
            let hasStarted = Guarded(false)
            let task = Task {
                for try await response in server.client.serverStreaming(V1.AnalysisService.explore, request) {
                    if case .started = response.event { hasStarted.withLock { $0 = true } }
                }
            }
            #expect(await eventually { hasStarted.withLock { $0 } && server.engine.requestCount > 0 })
            task.cancel()
            _ = await task.result
            #expect(await server.becomesIdle())
        }
    }

    private struct BadRequest: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [String]
        let request: V1.ExploreRequest

        init(_ description: String, _ fields: [String], _ fill: (inout V1.ExploreRequest) -> Void) {
            testDescription = description
            self.fields = fields
            request = ExploreTests.request(fill)
        }

        static func verifier(
            _ description: String, _ field: String, _ fill: (inout V1.Verifier) -> Void
        ) -> BadRequest {
            BadRequest(description, ["verifier.\(field)"]) { $0.verifier = make(V1.Verifier.self, fill) }
        }
    }

    private static let badRequests: [BadRequest] = [
        BadRequest("no prompt", ["prompt"]) { $0.prompt = nil },
        BadRequest("no tokens", ["prompt"]) { $0.prompt = .ids([]) },
        BadRequest("width 0", ["width"]) { $0.width = 0 },
        BadRequest("width 257", ["width"]) { $0.width = 257 },
        BadRequest("no continuations", ["continuations"]) { $0.continuations = 0 },
        BadRequest("depth below 0", ["depth"]) { $0.depth = -1 },
        BadRequest("depth 17", ["depth"]) { $0.depth = 17 },
        BadRequest("the greatest depth there is", ["depth"]) {
            $0.depth = .max
            $0.sampling?.maxTokens = nil
        },
        BadRequest("no budget", ["max_tokens_total"]) { $0.maxTokensTotal = 0 },
        BadRequest("less than a token each", ["max_tokens_total"]) { $0.maxTokensTotal = 1 },
        BadRequest("a budget too large", ["max_tokens_total"]) { $0.maxTokensTotal = 1 << 20 + 1 },
        BadRequest("nothing to draw", ["sampling.max_tokens"]) { $0.sampling?.maxTokens = 0 },
        BadRequest("temperature", ["sampling.temperature"]) { $0.sampling?.temperature = .nan },
        BadRequest("several at once", ["sampling.top_p", "branches.count", "capture.gap"]) {
            $0.sampling?.topP = 7
            $0.branches = make { $0.count = 0 }
            $0.capture = make { $0.gap = 0 }
        },
        BadRequest("quantile", ["branches.quantile"]) { $0.branches = make { $0.quantile = 2 } },
        BadRequest("strategy", ["branches.strategy"]) { $0.branches = make { $0.strategy = .init(rawValue: 99) } },
        BadRequest("jobs' strategy", ["branches.strategy"]) { $0.branches = make { $0.strategy = .latr } },
        .verifier("kind", "kind") { $0.kind = .init(rawValue: 99) },
        .verifier("no truth", "truth") { $0.kind = .exact },
        .verifier("pattern that captures nothing", "pattern") {
            $0.kind = .regex
            $0.truth = "8"
            $0.pattern = "a"
        },
        .verifier("pattern for another kind", "pattern") {
            $0.truth = "8"
            $0.pattern = "(a)"
        },
        .verifier("case for math", "ignore_case") {
            $0.truth = "8"
            $0.ignoreCase = true
        },
        .verifier("task for math", "task") {
            $0.truth = "8"
            $0.task = "graph"
        },
        .verifier("truth for a task", "truth") {
            $0.kind = .task
            $0.task = "chain"
            $0.truth = "8"
        },
        .verifier("unknown task", "task") {
            $0.kind = .task
            $0.task = "riddle"
        },
        .verifier("prompt of no task", "task") { $0.kind = .task },
    ]

    @Test("Requests that make no sense are refused by field", arguments: badRequests)
    private func bad(_ bad: BadRequest) async throws {
        try await TestServer.run { server in
            let error = await status { _ = try await explore(server, bad.request) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.info?.reason == "INVALID_FIELDS")
            let fields = Set(error?.fields ?? [])
            #expect(fields.isSuperset(of: bad.fields), "\(fields)")
            #expect(server.engine.requestCount == 0)
        }
    }

    @Test("A prompt that fills the context is refused as elsewhere")
    func longPrompt() async throws {
        try await TestServer.run { server in
            let error = await status {
                _ = try await explore(server, Self.request { $0.prompt = .ids(Array(repeating: 5, count: 600)) })
            }
            #expect(error?.info?.reason == "CONTEXT_EXCEEDED")
        }
    }
}
