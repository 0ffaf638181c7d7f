import TestSupport
import Testing
import Wire

extension [V1.TraceResponse.Part] {
    var runs: [V1.TokenRun] { compactMap { if case .tokens(let run) = $0 { run } else { nil } } }
    var trace: V1.Trace? { compactMap { if case .trace(let trace) = $0 { trace } else { nil } }.first }
    var maps: [V1.StepMapRows] { compactMap { if case .stepMap(let rows) = $0 { rows } else { nil } } }
    var rawRows: [V1.RawAttentionRows] { compactMap { if case .rawRows(let rows) = $0 { rows } else { nil } } }
    var states: [V1.HiddenStates] { compactMap { if case .hiddenStates(let states) = $0 { states } else { nil } } }
}

extension Reference {
    /// The reference text as prompt and given response.
    func input(_ fill: (inout V1.TraceInput) -> Void = { _ in }) -> V1.TraceInput {
        make {
            $0.prompt = .ids(promptIDs)
            $0.response = .tokenIds(make { $0.ids = responseIDs })
            fill(&$0)
        }
    }
}

@Suite("Trace")
struct TraceTests {
    @Test(
        "Steps and influence are the reference's", arguments: ["qwen2", "qwen3", "llama"], [1, 2, 4])
    func influence(policy: String, gap: Int) async throws {
        let reference = try Reference(policy)
        try await TestServer.run(policies: [policy]) { server in
            let parts = try await server.trace(
                make {
                    $0.input = reference.input()
                    $0.capture = make {
                        $0.gap = Int32(gap)
                        $0.topHeads = 2
                    }
                    $0.detail = make {
                        $0.logprobs = true
                        $0.entropies = true
                    }
                })
            let trace = try #require(parts.trace)
            #expect(trace.steps.map { Int($0.start)..<Int($0.end) } == reference.steps)
            #expect(trace.steps.map(\.text).joined() == reference.text)
            #expect(distance(trace.steps.map(\.influence), try #require(reference.influence[gap])) < influenceTolerance)
            #expect(trace.gap == Int32(gap))
            #expect(trace.separator == .blankLine)
            #expect(trace.promptTokens == Int32(reference.promptCount))
            #expect(trace.totalTokens == Int32(reference.ids.count))

            let (layers, heads) = (Int(trace.layers), Int(trace.heads))
            let perHead = try reference.tensors.floats("fci_per_head.\(gap)")
            #expect(perHead.count == layers * heads * trace.steps.count)
            for step in trace.steps where step.influence > 0 {
                #expect(step.topHeads.count == 2)
                for top in step.topHeads {
                    let head = try #require(top.head)
                    let index = Int(head.layer) * heads + Int(head.head)
                    let expected = perHead[index * trace.steps.count + Int(step.index)]
                    #expect(abs(top.influence - expected) < influenceTolerance)
                }
                #expect(step.topHeads.first?.influence == step.influence)
            }

            let runs = parts.runs
            #expect(runs.flatMap(\.ids) == reference.responseIDs)
            #expect(
                distance(runs.flatMap(\.logprobs), reference.logprobs[(reference.promptCount - 1)...])
                    < logprobTolerance)
            for step in trace.steps.dropFirst() {
                let own = reference.logprobs[Int(step.start) - 1..<Int(step.end) - 1]
                #expect(abs(step.meanLogprob - own.reduce(0, +) / Float(own.count)) < logprobTolerance)
                let entropies = reference.entropies[Int(step.start) - 1..<Int(step.end) - 1]
                #expect(abs(step.meanEntropy - entropies.reduce(0, +) / Float(entropies.count)) < logprobTolerance)
            }
            // The prompt's were not asked for.
            #expect(trace.steps.first?.meanLogprob.isNaN == true)
        }
    }

    /// Step attention of the reference: [layer, head, later step, earlier step].
    private func pooled(_ reference: Reference, heads: Int, steps: Int, _ pool: ([Float]) -> Float) throws -> [Float] {
        let values = try reference.tensors.floats("step_attention")
        var result: [Float] = []
        for j in 0..<steps {
            for k in 0...j { result.append(pool((0..<heads).map { values[($0 * steps + j) * steps + k] })) }
        }
        return result
    }

    @Test("Step maps are the reference's: mean, maximum, and of single heads")
    func maps() async throws {
        let reference = try Reference("qwen2")
        let steps = reference.steps.count
        try await TestServer.run { server in
            func traced(_ fill: (inout V1.CaptureOptions) -> Void) async throws -> [V1.StepMapRows] {
                var request = V1.TraceRequest()
                request.input = reference.input()
                request.capture = make(V1.CaptureOptions.self, fill)
                return try await server.trace(request).maps
            }
            let mean = try #require(try await traced({ _ in }).first)
            #expect(mean.kind == .mean)
            #expect(mean.rowCount == Int32(steps))
            // The prompt's own row is known without looking; see the engine's notes on capture.
            let expectedMean = try pooled(reference, heads: 12, steps: steps) { $0.reduce(0, +) / 12 }
            #expect(distance(mean.values, expectedMean) < influenceTolerance)

            let most = try #require(try await traced({ $0.stepMap = .max }).first)
            let expectedMax = try pooled(reference, heads: 12, steps: steps) { $0.max() ?? 0 }
            #expect(distance(most.values, expectedMax) < influenceTolerance)

            let single = try await traced {
                $0.stepMap = .heads
                $0.heads = [
                    make {
                        $0.layer = 1
                        $0.head = 2
                    },
                    make {
                        $0.layer = 0
                        $0.head = 3
                    },
                ]
            }
            #expect(single.map { [$0.head?.layer, $0.head?.head] } == [[1, 2], [0, 3]])
            let expectedHead = try pooled(reference, heads: 12, steps: steps) { $0[6] }
            #expect(distance(try #require(single.first).values, expectedHead) < influenceTolerance)

            #expect(try await traced({ $0.stepMap = .noMap }).isEmpty)
        }
    }

    @Test("Hidden states are the reference's means over steps, of the last layer unless another is chosen")
    func hiddenStates() async throws {
        let reference = try Reference("qwen2"), steps = reference.steps.count
        let tensors = try ReferenceTensors(fixture: "qwen2/hidden_states.safetensors")
        let (expected, response) = (try tensors.floats("steps"), try tensors.floats("response"))
        try await TestServer.run { server in
            for (asked, layer) in [(nil, 3), (Int32(1), 1)] as [(Int32?, Int)] {
                let parts = try await server.trace(
                    make {
                        $0.input = reference.input()
                        $0.capture = make { $0.hiddenStates = make { $0.layer = asked } }
                    })
                let states = try #require(parts.states.first), width = Int(states.width)
                #expect(parts.states.count == 1)
                #expect(states.layer == Int32(layer) && states.firstStep == 1 && states.rowCount == Int32(steps - 1))
                #expect(!states.stepsDropped)
                let rows = expected[(layer * steps + 1) * width..<(layer + 1) * steps * width]
                #expect(distance(states.values, rows) < stateTolerance)
                #expect(distance(states.response, response[layer * width..<(layer + 1) * width]) < stateTolerance)
            }
            #expect(try await server.trace(make { $0.input = reference.input() }).states.isEmpty)
        }
    }

    @Test("Raw rows are the reference's softmax rows")
    func rawRows() async throws {
        let reference = try Reference("llama")
        try await TestServer.run(policies: ["llama"]) { server in
            let parts = try await server.trace(
                make {
                    $0.input = reference.input()
                    $0.capture = make {
                        $0.rawRows = [
                            make {
                                $0.head = make {
                                    $0.layer = 2
                                    $0.head = 5
                                }
                                $0.queryStart = 20
                                $0.queryEnd = 33
                            }
                        ]
                    }
                })
            let rows = try #require(parts.rawRows.first)
            #expect(parts.rawRows.count == 1)
            #expect(rows.firstQuery == 20)
            #expect(rows.rowCount == 13)
            let attention = try reference.tensors.floats("attentions"), tokens = reference.ids.count
            let first = (2 * 6 + 5) * tokens * tokens
            let expected = (20..<33).flatMap { query -> ArraySlice<Float> in
                let start = first + query * tokens
                return attention[start...start + query]
            }
            #expect(distance(rows.values, expected) < influenceTolerance)
        }
    }

    @Test("A response given as text is tokenized on its own, so that the prompt's tokens stay")
    func givenText() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let response = String(reference.text.dropFirst("Let us compute 12 + 30.\n\n".count))
            var prompt = V1.Prompt.text(response)
            prompt.addSpecialTokens = false
            let tokens = try await server.tokenize(prompt)
            let parts = try await server.trace(
                make { $0.input = reference.input { $0.response = .text(response) } })
            #expect(parts.runs.flatMap(\.ids) == tokens.ids)
            #expect(parts.trace?.promptTokens == Int32(reference.promptCount))
            #expect(parts.trace?.steps.dropFirst().map(\.text).joined() == response)
        }
    }

    @Test("A response can be generated first")
    func generated() async throws {
        let reference = try Reference("qwen3")
        try await TestServer.run(policies: ["qwen3"]) { server in
            let sampling = make(V1.SamplingOptions.self) {
                $0.temperature = 0
                $0.maxTokens = 48
                $0.ignoreEos = true
            }
            let input = make(V1.TraceInput.self) {
                $0.prompt = .ids(reference.greedy.prompt_ids)
                $0.response = .generate(sampling)
            }
            let parts = try await server.trace(make { $0.input = input })
            #expect(parts.runs.flatMap(\.ids) == reference.greedy.new_ids)
            let trace = try #require(parts.trace)
            #expect(trace.totalTokens == 57)
            #expect(trace.steps.dropFirst().map(\.text).joined() == parts.runs.map(\.text).joined())
        }
    }

    @Test("An empty response has the prompt as its only step")
    func emptyResponse() async throws {
        let reference = try Reference("qwen2")
        try await TestServer.run { server in
            let parts = try await server.trace(make { $0.input = reference.input { $0.response = .text("") } })
            #expect(parts.trace?.steps.count == 1)
            #expect(parts.runs.isEmpty)
        }
    }

    @Test("A separator can be chosen, and one that makes no sense is refused by its field")
    func separators() async throws {
        try await TestServer.run { server in
            func trace(_ separator: V1.StepSeparator, _ text: String = "") async throws -> V1.Trace? {
                try await server.trace(
                    make {
                        $0.input = make {
                            $0.prompt = .text("Count.")
                            $0.response = .text("One. Two.\nThree##four")
                        }
                        $0.capture = make {
                            $0.separator = separator
                            $0.separatorText = text
                        }
                    }
                ).trace
            }
            let lines = try await trace(.line), sentences = try await trace(.sentence),
                texts = try await trace(.text, "##")
            #expect(lines?.steps.dropFirst().map(\.text) == ["One. Two.\n", "Three##four"])
            #expect(sentences?.separator == .sentence && (sentences?.steps.count ?? 0) == 4)
            #expect(texts?.separator == .text && (texts?.steps.count ?? 0) >= 2)
            for (separator, text) in [(V1.StepSeparator.text, ""), (.line, "#"), (V1.StepSeparator(rawValue: 77), "")] {
                let error = await #expect(throws: RPCError.self) { _ = try await trace(separator, text) }
                #expect(error?.code == .invalidArgument)
                #expect(error?.message.contains("capture.separator") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("Steps from </think> on are marked, and scored only when asked")
    func afterThinking() async throws {
        try await TestServer.run { server in
            let text = "One.\n\nTwo.\n\nThree.\n\n</think>\n\nFour.\n\nFive.\n\nSix.\n\n"
            func trace(including: Bool) async throws -> V1.Trace {
                let parts = try await server.trace(
                    make {
                        $0.input = make {
                            $0.prompt = .text("Count.")
                            $0.response = .text(text)
                        }
                        $0.capture = make {
                            $0.gap = 1
                            $0.includeAfterThinking = including
                        }
                    })
                return try #require(parts.trace)
            }
            let without = try await trace(including: false), with = try await trace(including: true)
            let marked = without.steps.filter(\.afterThinking)
            #expect(marked.first?.text.contains("</think>") == true)
            #expect(marked.allSatisfy { $0.influence == 0 })
            #expect(with.steps.filter(\.afterThinking).contains { $0.influence > 0 })
            #expect(without.steps.contains { !$0.afterThinking && $0.influence > 0 })
        }
    }
}
