import Compute
import Foundation
import Influence
import ModelFiles
import Policy
import Sampling
import TestSupport
import Testing
import Threads
import Tokenizing
import Trees

@testable import Rollouts

@Suite("Engine")
struct EngineTests {
    /// float32 against float64 through some layers; see the forward pass's tests.
    static let tolerance: Float = 1e-4
    static let names = ["qwen2", "qwen3", "llama", "smollm3", "gemma3_text", "qwen3_moe"]

    @Test("Greedy generation gives the reference's tokens", arguments: names)
    func greedy(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        let greedy = fixture.meta["greedy"] as! [String: [Int]]
        var request = GenerationRequest(prompt: greedy["prompt_ids"]!.map(Int32.init))
        request.sampling.temperature = 0
        request.sampling.maxTokens = greedy["new_ids"]!.count
        request.sampling.ignoresEndOfSequence = true
        let outcome = try await fixture.run(request)
        #expect(outcome.ids.map(Int.init) == greedy["new_ids"]!)
        #expect(outcome.finished[0]?.reason == .length)
        #expect(outcome.finished[0]?.version == 1)
        #expect(fixture.engine.requestCount == 0)
    }

    @Test("Scores equal the reference's log-probabilities and entropies", arguments: names)
    func score(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        var request = GenerationRequest(prompt: try fixture.tokens)
        request.sampling.maxTokens = 0
        request.echoesPrompt = true
        request.detail = TokenDetail(logprobs: true, topLogprobs: 3, entropies: true)
        let echoed = try await fixture.run(request).echoed
        #expect(try echoed.ids == fixture.tokens)
        #expect(echoed.text == fixture.meta["text"] as! String)
        #expect(echoed.logprobs[0].isNaN)
        let logprobs = try fixture.expected.floats("token_logprobs")
        #expect(pairs(echoed.logprobs.dropFirst(), logprobs).allSatisfy { abs($0 - $1) < Self.tolerance })
        let entropies = try fixture.expected.floats("entropies")
        #expect(pairs(echoed.entropies.dropFirst(), entropies.dropLast()).allSatisfy { abs($0 - $1) < Self.tolerance })
        #expect(echoed.top.dropFirst().allSatisfy { $0.count == 3 && $0[0].logprob >= $0[1].logprob })
    }

    @Test("Log-probabilities reported while sampling equal scores of the same tokens", arguments: names)
    func sampledLogprobs(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.topP = 0.7
        request.sampling.temperature = 0.8
        request.sampling.maxTokens = 60
        request.sampling.seed = 3
        request.sampling.ignoresEndOfSequence = true
        request.detail = TokenDetail(logprobs: true, entropies: true)
        let sampled = try await fixture.run(request).responses[0]!
        var score = GenerationRequest(prompt: try fixture.prompt)
        score.forcedResponse = sampled.ids
        score.echoesForcedResponse = true
        score.sampling.maxTokens = 0
        score.detail = request.detail
        let scored = try await fixture.run(score).echoed
        // One forward pass serves both: not near, equal.
        #expect(scored.logprobs == sampled.logprobs)
        #expect(scored.entropies == sampled.entropies)
        #expect(scored.start == fixture.promptCount)
    }

    @Test("The same seed gives the same tokens alone and among 44 requests")
    func seeds() async throws {
        let fixture = try EngineFixture(), tokens = try fixture.tokens
        @Sendable func request(_ seed: Int) throws -> GenerationRequest {
            var request = GenerationRequest(prompt: Array(tokens.prefix(4 + seed % 30)))
            request.sampling.maxTokens = 40 + seed % 7
            request.sampling.seed = UInt64(seed)
            request.sampling.topP = 0.95
            return request
        }
        let alone = try await fixture.run(try request(7)).ids
        let together = try await withThrowingTaskGroup(of: (Int, [Int32]).self) { group in
            for seed in 0..<44 { group.addTask { (seed, try await fixture.run(try request(seed)).ids) } }
            return try await group.reduce(into: [Int: [Int32]]()) { $0[$1.0] = $1.1 }
        }
        #expect(together[7] == alone)
        #expect(Set(together.values).count > 30, "different seeds should differ")
    }

    @Test("Several responses to one prompt equal the same responses drawn one by one")
    func severalResponses() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.tokens)
        request.count = 5
        request.sampling.maxTokens = 20
        request.sampling.seed = 11
        request.detail = TokenDetail(logprobs: true)
        let outcome = try await fixture.run(request)
        #expect(outcome.responses.count == 5)
        #expect(outcome.finished.count == 5)
        #expect(Set(outcome.responses.values.map(\.ids)).count == 5)
        // The first response draws from stream 0, as a request for one response does.
        request.count = 1
        let single = try await EngineFixture().run(request)
        #expect(single.responses[0] == outcome.responses[0])
    }

    @Test("Several responses that continue a given one equal scores of the same tokens", arguments: [false, true])
    func severalContinuations(_ captures: Bool) async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.forcedResponse = try fixture.response
        request.count = 4
        request.sampling.maxTokens = 20
        request.sampling.ignoresEndOfSequence = true
        request.detail = TokenDetail(logprobs: true)
        if captures { request.capture = CaptureParameters() }
        let outcome = try await fixture.run(request)
        for response in outcome.responses.values {
            var score = GenerationRequest(prompt: request.prompt + request.forcedResponse)
            score.forcedResponse = response.ids
            score.echoesForcedResponse = true
            score.sampling.maxTokens = 0
            score.detail = request.detail
            let scored = try await EngineFixture().run(score).echoed
            #expect(scored.logprobs == response.logprobs)
            #expect(scored.start == response.start && scored.ids.count == 20)
        }
        #expect(Set(outcome.responses.values.map(\.ids)).count == 4)
    }

    @Test("A prompt seen before comes from the cache and changes nothing")
    func prefixCache() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.tokens + fixture.tokens + fixture.tokens)
        request.sampling.maxTokens = 30
        request.detail = TokenDetail(logprobs: true)
        let cold = try await fixture.run(request)
        let warm = try await fixture.run(request)
        #expect(cold.cached == 0)
        // All but the last token, whose logits are wanted.
        #expect(warm.cached == request.prompt.count - 1)
        #expect(cold.responses == warm.responses)
    }

    @Test("Short of memory, sequences stop and go on with the same tokens")
    func memory() async throws {
        let perToken = 3 * 2 * 2 * 16 * 4
        let small = try EngineFixture { $0.keyValueBytes = 64 * 9 * perToken }
        let large = try EngineFixture()
        var request = GenerationRequest(prompt: try small.prompt)
        request.count = 8
        request.sampling.maxTokens = 150
        request.sampling.ignoresEndOfSequence = true
        let tight = try await small.run(request), roomy = try await large.run(request)
        #expect(tight.responses == roomy.responses)
        #expect(tight.responses.values.allSatisfy { $0.ids.count == 150 })
    }

    @Test("Stop texts end the response and are cut from it")
    func stopTexts() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 60
        request.sampling.temperature = 0
        request.sampling.ignoresEndOfSequence = true
        let whole = try await fixture.run(request).text
        let characters = Array(whole)
        let stop = String(characters[20..<24])
        request.sampling.stopTexts = ["never in there", stop]
        let stopped = try await fixture.run(request)
        #expect(stopped.finished[0]?.reason == .stopText(stop))
        #expect(stopped.text == String(whole[..<whole.range(of: stop)!.lowerBound]))
    }

    @Test("Stop tokens end the response; fewer than the least number are not drawn")
    func stopTokens() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 400
        request.sampling.seed = 5
        let free = try await fixture.run(request)
        let stop = free.ids[2]
        request.sampling.stopTokens = [stop]
        let stopped = try await fixture.run(request)
        #expect(stopped.finished[0]?.reason == .stopToken(stop))
        #expect(stopped.ids == Array(free.ids.prefix(free.ids.firstIndex(of: stop)! + 1)))
        request.sampling.minTokens = 50
        let longer = try await fixture.run(request)
        #expect(longer.ids.count >= 50)
        #expect(!longer.ids.prefix(50).contains(stop))
    }

    @Test("A stop text ends no response before the least number of tokens, and counts from then on")
    func stopTextsAfterMinimum() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 60
        request.sampling.temperature = 0
        request.sampling.ignoresEndOfSequence = true
        let tokenizer = try fixture.engine.policy("").tokenizer
        let whole = try await fixture.run(request)
        // A text that the tenth token completes, and with which of the later ones it is complete again.
        let stop = try #require(tokenizer.decode(Array(whole.ids[8..<10])).last.map(String.init))
        let ends = whole.ids.indices.filter { tokenizer.decode([whole.ids[$0]]).contains(stop) }
        request.sampling.stopTexts = [stop]
        for least in [0, 9, 10, 15, 59, 60] {
            request.sampling.minTokens = least
            let stopped = try await fixture.run(request)
            let end = ends.first { $0 >= least }
            #expect(stopped.ids == Array(whole.ids[...(end ?? 59)]))
            #expect(stopped.finished[0]?.reason == (end == nil ? .length : .stopText(stop)))
            #expect(whole.text.hasPrefix(stopped.text))
        }
        #expect(ends.contains { $0 < 10 })
    }

    @Test("A cancelled request is freed and others go on")
    func cancellation() async throws {
        let fixture = try EngineFixture()
        var long = GenerationRequest(prompt: try fixture.prompt)
        long.sampling.maxTokens = 500
        long.sampling.ignoresEndOfSequence = true
        let generation = try fixture.engine.submit(long)
        generation.cancel()
        await #expect(throws: EngineError.cancelled) {
            for try await _ in generation {}
        }
        long.sampling.maxTokens = 5
        #expect(try await fixture.run(long).ids.count == 5)
        #expect(fixture.engine.requestCount == 0)
    }

    @Test("Hundreds of requests for many responses, given up at once, hold the engine no longer than a moment")
    func manyGivenUp() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.count = 256
        // The system clears pages of key/value memory when they are first touched, tens of milliseconds for all of them.
        var short = request
        short.sampling.maxTokens = 1
        for generation in try [fixture.engine.submit(short), fixture.engine.submit(short)] {
            for try await _ in generation {}
        }
        fixture.engine.forgetWorstHold()
        for _ in 0..<3 {
            let taken = try (0..<fixture.engine.configuration.responseLimit / 256).map { _ in
                try fixture.engine.submit(request)
            }
            #expect(throws: EngineError.self) { _ = try fixture.engine.submit(request) }
            for generation in taken { generation.cancel() }
            for generation in taken {
                await #expect(throws: EngineError.cancelled) { for try await _ in generation {} }
            }
            #expect(fixture.engine.requestCount == 0)
        }
        // Processor time, as the machine may be busy with other things.
        let worst = try #require(fixture.engine.worstHold)
        #expect(worst.processor < processorLimit(.milliseconds(50)), "\(worst)")
    }

    @Test("Where one request is allowed, the next may come as soon as the last event was read")
    func oneAfterAnother() async throws {
        let fixture = try EngineFixture { $0.requestLimit = 1 }
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 1
        for _ in 0..<200 {
            for try await _ in try fixture.engine.submit(request) {}
        }
    }

    @Test("Requests that make no sense are refused by name")
    func refusals() throws {
        let fixture = try EngineFixture()
        func refused(_ change: (inout GenerationRequest) throws -> Void) throws -> EngineError? {
            var request = GenerationRequest(prompt: try fixture.prompt)
            try change(&request)
            do throws(EngineError) {
                _ = try fixture.engine.submit(request)
                return nil
            } catch { return error }
        }
        #expect(try refused { $0.prompt = [] } == .emptyPrompt)
        #expect(try refused { $0.prompt = [512] } == .tokenOutOfRange(id: 512, vocabulary: 512))
        #expect(
            try refused { $0.prompt = [Int32](repeating: 1, count: 512) } == .contextExceeded(tokens: 512, context: 512)
        )
        #expect(try refused { $0.policy = "none" } == .unknownPolicy(name: "none", loaded: ["qwen2"]))
        for change: (inout GenerationRequest) -> Void in [
            { $0.count = 0 }, { $0.detail.topLogprobs = 21 }, { $0.sampling.temperature = .nan },
            {
                $0.capture = CaptureParameters(); $0.capture?.gap = 0
            },
            {
                $0.capture = CaptureParameters(); $0.capture?.heads = [HeadIndex(layer: 3, head: 0)]
            },
        ] {
            guard case .invalidParameter = try refused(change) else {
                Issue.record("a senseless request was taken")
                continue
            }
        }
    }

    @Test("While captures take too much memory, the request that has the most ends and others go on")
    func captureMemory() async throws {
        let fixture = try EngineFixture { $0.captureBytes = 64 << 10 }
        var plain = GenerationRequest(prompt: try fixture.prompt)
        plain.sampling.maxTokens = 100
        plain.sampling.ignoresEndOfSequence = true
        let other = plain
        async let undisturbed = fixture.run(other)
        var captured = plain
        captured.count = 200
        captured.sampling.maxTokens = 200
        captured.capture = CaptureParameters()
        captured.capture?.heads = [HeadIndex(layer: 0, head: 0)]
        let error = await #expect(throws: EngineError.self) { _ = try await fixture.run(captured) }
        guard case .capturesTooLarge(_, limit: 64 << 10) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let drawn = try await undisturbed.ids
        #expect(drawn.count == 100)
        // What it held is free again.
        captured.count = 1
        let alone = try await fixture.run(captured)
        #expect(alone.finished[0]?.trace != nil)
    }

    @Test("An owner's captures that fit alone are told when to try again; one that never fits is not")
    func captureQuota() async throws {
        let fixture = try EngineFixture()
        var captured = GenerationRequest(prompt: try fixture.prompt)
        captured.sampling.maxTokens = 200
        captured.sampling.ignoresEndOfSequence = true
        captured.capture = CaptureParameters()
        captured.capture?.heads = [HeadIndex(layer: 0, head: 0)]
        var alone = RequestOwner(name: "alone")
        alone.captureBytes = 1
        let never = await #expect(throws: EngineError.self) {
            _ = try await RequestOwner.$current.withValue(alone) { try await fixture.run(captured) }
        }
        #expect(never == .quotaFull(.captureBytes, limit: 1, retryAfter: nil))
        // Among many at once, whose captures are within the limit one by one.
        var together = RequestOwner(name: "together")
        together.captureBytes = 64 << 10
        let (owner, request) = (together, captured)
        let errors = await withTaskGroup(of: EngineError?.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        _ = try await RequestOwner.$current.withValue(owner) { try await fixture.run(request) }
                        return nil
                    } catch {
                        return error as? EngineError
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let refused = errors.compactMap { $0 }
        #expect(!refused.isEmpty && refused.count < errors.count, "\(refused.count)")
        for error in refused {
            #expect(error == .quotaFull(.captureBytes, limit: 64 << 10, retryAfter: .seconds(1)))
        }
    }

    @Test("What a key may have is said in words, and when to try again is not rounded down")
    func quotaWords() {
        let texts = [
            EngineError.quotaFull(.requests, limit: 1, retryAfter: .milliseconds(1001)),
            .quotaFull(.tokensPerMinute, limit: 600, retryAfter: .milliseconds(10)),
            .quotaFull(.responses, limit: 4, retryAfter: nil),
        ].map(\.description)
        #expect(
            texts == [
                "Your key is limited to 1 request, and that is used up. Try again in 2 s.",
                "Your key is limited to 600 tokens a minute, and that is used up. Try again in 1 s.",
                "Your key is limited to 4 responses, and the request asks for more. Ask for less, or for a key with "
                    + "a higher limit.",
            ])
        let alone = EngineError.capturesTooLarge(bytes: 3_000_000, limit: 2_000_000).description
        let together = EngineError.capturesTooLarge(bytes: 1_000_000, limit: 2_000_000).description
        #expect(!alone.contains("Try again") && together.contains("Try again shortly"), "\(alone) \(together)")
    }

    @Test("A full queue refuses, and takes requests again when it has emptied")
    func queue() async throws {
        let fixture = try EngineFixture { $0.requestLimit = 2 }
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 300
        request.sampling.ignoresEndOfSequence = true
        // Unread, they stall before they end.
        request.count = 16
        let taken = [try fixture.engine.submit(request), try fixture.engine.submit(request)]
        #expect(throws: EngineError.queueFull(requests: 2, limit: 2)) { _ = try fixture.engine.submit(request) }
        for generation in taken { for try await _ in generation {} }
        request.count = 1
        let next = try fixture.engine.submit(request)
        for try await _ in next {}
        fixture.engine.stop()
        #expect(throws: EngineError.shuttingDown) { _ = try fixture.engine.submit(request) }
    }

    @Test("Versions that are loaded at the same time get numbers of their own")
    func versions() async throws {
        let fixture = try EngineFixture()
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    try fixture.engine.load(directory: Fixtures.url("qwen2"), asNewVersion: true).version
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == [2, 3, 4, 5, 6, 7])
        #expect(try fixture.engine.policy("").versions.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test("A request that stalled unread goes on where the engine sleeps")
    func resumes() async throws {
        let fixture = try EngineFixture()
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.count = 16
        request.sampling.maxTokens = 300
        request.sampling.ignoresEndOfSequence = true
        let generation = try fixture.engine.submit(request)
        #expect(await eventually { generation.isStalled })
        var count = 0
        for try await events in generation {
            for case .tokens(_, let run) in events { count += run.ids.count }
        }
        #expect(count == 16 * 300)
    }

    @Test("Unloading a policy ends its requests and no others")
    func unloading() async throws {
        let fixture = try EngineFixture()
        _ = try fixture.engine.load(directory: Fixtures.url("llama"), precision: .float32)
        var request = GenerationRequest(prompt: [5, 6, 7])
        request.sampling.maxTokens = 450
        request.sampling.ignoresEndOfSequence = true
        request.policy = "qwen2"
        // Unread, it stalls before it ends.
        request.count = 16
        let doomed = try fixture.engine.submit(request)
        request.policy = "llama"
        request.count = 1
        let other = try fixture.engine.submit(request)
        try fixture.engine.unload("qwen2")
        await #expect(throws: EngineError.policyUnloaded(name: "qwen2")) { for try await _ in doomed {} }
        var count = 0
        for try await events in other {
            for case .tokens(_, let run) in events { count += run.ids.count }
        }
        #expect(count == 450)
    }
}

@Suite("Engine traces")
struct EngineTraceTests {
    static let tolerance: Float = 1e-5

    @Test("Influence of a given response equals the reference", arguments: EngineTests.names, [1, 2, 4])
    func influence(_ name: String, _ gap: Int) async throws {
        let fixture = try EngineFixture(name)
        let trace = try #require(try await fixture.run(try fixture.traceRequest(gap: gap)).finished[0]?.trace)
        let expected = (fixture.meta["fci"] as! [String: [Double]])["\(gap)"]!
        #expect(trace.influence.count == expected.count)
        #expect(pairs(trace.influence, expected).allSatisfy { abs($0 - Float($1)) < Self.tolerance })
        let ranges = (fixture.meta["step_ranges"] as! [[Int]]).map { $0[0]..<$0[1] }
        #expect(trace.segmentation.ranges == ranges)
    }

    @Test("A trace is the same cold, from a shared prefix, in small chunks, and with 32 neighbours")
    func sameTrace() async throws {
        let fixture = try EngineFixture()
        let cold = try #require(try await fixture.run(try fixture.traceRequest(gap: 1)).finished[0]?.trace)
        let warm = try #require(try await fixture.run(try fixture.traceRequest(gap: 1)).finished[0]?.trace)
        let chunked = try EngineFixture { $0.stepTokens = 8 }
        let small = try #require(try await chunked.run(try chunked.traceRequest(gap: 1)).finished[0]?.trace)
        let crowded = try await withThrowingTaskGroup(of: AttentionTrace?.self) { group in
            for i in 0..<32 {
                group.addTask {
                    var request = GenerationRequest(prompt: try Array(fixture.tokens.prefix(3 + i)))
                    request.sampling.maxTokens = 30
                    _ = try await fixture.run(request)
                    return nil
                }
            }
            group.addTask { try await fixture.run(try fixture.traceRequest(gap: 1)).finished[0]?.trace }
            return try await group.reduce(nil) { $0 ?? $1 }
        }
        for other in [warm, small, try #require(crowded)] {
            #expect(other.perHead == cold.perHead)
            #expect(other.meanMap == cold.meanMap)
            #expect(other.maxMap == cold.maxMap)
        }
    }

    @Test("A generated response's trace equals that of the same tokens given", arguments: EngineTests.names)
    func generated(_ name: String) async throws {
        let fixture = try EngineFixture(name)
        var request = GenerationRequest(prompt: try fixture.prompt)
        request.sampling.maxTokens = 120
        request.sampling.seed = 2
        request.sampling.ignoresEndOfSequence = true
        request.capture = CaptureParameters()
        request.capture?.gap = 2
        let drawn = try await fixture.run(request)
        let trace = try #require(drawn.finished[0]?.trace)
        var again = try fixture.traceRequest(gap: 2)
        again.forcedResponse = drawn.ids
        let given = try #require(try await fixture.run(again).finished[0]?.trace)
        #expect(given.segmentation == trace.segmentation)
        #expect(given.perHead == trace.perHead)
        guard trace.segmentation.separator != .token else {
            #expect(drawn.closed.isEmpty, "each token would be reported as a step")
            return
        }
        #expect(drawn.closed[0]?.last?.tokens.upperBound == fixture.promptCount + 120)
        #expect(drawn.closed[0]?.count == trace.segmentation.count - 1)
    }

    @Test("A response without a blank line is cut at newlines, one without newlines at tokens")
    func otherSeparators() async throws {
        let fixture = try EngineFixture()
        let tokenizer = try fixture.engine.policy("").tokenizer
        for (text, separator, steps) in [
            ("one\ntwo\nthree", StepSeparator.line, 4), ("one two", .token, nil), ("one\n\ntwo", .blankLine, 3),
            ("one.\n\ntwo. three", .sentence, 4), ("one;two\nthree", .text(";"), 3), ("one\ntwo", .blankLine, 2),
        ] {
            var request = try fixture.traceRequest(gap: 1)
            request.forcedResponse = tokenizer.encode(text)
            if steps != nil, separator != .line { request.capture?.separator = separator }
            let trace = try #require(try await fixture.run(request).finished[0]?.trace)
            #expect(trace.segmentation.separator == separator)
            #expect(trace.segmentation.count == steps ?? request.forcedResponse.count + 1)
            // Each step's row is a distribution over steps, averaged: weighted by lengths it sums to 1 per query token.
            for j in 1..<trace.segmentation.count {
                let weighted = zip(trace.meanMap.row(j), trace.segmentation.ranges).map { $0 * Float($1.count) }
                let mass = weighted.reduce(0, +)
                #expect(abs(mass - 1) < 1e-5)
            }
        }
    }

    @Test(
        "A separator cuts a response the same while it is drawn and when it is given, in chunks of any size",
        arguments: [nil, StepSeparator.blankLine, .line, .sentence, .token, .text("e")])
    func anySeparator(separator: StepSeparator?) async throws {
        let fixture = try EngineFixture(), narrow = try EngineFixture { $0.stepTokens = 3 }
        var request = try fixture.traceRequest(gap: 2)
        request.capture?.separator = separator
        request.forcedResponse = []
        request.sampling.maxTokens = 80
        request.sampling.temperature = 1.5
        request.sampling.ignoresEndOfSequence = true
        let drawn = try await fixture.run(request)
        let trace = try #require(drawn.finished[0]?.trace)
        if let separator { #expect(trace.segmentation.separator == separator) }
        var again = request
        again.forcedResponse = drawn.ids
        again.sampling.maxTokens = 0
        for engine in [fixture, narrow] {
            let given = try #require(try await engine.run(again).finished[0]?.trace)
            #expect(given.segmentation == trace.segmentation)
            #expect(given.perHead == trace.perHead && given.excess == trace.excess)
        }
        guard trace.segmentation.separator != .token else { return }
        #expect(drawn.closed[0]?.map(\.tokens) == Array(trace.segmentation.ranges.dropFirst()))
    }

    @Test(
        "Without a choice, lines before the first blank line are one step; if none comes, lines are steps: in one pass",
        arguments: [
            ("one\ntwo\nthree\n\nfour\nfive\n\nsix", StepSeparator.blankLine), ("one\n \n\ntwo\nthree", .blankLine),
            ("one\ntwo\n\n", .blankLine), ("one\ntwo\nthree", .line), ("\n\none\ntwo", .line),
        ])
    func undecided(text: String, separator: StepSeparator) async throws {
        let fixture = try EngineFixture(), narrow = try EngineFixture { $0.stepTokens = 3 }
        let tokenizer = try fixture.engine.policy("").tokenizer
        var request = try fixture.traceRequest(gap: 1)
        request.forcedResponse = tokenizer.encode(text)
        let all = try await fixture.run(request), found = try #require(all.finished[0])
        let trace = try #require(found.trace)
        request.capture?.separator = separator
        // An engine of its own, whose cache has nothing of the prompt either.
        let chosen = try await EngineFixture().run(request), wanted = try #require(chosen.finished[0])
        let other = try #require(wanted.trace)
        #expect(trace.segmentation == other.segmentation && trace.segmentation.separator == separator)
        #expect(found.computedTokens == wanted.computedTokens)
        #expect(all.closed[0]?.map(\.tokens) == chosen.closed[0]?.map(\.tokens))
        #expect(all.closed[0]?.last?.influence == Array(trace.influence))
        // Sums of lines are added up behind them, in another order.
        #expect(zip(trace.perHead, other.perHead).allSatisfy { abs($0 - $1) <= 1e-6 * max($0, $1) })
        #expect(zip(trace.meanMap.values, other.meanMap.values).allSatisfy { abs($0 - $1) <= 1e-6 * max($0, $1) })
        request.capture?.separator = nil
        let again = try await narrow.run(request)
        #expect(again.finished[0]?.trace?.perHead == trace.perHead)
        #expect(again.finished[0]?.trace?.meanMap == trace.meanMap)
    }

    @Test("Raw rows of prompt and response are the reference's, whatever was cached")
    func rawRows() async throws {
        let fixture = try EngineFixture()
        let count = try fixture.tokens.count, heads = 4, expected = try fixture.expected.floats("attentions")
        var request = try fixture.traceRequest()
        request.capture?.rawRows = [.init(head: HeadIndex(layer: 2, head: 1), queries: 3..<count)]
        for _ in 0..<2 {
            let raw = try #require(try await fixture.run(request).finished[0]?.trace?.raw.first)
            #expect(raw.rows.count == count - 3)
            for (offset, row) in raw.rows.enumerated() {
                let base = ((2 * heads + 1) * count + 3 + offset) * count
                #expect(row.indices.allSatisfy { abs(row[$0] - expected[base + $0]) < Self.tolerance })
            }
        }
    }

    @Test("A traced response that is stopped for memory comes out the same")
    func stopped() async throws {
        let perToken = 3 * 2 * 2 * 16 * 4
        let small = try EngineFixture { $0.keyValueBytes = 64 * 7 * perToken }, large = try EngineFixture()
        var request = GenerationRequest(prompt: try small.prompt)
        request.count = 4
        request.sampling.maxTokens = 170
        request.sampling.ignoresEndOfSequence = true
        request.capture = CaptureParameters()
        request.capture?.gap = 1
        let tight = try await small.run(request), roomy = try await large.run(request)
        #expect(tight.responses == roomy.responses)
        for index in 0..<4 {
            #expect(tight.finished[index]?.trace?.perHead == roomy.finished[index]?.trace?.perHead)
        }
    }
}
