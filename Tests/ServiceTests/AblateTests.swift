import Foundation
import Guarding
import Rollouts
import Sampling
import TestSupport
import Testing
import Trees
import Wire

/// The last line after the last `</think>` that is not blank, with one space for each stretch of white space.
private func lastLine(_ text: String) -> String? {
    (text.components(separatedBy: "</think>").last ?? "").split(whereSeparator: \.isNewline).last {
        !$0.allSatisfy(\.isWhitespace)
    }
    .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

extension V1.SampledEffect {
    /// How often each answer was drawn; an empty text is none stated.
    fileprivate func tally(_ count: KeyPath<V1.AnswerCount, Int32>) -> [String: Int32] {
        answers.reduce(into: [:]) { if $1[keyPath: count] > 0 { $0[$1.answer ?? ""] = $1[keyPath: count] } }
    }
}

@Suite("Ablate")
struct AblateTests {
    private func request(
        _ reference: Reference, _ fill: (inout V1.AblateRequest) -> Void = { _ in }
    ) -> V1.AblateRequest {
        make {
            $0.input = reference.input()
            $0.capture = make { $0.gap = 1 }
            $0.samples = 2
            $0.sampling = make {
                $0.seed = 5
                $0.maxTokens = 8
                $0.temperature = 1
                $0.ignoreEos = true
            }
            fill(&$0)
        }
    }

    // MARK: Hiding

    @Test("Hiding compares the given response's distributions and answer with and without each step")
    func forced() async throws {
        let reference = try Reference("qwen3")
        try await TestServer.run(policies: ["qwen3"]) { server in
            let (started, steps) = try await server.ablate(request(reference) { $0.samples = 0 })
            // Nothing follows the sixth.
            #expect(started.steps == [1, 2, 3, 4, 5])
            #expect(steps.map(\.step) == started.steps)
            #expect(started.mode == .hide)
            #expect(started.responseIds == reference.responseIDs)
            #expect(started.answer == "42")
            #expect(started.answerForm == .boxed)
            let answer = Int(started.answerStart)..<Int(started.answerEnd)
            #expect(reference.steps[6].clamped(to: answer) == answer)
            let influence = try #require(started.trace).steps.map(\.influence)
            for step in steps {
                let range = reference.steps[Int(step.step)]
                let forced = try #require(step.forced)
                #expect(step.sampled == nil)
                #expect(step.influence == influence[Int(step.step)])
                #expect(!forced.lowerBound)
                #expect(forced.tokens == Int32(reference.ids.count - range.upperBound - 1))
                #expect(forced.divergence > 0)
                #expect(forced.answerTokens == Int32(answer.count))
                #expect(try #require(forced.answerDivergence) > 0)
                let hidden = try await logprobs(server, reference, hiding: range)
                let change = answer.reduce(0.0) {
                    $0 + Double(hidden[$1 - reference.promptCount]) - Double(reference.logprobs[$1 - 1])
                }
                #expect(abs(try #require(forced.answerLogprobChange) - change) < Double(logprobTolerance))
            }
        }
    }

    /// The response's log-probabilities with a step hidden, from the engine itself.
    private func logprobs(
        _ server: TestServer, _ reference: Reference, hiding hidden: Range<Int>
    ) async throws -> [Float] {
        var request = GenerationRequest(prompt: reference.promptIDs)
        request.forcedResponse = reference.responseIDs
        request.sampling.maxTokens = 0
        request.echoesForcedResponse = true
        request.detail = TokenDetail(logprobs: true)
        request.hidden = hidden
        var logprobs: [Float] = []
        for try await events in try server.engine.submit(request) {
            for case .echoed(let run) in events { logprobs += run.logprobs }
        }
        return logprobs
    }

    @Test("An answer that was stated before a step has no figures of its own")
    func earlierAnswer() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let (started, steps) = try await server.ablate(
                request(reference) {
                    $0.input = reference.input { $0.response = .text("So \\boxed{7}.\n\nThat is\n\nall I have.") }
                    $0.steps = [2]
                })
            #expect(started.answer == "7")
            let forced = try #require(steps.first?.forced)
            #expect(forced.answerTokens == 0)
            #expect(forced.answerDivergence == nil)
            #expect(forced.answerLogprobChange == nil)
            // No continuation takes the answer back.
            let sampled = try #require(steps.first?.sampled)
            #expect(sampled.tally(\.withStep) == ["7": 2])
            #expect(sampled.tally(\.withoutStep) == ["7": 2])
            #expect((sampled.totalVariation, sampled.divergence, sampled.changed) == (0, 0, 0))
        }
    }

    @Test(
        "Continuations with a step are those that Generate draws, those without it others",
        arguments: ["qwen2", "llama"])
    func sampled(policy: String) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let ablation = request(reference) {
                $0.samples = 6
                $0.steps = [3]
                $0.answer = .lastLine
            }
            let (started, steps) = try await server.ablate(ablation)
            #expect(started.answer == "Therefore the answer is \\boxed{42}")
            let sampled = try #require(steps.first?.sampled)
            let kept = Array(reference.ids[..<reference.steps[3].upperBound])
            let events = try await server.generate(
                make {
                    $0.prompt = .ids(kept)
                    $0.n = 6
                    $0.sampling = ablation.sampling
                })
            var texts = [String](repeating: "", count: 6)
            for case .tokens(let tokens) in events { texts[Int(tokens.index)] += tokens.run?.text ?? "" }
            let keptText = try #require(started.trace).steps[1...3].map(\.text).joined()
            let expected = texts.reduce(into: [String: Int32]()) { $0[lastLine(keptText + $1) ?? "", default: 0] += 1 }
            #expect(sampled.tally(\.withStep) == expected)
            #expect(sampled.tally(\.withoutStep) != expected)
            #expect(sampled.answers.reduce(0) { $0 + $1.withoutStep } == 6)
            #expect(sampled.totalVariation > 0)
            #expect((sampled.baseUnfinished, sampled.ablatedUnfinished) == (6, 6))
            #expect(try await server.ablate(ablation).1 == steps)
        }
    }

    @Test("Greedy continuations are all the same")
    func greedy() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let (_, steps) = try await server.ablate(
                request(reference) {
                    $0.answer = .lastLine
                    $0.samples = 3
                    $0.sampling?.temperature = 0
                    $0.steps = [1, 4]
                })
            for step in steps {
                let sampled = try #require(step.sampled)
                #expect(Array(sampled.tally(\.withStep).values) == [3])
                #expect(Array(sampled.tally(\.withoutStep).values) == [3])
                #expect([0, 1].contains(sampled.totalVariation))
                #expect(sampled.changed == sampled.totalVariation)
            }
        }
    }

    // MARK: Resampling

    @Test("Resampling compares continuations from a step's end with those from its start")
    func resample() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let (started, steps) = try await server.ablate(
                request(reference) {
                    $0.mode = .resample
                    $0.answer = .lastLine
                    $0.samples = 4
                    $0.steps = [4, 2, 3]
                })
            #expect(started.mode == .resample)
            #expect(started.steps == [2, 3, 4])
            #expect(steps.map(\.step) == [2, 3, 4])
            #expect(steps.allSatisfy { $0.forced == nil })
            let effects = try steps.map { try #require($0.sampled) }
            for effect in effects { #expect(effect.answers.reduce(0) { $0 + $1.withStep } == 4) }
            // Where a step ends the next one begins.
            #expect(effects[0].tally(\.withStep) == effects[1].tally(\.withoutStep))
            #expect(effects[1].tally(\.withStep) == effects[2].tally(\.withoutStep))
            let alone = try await server.ablate(
                request(reference) {
                    $0.mode = .resample
                    $0.answer = .lastLine
                    $0.samples = 4
                    $0.steps = [3]
                })
            #expect(alone.1 == [steps[1]])
        }
    }

    // MARK: Defaults

    @Test("A response is generated where none is given, and continued as it was drawn")
    func generated() async throws {
        try await TestServer.run { server in
            let (started, steps) = try await server.ablate(
                make {
                    $0.input = make {
                        $0.prompt = .text("Count.")
                        $0.response = .generate(
                            make {
                                $0.maxTokens = 12
                                $0.seed = 3
                                $0.temperature = 0.5
                                $0.ignoreEos = true
                            })
                    }
                    $0.steps = [1]
                })
            #expect(started.responseIds.count == 12)
            #expect(started.samples == 8)
            #expect(started.sampling?.maxTokens == 12)
            #expect(started.sampling?.seed == 3)
            #expect(started.sampling?.temperature == 0.5)
            #expect(steps.count == 1)
            #expect(steps.first?.sampled?.answers.reduce(0) { $0 + $1.withStep } == 8)
        }
    }

    @Test("Continuations that nobody limits may be twice as long as the response, and 256 tokens at least")
    func length() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            func limit(_ response: [Int32]) async throws -> Int32? {
                let ablation = request(reference) {
                    $0.input = reference.input { $0.response = .tokenIds(make { $0.ids = response }) }
                    $0.sampling?.maxTokens = nil
                    $0.samples = 0
                    $0.steps = [1]
                }
                return try await server.ablate(ablation).0.sampling?.maxTokens
            }
            let short = try await limit(reference.responseIDs)
            let long = try await limit(reference.responseIDs + reference.ids + reference.ids)
            #expect(short == 256)
            #expect(long == 348)
        }
    }

    // MARK: What is refused

    private struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fields: [String]
        let change: @Sendable (inout V1.AblateRequest) -> Void

        init(_ description: String, _ fields: [String], _ change: @escaping @Sendable (inout V1.AblateRequest) -> Void)
        {
            (testDescription, self.fields, self.change) = (description, fields, change)
        }
    }

    private static func response(_ text: String) -> @Sendable (inout V1.AblateRequest) -> Void {
        { $0.input?.response = .text(text) }
    }

    private static let refusals = [
        Refusal("a step there is not", ["steps[1]"]) { $0.steps = [2, 7] },
        Refusal("a negative step", ["steps[0]"]) { $0.steps = [-1] },
        Refusal("the prompt", ["steps[0]"]) { $0.steps = [0, 1] },
        Refusal("the last step, which nothing follows", ["steps[0]"]) { $0.steps = [6] },
        Refusal("a step twice", ["steps[2]"]) { $0.steps = [1, 2, 1] },
        Refusal("too many steps", ["steps"]) { $0.steps = (1...257).map { $0 } },
        Refusal("too many samples", ["samples"]) { $0.samples = 65 },
        Refusal("negative samples", ["samples"]) { $0.samples = -1 },
        Refusal("resampling without samples", ["samples"]) {
            $0.mode = .resample
            $0.samples = 0
        },
        Refusal("continuations of no tokens", ["sampling.max_tokens"]) { $0.sampling?.maxTokens = 0 },
        Refusal("a bad sampling option beside a bad response", ["sampling.top_p", "input.token_ids.ids[0]"]) {
            $0.sampling?.topP = 2
            $0.input?.response = .tokenIds(make { $0.ids = [-1] })
        },
        Refusal("a bad option of the response to generate, once", ["input.generate.top_p"]) {
            $0.input?.response = .generate(make { $0.topP = 2 })
            $0.sampling = nil
        },
        Refusal("a mode from the future", ["mode"]) { $0.mode = .init(rawValue: 9) },
        Refusal("a form of answer from the future", ["answer"]) { $0.answer = .init(rawValue: 9) },
        Refusal("no gap", ["capture.gap"]) { $0.capture?.gap = 0 },
        Refusal("no response", ["input"]) { $0.input?.response = nil },
        Refusal("an empty response", ["input", "answer"], response("")),
        Refusal("a response of one step", ["input"], response("One line.\n\n")),
        Refusal("a box asked for and not there", ["answer"]) {
            $0.input?.response = .text("One.\n\nTwo.\n\nThree.")
            $0.answer = .boxed
        },
        Refusal("a blank response", ["answer"], response("\n\n \n\n \n\n \n\n")),
    ]

    @Test("What makes no sense is refused by name", arguments: refusals)
    private func refused(refusal: Refusal) async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let error = await status { _ = try await server.ablate(request(reference, refusal.change)) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.info?.reason == "INVALID_FIELDS")
            #expect(error?.fields == refusal.fields, "\(error?.message ?? "")")
            #expect(await server.becomesIdle())
        }
    }

    @Test("A caller that leaves frees what it asked for")
    func leaving() async throws {
        let reference = try Reference("llama")
        try await TestServer.run(policies: ["llama"]) { server in
            let hasStarted = Guarded(false)
            let long = request(reference) {
                $0.samples = 64
                $0.sampling?.maxTokens = 4000
            }
            let task = Task {
                for try await _ in server.client.serverStreaming(V1.AnalysisService.ablate, long) {
                    hasStarted.withLock { $0 = true }
                }
            }
            #expect(await eventually { hasStarted.withLock { $0 } && server.engine.requestCount >= 2 })
            task.cancel()
            _ = await task.result
            #expect(await server.becomesIdle())
        }
    }
}
