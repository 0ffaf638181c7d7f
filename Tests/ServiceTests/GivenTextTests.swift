import Compute
import Foundation
import ModelFiles
import ModelMaking
import Policy
import Rollouts
import Sampling
import TestSupport
import Testing
import Wire

/// Texts that callers give: responses, prompts and what is written in them.
@Suite("Given texts")
struct GivenTextTests {
    /// Serves an untrained policy with a vocabulary in SentencePiece style.
    private func serve(_ body: (TestServer) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model")
            try PolicyInitializer.write(
                size: .tiny, family: .llama, seed: 1, to: model, tokenizerFiles: SentencePieceFiles.prepend.files())
            try await TestServer.run(policies: []) { server in
                _ = try server.engine.load(directory: model, precision: .float32)
                try await body(server)
            }
        }
    }

    private static let (prompt, response) = ("hello", ", the one")

    @Test("A response given as text has the tokens that the whole text has there, in every call that takes one")
    func responses() async throws {
        try await serve { server in
            let whole = try await server.tokenize(.text(Self.prompt + Self.response)).ids
            let first = try await server.tokenize(.text(Self.prompt)).ids
            let expected = Array(whole.dropFirst(first.count))
            #expect(first + expected == whole)

            let scored = try await server.score(
                make {
                    $0.prompt = .text(Self.prompt)
                    $0.response = .responseText(Self.response)
                })
            #expect(scored.compactMap(\.run).flatMap(\.ids) == expected)
            #expect(scored.compactMap(\.run).map(\.text).joined() == Self.response)

            let input = make(V1.TraceInput.self) {
                $0.prompt = .text(Self.prompt)
                $0.response = .text(Self.response)
            }
            let traced = try await server.trace(make { $0.input = input })
            #expect(traced.runs.flatMap(\.ids) == expected)
            let branches = try await server.suggestBranches(make { $0.input = input })
            #expect(branches.trace?.totalTokens == Int32(whole.count))
            let boxed = make(V1.TraceInput.self) {
                $0.prompt = .text(Self.prompt)
                $0.response = .text(", the\nonce\nhello")
            }
            let (ablated, _) = try await server.ablate(
                make {
                    $0.input = boxed
                    $0.samples = 0
                    $0.answer = .lastLine
                })
            let continued = try await server.client.unary(
                V1.PolicyService.tokenize,
                make {
                    $0.prompt = .text(", the\nonce\nhello")
                    $0.continues = true
                })
            #expect(ablated.responseIds == continued.ids)
        }
    }

    @Test("Tokenize and Detokenize take a text that follows another")
    func continues() async throws {
        try await serve { server in
            func tokenize(_ prompt: V1.Prompt) async throws -> [Int32] {
                try await server.client.unary(
                    V1.PolicyService.tokenize,
                    make {
                        $0.prompt = prompt
                        $0.continues = true
                    }
                ).ids
            }
            let text = " hello once"
            let ids = try await tokenize(.text(text))
            func detokenized(_ continues: Bool) async throws -> String {
                try await server.client.unary(
                    V1.PolicyService.detokenize,
                    make {
                        $0.ids = ids
                        $0.continues = continues
                    }
                ).text
            }
            #expect(try await detokenized(true) == text)
            #expect(try await detokenized(false) == "hello once")
            for prompt in [V1.Prompt.ids([1]), .chat(("user", "hello"))] {
                let error = await status { _ = try await tokenize(prompt) }
                #expect(error?.code == .invalidArgument)
                #expect(error?.fields == ["continues"])
            }
        }
    }

    @Test("Special tokens written out are tokens or text, as the prompt says, in texts and in chats")
    func controlTokens() async throws {
        try await serve { server in
            func special(_ prompt: V1.Prompt, _ choice: V1.ControlTokens) async throws -> [Int32] {
                var prompt = prompt
                prompt.controlTokens = choice
                let ids = try await server.tokenize(prompt).ids
                return ids.filter { $0 < 6 }
            }
            let written = "hello<|end|></s>"
            for (choice, inText, inChat) in [
                (V1.ControlTokens.unspecified, [1, 5, 2], [1, 3, 5, 2, 5, 4]),
                (.recognized, [1, 5, 2], [1, 3, 5, 2, 5, 4]), (.asText, [1], [1, 3, 5, 4]),
            ] as [(V1.ControlTokens, [Int32], [Int32])] {
                let text = try await special(.text(written), choice)
                #expect(text == inText)
                let chat = try await special(.chat(("user", written)), choice)
                #expect(chat == inChat)
            }
            let unknown = await status { _ = try await special(.text("hello"), V1.ControlTokens(rawValue: 9)) }
            #expect(unknown?.code == .invalidArgument)
            #expect(unknown?.fields == ["prompt.control_tokens"])
        }
    }

    @Test("A trace of a generated response says what ended it, and one of a given response does not")
    func traceEnd() async throws {
        try await serve { server in
            let sampling = make(V1.SamplingOptions.self) {
                $0.maxTokens = 4
                $0.logitBias = [
                    make {
                        $0.tokenId = 5
                        $0.bias = 1000
                    }
                ]
            }
            let generated = try await server.trace(
                make {
                    $0.input = make {
                        $0.prompt = .text("hello")
                        $0.response = .generate(sampling)
                    }
                })
            #expect(generated.trace?.finishReason == .stop)
            #expect(generated.trace?.stopTokenId == 5)
            let given = try await server.trace(
                make {
                    $0.input = make {
                        $0.prompt = .text("hello")
                        $0.response = .text("once<|end|>")
                    }
                })
            #expect(given.trace?.finishReason == .unspecified)
            #expect(given.trace?.stopTokenId == nil)
        }
    }
}
