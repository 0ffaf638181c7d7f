import JSONCoding
import Testing

@testable import HTTPDoor
@testable import Wire

@Suite("OpenAI's routes", .serialized)
struct OpenAIRouteTests {
    /// What Generate says to a request, joined.
    private func generated(_ server: DoorServer, _ request: V1.GenerateRequest) async throws -> V1.TokenRun {
        var all = V1.TokenRun()
        try await server.calls.streaming(V1.GenerationService.generate, request) { message in
            guard case .tokens(let tokens)? = message.event, let run = tokens.run else { return }
            all.ids += run.ids
            all.text += run.text
            all.logprobs += run.logprobs
        }
        return all
    }

    private func request(_ prompt: V1.Prompt, tokens: Int32, seed: UInt64) -> V1.GenerateRequest {
        var request = V1.GenerateRequest(), sampling = V1.SamplingOptions(), detail = V1.TokenDetail()
        request.prompt = prompt
        sampling.maxTokens = tokens
        sampling.seed = seed
        request.sampling = sampling
        detail.logprobs = true
        request.detail = detail
        request.skipSpecialTokens = true
        return request
    }

    @Test("A completion has the text, tokens and log-probabilities that Generate gives for the same seed")
    func completion() async throws {
        try await DoorServer.run { server in
            let answer = await server.post(
                "/v1/completions",
                #"{"prompt": "Let us", "max_tokens": 12, "seed": 5, "logprobs": 2, "return_token_ids": true}"#)
            #expect(answer.status == 200, "\(answer.text)")
            let json = try answer.json
            var prompt = V1.Prompt()
            prompt.input = .text("Let us")
            let expected = try await generated(server, request(prompt, tokens: 12, seed: 5))
            #expect(json["choices.0.text"]?.string == expected.text)
            #expect(json["choices.0.token_ids"]?.elements == expected.ids.map { .integer(Int($0)) })
            let logprobs = json["choices.0.logprobs.token_logprobs"]?.elements.compactMap(\.double).map(Float.init)
            #expect(logprobs == expected.logprobs)
            #expect(json["choices.0.logprobs.top_logprobs"]?.elements.count == expected.ids.count)
            #expect(json["usage.completion_tokens"]?.integer == expected.ids.count)
            #expect(json["object"]?.string == "text_completion" && json["model"]?.string == "qwen2")
        }
    }

    @Test("A stream has the same text and tokens in pieces, and ends with the usage and the mark")
    func stream() async throws {
        try await DoorServer.run { server in
            let body = #""prompt": "Let us", "max_tokens": 12, "seed": 5, "logprobs": 1, "n": 2"#
            let whole = try await server.post("/v1/completions", "{\(body)}").json
            let stream = await server.post(
                "/v1/completions", "{\(body), \"stream\": true, \"stream_options\": {\"include_usage\": true}}")
            #expect(stream.events.last == "[DONE]")
            let chunks = try stream.chunks
            for index in 0..<2 {
                let own = chunks.flatMap { $0["choices"]?.elements ?? [] }.filter { $0["index"]?.integer == index }
                #expect(own.compactMap { $0["text"]?.string }.joined() == whole["choices.\(index).text"]?.string)
                #expect(
                    own.flatMap { $0["logprobs.token_logprobs"]?.elements ?? [] }
                        == whole["choices.\(index).logprobs.token_logprobs"]?.elements)
                #expect(own.last?["finish_reason"] == whole["choices.\(index).finish_reason"])
                #expect(own.dropLast().allSatisfy { $0["finish_reason"]?.isNull == true })
            }
            #expect(chunks.last?["choices"]?.elements.isEmpty == true)
            // Tokens of the prompt that were cached are more the second time.
            for count in ["usage.completion_tokens", "usage.prompt_tokens"] {
                #expect(chunks.last?[count] == whole[count])
            }
            #expect(Set(chunks.map { $0["id"]?.string }).count == 1)
        }
    }

    @Test("Prompts in tokens come back with log-probabilities, as lm-evaluation-harness asks for them")
    func echo() async throws {
        try await DoorServer.run { server in
            let tokens = [[11, 12, 13, 14], [21, 22, 23]]
            let answer = try await server.post(
                "/v1/completions",
                #"{"prompt": \#(tokens), "echo": true, "max_tokens": 1, "logprobs": 1, "temperature": 0, "seed": 1234}"#
            ).json
            #expect(answer["choices"]?.elements.count == 2)
            for (index, ids) in tokens.enumerated() {
                let logprobs = answer["choices.\(index).logprobs.token_logprobs"]?.elements ?? []
                #expect(logprobs.count == ids.count + 1 && logprobs.first?.isNull == true)
                var request = V1.ScoreRequest(), prompt = V1.Prompt(), list = V1.TokenIds()
                list.ids = ids.map(Int32.init)
                prompt.input = .tokenIds(list)
                request.prompt = prompt
                var expected: [Float] = []
                try await server.calls.streaming(V1.GenerationService.score, request) {
                    expected += $0.run?.logprobs ?? []
                }
                #expect(logprobs[1..<ids.count].compactMap(\.double).map(Float.init) == Array(expected.dropFirst()))
                // The most probable token stands among the alternatives with the very value that it has itself.
                let tops = answer["choices.\(index).logprobs.top_logprobs"]?.elements ?? []
                for (top, logprob) in zip(tops, logprobs).dropFirst() {
                    guard case .object(let members) = top else { continue }
                    #expect(members.contains { $0.value == logprob })
                }
            }
        }
    }

    @Test("A chat's answer has the trace that Generate captures, streaming and not")
    func trace() async throws {
        try await DoorServer.run { server in
            let body =
                #""messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20, "seed": 3, "attnrl": {"trace": {"gap": 1}}"#
            let whole = await server.post("/v1/chat/completions", "{\(body)}")
            #expect(whole.status == 200, "\(whole.text)")
            let trace = try whole.json["choices.0.attnrl.trace"]
            #expect(trace?["steps"]?.elements.isEmpty == false)
            let stream = try await server.post("/v1/chat/completions", "{\(body), \"stream\": true}").chunks
            #expect(stream.last?["choices.0.attnrl.trace"] == trace)
            let text = stream.compactMap { $0["choices.0.delta.content"]?.string }.joined()
            #expect(whole.at("choices.0.message.content")?.string == text)
            #expect(stream.first?["choices.0.delta.role"]?.string == "assistant")
        }
    }

    @Test("Models, tokens and texts")
    func tokens() async throws {
        try await DoorServer.run { server in
            let models = try await server.ask("GET", "/v1/models").json
            #expect(models["data.0.id"]?.string == "qwen2" && models["data.0.max_model_len"]?.integer ?? 0 > 0)
            let tokens = try await server.post("/tokenize", #"{"prompt": "Let us", "return_token_strs": true}"#).json
            #expect(tokens["count"]?.integer == tokens["tokens"]?.elements.count)
            #expect(tokens["token_strs"]?.elements.compactMap(\.string).joined() == "Let us")
            let text = try await server.post("/detokenize", "{\"tokens\": \(tokens["tokens"]?.compact ?? "")}").json
            #expect(text["prompt"]?.string == "Let us")
            let info = try await server.ask("GET", "/tokenizer_info").json
            #expect(info["eos_token"]?.string != nil)
        }
    }

    @Test("Tokens in, tokens out, with the versions that made them")
    func tokenGeneration() async throws {
        try await DoorServer.run { server in
            let answer = await server.post(
                "/inference/v1/generate",
                #"{"token_ids": [11, 12, 13], "sampling_params": {"max_tokens": 6, "seed": 2, "logprobs": 1}, "model": "qwen2"}"#
            )
            #expect(answer.status == 200, "\(answer.text)")
            let choice = try #require(try answer.json["choices.0"])
            let ids = choice["token_ids"]?.elements.compactMap(\.integer) ?? []
            #expect(ids.count == choice["logprobs.content"]?.elements.count && !ids.isEmpty)
            #expect(
                choice["logprobs.content"]?.elements.compactMap { $0["token"]?.string } == ids.map { "token_id:\($0)" })
            #expect(choice["weight_versions.0.version"]?.integer == 1)
        }
    }

    @Test("Responses have items, and their stream tells of the same text")
    func responses() async throws {
        try await DoorServer.run { server in
            let body = #""input": "Hi", "instructions": "Be brief.", "max_output_tokens": 15, "seed": 8"#
            let whole = await server.post("/v1/responses", "{\(body)}")
            #expect(whole.status == 200, "\(whole.text)")
            let output = try whole.json["output"]?.elements ?? []
            let message = try #require(output.last { $0["type"]?.string == "message" })
            let stream = try await server.post("/v1/responses", "{\(body), \"stream\": true}").chunks
            #expect(stream.map { $0["sequence_number"]?.integer } == stream.indices.map { $0 })
            #expect(stream.first?["type"]?.string == "response.created")
            let text = stream.filter { $0["type"]?.string == "response.output_text.delta" }
                .compactMap { $0["delta"]?.string }.joined()
            #expect(message["content.0.text"]?.string == text)
            let status = try whole.json["status"]?.string ?? ""
            #expect(stream.last?["type"]?.string == "response.\(status)")
        }
    }
}
