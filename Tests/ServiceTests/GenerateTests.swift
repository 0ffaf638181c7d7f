import Foundation
import Testing
import Trees
import Wire

extension [V1.GenerateResponse.Event] {
    /// Runs of one response's tokens.
    func runs(_ index: Int32 = 0) -> [V1.TokenRun] {
        compactMap { if case .tokens(let tokens) = $0, tokens.index == index { tokens.run } else { nil } }
    }

    func ids(_ index: Int32 = 0) -> [Int32] { runs(index).flatMap(\.ids) }
    func text(_ index: Int32 = 0) -> String { runs(index).map(\.text).joined() }

    var promptRuns: [V1.TokenRun] { compactMap { if case .prompt(let tokens) = $0 { tokens.run } else { nil } } }
    var started: V1.GenerationStarted? {
        compactMap { if case .started(let started) = $0 { started } else { nil } }.first
    }
    var steps: [V1.StepClosed] { compactMap { if case .step(let step) = $0 { step } else { nil } } }
    var maps: [V1.StepMapRows] { compactMap { if case .stepMap(let map) = $0 { map.rows } else { nil } } }
    var rawRows: [V1.RawAttentionRows] { compactMap { if case .rawRows(let rows) = $0 { rows.rows } else { nil } } }

    func trace(_ index: Int32 = 0) -> V1.Trace? {
        compactMap { if case .trace(let trace) = $0, trace.index == index { trace.trace } else { nil } }.first
    }

    func finished(_ index: Int32 = 0) -> V1.GenerationFinished? {
        compactMap { if case .finished(let finished) = $0, finished.index == index { finished } else { nil } }.first
    }
}

/// A greedy request of the reference's length.
private func greedyRequest(
    _ reference: Reference, _ fill: (inout V1.GenerateRequest) -> Void = { _ in }
)
    -> V1.GenerateRequest
{
    make {
        $0.prompt = .ids(reference.greedy.prompt_ids)
        $0.sampling = make {
            $0.temperature = 0
            $0.maxTokens = Int32(reference.greedy.new_ids.count)
            $0.ignoreEos = true
        }
        fill(&$0)
    }
}

@Suite("Generate")
struct GenerateTests {
    @Test("Greedy tokens are the reference's", arguments: ["qwen2", "qwen3", "llama"])
    func greedy(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let events = try await server.generate(greedyRequest(reference))
            #expect(events.ids() == reference.greedy.new_ids)
            let started = try #require(events.started)
            #expect(started.policy == policy)
            #expect(started.version == 1)
            #expect(started.promptTokens == Int32(reference.greedy.prompt_ids.count))
            #expect(started.cachedTokens == 0)
            #expect(!started.requestId.isEmpty)
            let finished = try #require(events.finished())
            #expect(finished.reason == .length)
            #expect(finished.completionTokens == Int32(reference.greedy.new_ids.count))
            #expect(finished.versions.map { [Int64($0.start), Int64($0.end), $0.version] } == [[9, 57, 1]])
            #expect(finished.firstTokenSeconds > 0)
            #expect(finished.totalSeconds >= finished.firstTokenSeconds)
            guard case .started? = events.first, case .finished? = events.last else {
                Issue.record("the order is \(events)")
                return
            }
        }
    }

    @Test("Every sampling field is reported as resolved, with a seed that repeats the response")
    func resolved() async throws {
        let reference = try Reference("llama")
        try await TestServer.run(policies: ["llama"]) { server in
            var request = greedyRequest(reference) {
                $0.sampling = make { $0.maxTokens = 20 }
                $0.requestId = "mine"
            }
            let first = try await server.generate(request)
            let sampling = try #require(first.started?.sampling)
            #expect(first.started?.requestId == "mine")
            #expect(sampling.temperature == 1)
            #expect(sampling.topP == 1)
            #expect(sampling.topK == 0)
            #expect(sampling.minP == 0)
            #expect(sampling.repetitionPenalty == 1)
            #expect(sampling.maxTokens == 20)
            #expect(sampling.minTokens == 0)
            #expect(sampling.seed != nil)
            request.sampling = sampling
            #expect(try await server.generate(request).ids() == first.ids())
            request.sampling?.seed = nil
            let second = try await server.generate(request)
            #expect(second.started?.sampling?.seed != sampling.seed)
        }
    }

    @Test("Without max_tokens the context bounds a response")
    func wholeContext() async throws {
        try await TestServer.run { server in
            let events = try await server.generate(
                make {
                    $0.prompt = .text("2 + 2 =")
                    $0.sampling = make {
                        $0.temperature = 0
                        $0.ignoreEos = true
                    }
                })
            let prompt = try #require(events.started?.promptTokens)
            #expect(events.ids().count == 512 - Int(prompt))
            #expect(events.started?.sampling?.maxTokens == 512 - prompt)
            #expect(events.finished()?.reason == .length)
        }
    }

    @Test("Text in runs is whole characters and adds up to the tokens' text", arguments: ["qwen2", "llama"])
    func text(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let events = try await server.generate(greedyRequest(reference))
            let decoded: V1.DetokenizeResponse = try await server.client.unary(
                V1.PolicyService.detokenize, make { $0.ids = reference.greedy.prompt_ids + reference.greedy.new_ids })
            #expect(decoded.text.hasSuffix(events.text()))
            #expect(decoded.text.utf8.count > events.text().utf8.count)
        }
    }

    @Test("Several responses draw apart, each by its own index, and repeat with the seed")
    func several() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let request = greedyRequest(reference) {
                $0.n = 3
                $0.sampling?.temperature = 1
                $0.sampling?.seed = 7
            }
            let first = try await server.generate(request), second = try await server.generate(request)
            let responses = (0..<3).map { first.ids($0) }
            #expect(Set(responses).count == 3)
            #expect(responses.allSatisfy { $0.count == 48 })
            #expect(responses == (0..<3).map { second.ids($0) })
            #expect((0..<3).allSatisfy { first.finished($0) != nil })

            // Whatever else is computed at the same time.
            let alone = try await server.generate(
                greedyRequest(reference) {
                    $0.sampling?.temperature = 1
                    $0.sampling?.seed = 7
                })
            #expect(alone.ids() == responses[0])
        }
    }

    @Test("Log-probabilities, alternatives and entropies equal Score's on the same tokens")
    func detail() async throws {
        let reference = try Reference("qwen3")
        try await TestServer.run(policies: ["qwen3"]) { server in
            let detail = make(V1.TokenDetail.self) {
                $0.logprobs = true
                $0.topLogprobs = 3
                $0.entropies = true
            }
            let events = try await server.generate(
                greedyRequest(reference) {
                    $0.sampling?.temperature = 0.7
                    $0.sampling?.repetitionPenalty = 1.3
                    $0.sampling?.seed = 3
                    $0.detail = detail
                    $0.echo = true
                })
            let runs = events.promptRuns + events.runs()
            #expect(runs.flatMap(\.ids) == reference.greedy.prompt_ids + events.ids())
            let scores = try await server.score(
                make {
                    $0.prompt = .ids(runs.flatMap(\.ids))
                    $0.detail = detail
                }
            ).compactMap(\.run)
            #expect(distance(runs.flatMap(\.logprobs), scores.flatMap(\.logprobs)) < logprobTolerance)
            #expect(distance(runs.flatMap(\.entropies), scores.flatMap(\.entropies)) < logprobTolerance)
            let (top, scoredTop) = (runs.flatMap(\.top), scores.flatMap(\.top))
            #expect(top.count == runs.flatMap(\.ids).count)
            #expect(top.map(\.ids) == scoredTop.map(\.ids))
            #expect(top.dropFirst().allSatisfy { $0.ids.count == 3 && $0.logprobs == $0.logprobs.sorted(by: >) })
        }
    }

    @Test("A stop text ends a response and is not part of it")
    func stopText() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let whole = try await server.generate(greedyRequest(reference)).text()
            let stop = String(whole.dropFirst(6).prefix(3))
            let events = try await server.generate(greedyRequest(reference) { $0.sampling?.stop = ["absent", stop] })
            let place = try #require(whole.range(of: stop))
            #expect(events.text() == String(whole[..<place.lowerBound]))
            #expect(events.finished()?.reason == .stop)
            #expect(events.finished()?.stopText == stop)
            #expect(events.finished()?.stopTokenId == nil)
        }
    }

    @Test("A stop token ends a response; before min_tokens none is drawn")
    func stopToken() async throws {
        let reference = try Reference("qwen2")
        let stop = reference.greedy.new_ids[3]
        try await TestServer.run { server in
            let events = try await server.generate(greedyRequest(reference) { $0.sampling?.stopTokenIds = [stop] })
            #expect(events.ids() == Array(reference.greedy.new_ids[...3]))
            #expect(events.finished()?.reason == .stop)
            #expect(events.finished()?.stopTokenId == stop)
            let later = try await server.generate(
                greedyRequest(reference) {
                    $0.sampling?.stopTokenIds = [stop]
                    $0.sampling?.minTokens = 10
                })
            #expect(later.ids().count >= 10)
            #expect(!later.ids().prefix(10).contains(stop))
        }
    }

    @Test("A chat is rendered and tokenized without further special tokens")
    func chat() async throws {
        try await TestServer.run { server in
            let prompt = V1.Prompt.chat(("system", "Be brief."), ("user", "12 + 30?"))
            let tokens = try await server.tokenize(prompt)
            #expect(
                tokens.rendered
                    == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n12 + 30?<|im_end|>\n"
                    + "<|im_start|>assistant\n")
            let events = try await server.generate(
                make {
                    $0.prompt = prompt
                    $0.sampling = make { $0.maxTokens = 1 }
                    $0.echo = true
                })
            #expect(events.promptRuns.flatMap(\.ids) == tokens.ids)
        }
    }

    @Test("The prompt's cached tokens are reported when it comes again")
    func cached() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let request = make(V1.GenerateRequest.self) {
                // The cache holds whole blocks of tokens, so the prompt has to be longer than one.
                $0.prompt = .ids(reference.ids + reference.ids)
                $0.sampling = make {
                    $0.temperature = 0
                    $0.maxTokens = 8
                }
            }
            let first = try await server.generate(request), second = try await server.generate(request)
            #expect(first.started?.cachedTokens == 0)
            #expect(second.started?.cachedTokens ?? 0 > 0)
            #expect(first.ids() == second.ids())
        }
    }
}

@Suite("Generate with capture")
struct GenerateCaptureTests {
    @Test("Steps close as they end, and the trace at the end agrees with them")
    func steps() async throws {
        try await TestServer.run { server in
            // Newlines are made likely, so that a policy that was never trained writes steps.
            let newlines = try await server.tokenize(.text("\n\n"))
            let events = try await server.generate(
                make {
                    $0.prompt = .text("Let us compute 12 + 30.")
                    $0.sampling = make {
                        $0.seed = 11
                        $0.maxTokens = 120
                        $0.ignoreEos = true
                        $0.logitBias = newlines.ids.map { id in
                            make {
                                $0.tokenId = id
                                $0.bias = 5
                            }
                        }
                    }
                    $0.capture = make { $0.gap = 1 }
                    $0.detail = make { $0.logprobs = true }
                })
            let trace = try #require(events.trace()), steps = events.steps
            #expect(trace.steps.count > 4)
            #expect(trace.separator == .blankLine)
            #expect(steps.map { $0.step?.index } == trace.steps.dropFirst().map(\.index))
            #expect(steps.map { $0.step?.text } == trace.steps.dropFirst().map(\.text))
            #expect(trace.steps.dropFirst().map(\.text).joined() == events.text())
            #expect(trace.steps.first?.text == "Let us compute 12 + 30.")
            #expect(distance(try #require(steps.last).influence, trace.steps.map(\.influence)) < influenceTolerance)
            #expect(trace.totalTokens == trace.promptTokens + 120)
            let logprobs = events.runs().flatMap(\.logprobs)
            for step in trace.steps.dropFirst() {
                let own = logprobs[Int(step.start - trace.promptTokens)..<Int(step.end - trace.promptTokens)]
                #expect(abs(step.meanLogprob - own.reduce(0, +) / Float(own.count)) < logprobTolerance)
                #expect(step.meanEntropy.isNaN)
            }
            let rows = try #require(events.maps.first)
            #expect(rows.rowCount == Int32(trace.steps.count))
            for closed in steps {
                let row = Int(try #require(closed.step).index)
                #expect(distance(closed.attention, rows.values[row * (row + 1) / 2..<(row + 1) * (row + 2) / 2]) == 0)
            }
        }
    }

    @Test("A response's trace equals the trace of the same tokens given", arguments: ["qwen2", "llama"])
    func generatedEqualsGiven(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let events = try await server.generate(
                greedyRequest(reference) {
                    $0.capture = make { $0.gap = 2 }
                    $0.n = 2
                })
            let given = try await server.trace(
                make {
                    $0.input = make {
                        $0.prompt = .ids(reference.greedy.prompt_ids)
                        $0.response = .tokenIds(make { $0.ids = reference.greedy.new_ids })
                    }
                    $0.capture = make { $0.gap = 2 }
                })
            let expected = try #require(given.trace)
            for index in 0..<2 {
                let trace = try #require(events.trace(Int32(index)))
                #expect(trace.steps.map(\.start) == expected.steps.map(\.start))
                #expect(trace.steps.map(\.text) == expected.steps.map(\.text))
                #expect(
                    distance(trace.steps.map(\.influence), expected.steps.map(\.influence)) < influenceTolerance)
            }
        }
    }

    @Test("A stop token is part of the last step's tokens and not of its text")
    func stopToken() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let events = try await server.generate(
                greedyRequest(reference) {
                    $0.sampling?.stopTokenIds = [reference.greedy.new_ids[4]]
                    $0.capture = make { _ in }
                })
            let trace = try #require(events.trace())
            #expect(trace.totalTokens == 9 + 5)
            #expect(trace.steps.dropFirst().map(\.text).joined() == events.text())
        }
    }
}
