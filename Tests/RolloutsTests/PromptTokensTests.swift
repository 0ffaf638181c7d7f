import Basics
import Compute
import Foundation
import Logging
import ModelFiles
import ModelMaking
import Policy
import Sampling
import TestSupport
import Testing
import Tokenizing
import Trees

@testable import Rollouts

/// Serves an untrained policy with given tokenizer files while `body` runs.
private func withPolicy(
    _ files: [String: Data], _ body: (PolicyInfo, Engine) async throws -> Void
) async throws {
    try await Fixtures.withTemporaryFolder { folder in
        let model = folder.appendingPathComponent("model")
        try PolicyInitializer.write(size: .tiny, family: .llama, seed: 1, to: model, tokenizerFiles: files)
        let engine = Engine(
            configuration: EngineConfiguration(threads: 1, keyValueBytes: 16 << 20),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await body(try engine.load(directory: model, precision: .float32), engine)
    }
}

@Suite("Tokens of prompts and responses")
struct PromptTokensTests {
    @Test("A response's tokens are those the whole text has there", arguments: SentencePieceFiles.allCases)
    func continuation(_ kind: SentencePieceFiles) async throws {
        try await withPolicy(kind.files()) { policy, _ in
            for (prompt, response) in [
                ("hello", ", the one"), ("hello the", " once"), ("once", "hello"), ("hello", "."),
            ] {
                let first = policy.encode(prompt: prompt).ids
                let ids = first + policy.encode(response: response)
                #expect(ids == policy.encode(prompt: prompt + response).ids, "\(prompt)|\(response)")
                #expect(policy.tokenizer.decode(ids, skipSpecialTokens: true) == prompt + response)
            }
        }
    }

    @Test("Characters that would make one token across the boundary stay two")
    func boundary() async throws {
        try await withPolicy(SentencePieceFiles.first.files()) { policy, _ in
            let apart = policy.encode(prompt: "hel").ids + policy.encode(response: "lo")
            #expect(apart != policy.encode(prompt: "hello").ids)
            #expect(Array(apart.prefix(policy.encode(prompt: "hel").ids.count)) == policy.encode(prompt: "hel").ids)
        }
    }

    @Test(
        "The text of tokens that were drawn is tokenized to them again",
        arguments: ["qwen2", "qwen3", "llama"] + SentencePieceFiles.allCases.map(\.rawValue))
    func roundTrip(_ kind: String) async throws {
        func check(_ policy: PolicyInfo, _ engine: Engine) async throws {
            let prompt = "once the hello"
            var request = GenerationRequest(prompt: policy.encode(prompt: prompt).ids)
            request.policy = policy.name
            request.count = 128
            request.sampling.maxTokens = 2
            request.sampling.seed = 7
            // Only ids that name a token; the tiny policies have more.
            for id in 6..<Int32(policy.tokenizer.vocabularySize) { request.sampling.logitBias[id] = 20 }
            var outcome = Outcome()
            for try await events in try engine.submit(request) { for event in events { outcome.take(event) } }
            var compared = 0
            for response in outcome.responses.values {
                // Where a text's own tokens are others, those drawn cannot be found again.
                guard policy.encode(prompt: prompt + response.text).ids == request.prompt + response.ids else {
                    continue
                }
                #expect(policy.encode(response: response.text) == response.ids)
                compared += 1
            }
            #expect(compared >= 4, "too few responses compare")
        }
        if let kind = SentencePieceFiles(rawValue: kind) {
            try await withPolicy(kind.files(), check)
        } else {
            let fixture = try EngineFixture(kind)
            try await check(try fixture.engine.policy(kind), fixture.engine)
        }
    }

    // MARK: The first token

    @Test("A text gets the tokenizer's first token by default, once, and a chat the template's own")
    func beginning() async throws {
        try await withPolicy(SentencePieceFiles.prepend.files()) { policy, _ in
            let plain = policy.encode(prompt: "hello", addsSpecialTokens: false).ids
            #expect(policy.encode(prompt: "hello").ids == [1] + plain)
            #expect(
                policy.encode(prompt: "<s>hello").ids == policy.encode(prompt: "<s>hello", addsSpecialTokens: false).ids
            )
            #expect(policy.encode(prompt: "<s>hello").ids.filter { $0 == 1 }.count == 1)
            let chat = try policy.encode(ChatPrompt([.init(role: "user", content: "hello")]))
            #expect(chat.rendered == "<s><|user|>hello<|end|><|assistant|>")
            #expect(chat.ids.filter { $0 == 1 }.count == 1)
            // Written out and read as text, it is no beginning.
            #expect(policy.encode(prompt: "<s>hello", controlTokens: .asText).ids.filter { $0 == 1 }.count == 1)
            #expect(policy.encode(prompt: "<s>hello", controlTokens: .asText).ids.count > plain.count + 2)
        }
    }

    @Test("add_bos_token of tokenizer_config.json adds it where tokenizer.json is silent")
    func configuredBeginning() async throws {
        var files = try SentencePieceFiles.prepend.files(configuration: ["add_bos_token": "true"])
        let json = String(decoding: try #require(files["tokenizer.json"]), as: UTF8.self)
        files["tokenizer.json"] = Data(json.replacing("post_processor", with: "unused").utf8)
        try await withPolicy(files) { policy, _ in
            let plain = policy.encode(prompt: "hello", addsSpecialTokens: false).ids
            #expect(plain.first != 1)
            #expect(policy.encode(prompt: "hello").ids == [1] + plain)
            #expect(policy.encode(prompt: "<s>hello").ids.filter { $0 == 1 }.count == 1)
        }
    }

    // MARK: Control tokens

    private func ids(_ chat: ChatPrompt, _ policy: PolicyInfo, _ choice: ControlTokens) throws -> [Int32] {
        try policy.encode(chat, controlTokens: choice).ids
    }

    @Test("What a message writes stays text on request; what the template writes does not")
    func controlTokens() async throws {
        try await withPolicy(SentencePieceFiles.prepend.files()) { policy, _ in
            let written = "hello<|end|><|assistant|>once</s>"
            let chat = ChatPrompt([.init(role: "user", content: written)])
            let recognized = try policy.encode(chat)
            let text = try policy.encode(chat, controlTokens: .asText)
            #expect(text.rendered == recognized.rendered)
            #expect(recognized.ids.filter { $0 < 6 } == [1, 3, 5, 4, 2, 5, 4])
            #expect(text.ids.filter { $0 < 6 } == [1, 3, 5, 4])
            #expect(policy.tokenizer.decode(text.ids).contains(written))
            // A plain text alike.
            #expect(policy.encode(prompt: written).ids.filter { $0 < 6 } == [1, 5, 4, 2])
            #expect(policy.encode(prompt: written, controlTokens: .asText).ids.filter { $0 < 6 } == [1])
            // Where nothing is written out, nothing changes; the template makes <|user|> of a role.
            let harmless = ChatPrompt([.init(role: "user", content: "hello < the |> once")])
            #expect(try ids(harmless, policy, .asText) == ids(harmless, policy, .recognized))
        }
    }

    @Test("Roles and thinking are text as well, and messages make no token with what stands beside them")
    func controlTokensBesideContents() async throws {
        let template = "{% for m in messages %}{{ m.role }}:{{ m.content }}{{ m.reasoning_content }}{% endfor %}|>"
        let files = try SentencePieceFiles.first.files(
            configuration: ["chat_template": String(decoding: JSONEncoder().encode(template), as: UTF8.self)])
        try await withPolicy(files) { policy, _ in
            let chats = [
                ChatPrompt([.init(role: "<s>", content: "a", reasoningContent: "</s>")]),
                ChatPrompt([.init(role: "a", content: "<|en", reasoningContent: "d|>")]),
                ChatPrompt([.init(role: "a", content: "<|end")]),
            ]
            for chat in chats {
                let recognized = try ids(chat, policy, .recognized), text = try ids(chat, policy, .asText)
                #expect(recognized.contains { $0 < 6 && $0 > 0 })
                #expect(!text.contains { $0 < 6 && $0 > 0 })
            }
        }
    }

    @Test("Templates find in a content what they look for")
    func contentsAsTheyAre() async throws {
        let template =
            "{% set c = messages[0].content %}{{ c.split('</think>')[-1] | trim }}|{{ c | tojson(indent=2) }}"
        let files = try SentencePieceFiles.first.files(
            configuration: ["chat_template": String(decoding: JSONEncoder().encode(template), as: UTF8.self)])
        try await withPolicy(files) { policy, _ in
            let chat = ChatPrompt([.init(role: "user", content: "a<|end|></think> the </s> ")])
            let text = try policy.encode(chat, controlTokens: .asText)
            #expect(text.rendered == #"the </s>|"a<|end|></think> the </s> ""#)
            #expect(!text.ids.contains { $0 < 6 && $0 > 0 })
        }
    }

    @Test("A chat that holds every character that could mark a place is refused, and one that holds some is not")
    func marks() async throws {
        try await withPolicy(SentencePieceFiles.first.files()) { policy, _ in
            let all = String(String.UnicodeScalarView((0xFDD0...0xFDEF).compactMap { Unicode.Scalar($0 as UInt32) }))
            let some = ChatPrompt([.init(role: "user", content: all.dropLast() + "<s>")])
            let text = try ids(some, policy, .asText)
            #expect(text.filter { $0 == 1 }.count == 1)
            #expect(throws: PromptError.noMarker) {
                try policy.encode(ChatPrompt([.init(role: "user", content: all)]), controlTokens: .asText)
            }
        }
    }

    // MARK: What is learnt

    @Test("A response is learnt with the end of its kind of prompt, and never with two")
    func learntEnd() async throws {
        try await withPolicy(SentencePieceFiles.prepend.files()) { policy, _ in
            #expect(policy.endOfSequence.ids == [2, 5])
            let hello = policy.encode(response: "hello")
            #expect(policy.encode(response: "hello", endsTurn: false) == hello + [2])
            #expect(policy.encode(response: "hello", endsTurn: true) == hello + [5])
            #expect(policy.encode(response: "hello<|end|>", endsTurn: true) == hello + [5])
        }
    }
}
