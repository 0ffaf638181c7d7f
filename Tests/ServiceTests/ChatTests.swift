import Compute
import Foundation
import Rollouts
import TestSupport
import Testing
import Wire

@Suite("Chats")
struct ChatTests {
    /// Serves a tiny policy with another chat template; nil takes its template away.
    private func serve(template: String?, _ body: (TestServer) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for file in ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json"] {
                try FileManager.default.copyItem(
                    at: Fixtures.url("llama/\(file)"), to: folder.appendingPathComponent(file))
            }
            let tokens = #"{"bos_token": "<s>", "eos_token": {"content": "<|endoftext|>"}}"#
            try Data(tokens.utf8).write(to: folder.appendingPathComponent("tokenizer_config.json"))
            if let template {
                try Data(template.utf8).write(to: folder.appendingPathComponent("chat_template.jinja"))
            }
            try await TestServer.run(policies: []) { server in
                _ = try server.engine.load(directory: folder, name: "chatty", precision: .float32)
                try await body(server)
            }
        }
    }

    @Test("A template reads messages, special tokens and switches as in transformers")
    func variables() async throws {
        let template = """
            {{ bos_token }}{% for m in messages %}[{{ m.role }}:{{ m.content }}\
            {% if m.reasoning_content is defined %}({{ m.reasoning_content }}){% endif %}]{{ eos_token }}{% endfor %}\
            {{ add_generation_prompt }}{{ enable_thinking is defined }}{{ pad_token is defined }}{{ tools is none }}
            """
        try await serve(template: template) { server in
            var chat = V1.Chat()
            chat.messages = [
                make {
                    $0.role = "user"
                    $0.content = "Hi"
                },
                make {
                    $0.role = "assistant"
                    $0.content = "Yes"
                    $0.reasoningContent = "Hm"
                },
            ]
            func rendered() async throws -> String {
                let chat = chat
                return try await server.tokenize(make { $0.input = .chat(chat) }).rendered
            }
            let text = "<s>[user:Hi]<|endoftext|>[assistant:Yes(Hm)]<|endoftext|>"
            let first = try await rendered()
            #expect(first == text + "TrueFalseFalseTrue")
            chat.addGenerationPrompt = false
            chat.enableThinking = false
            let second = try await rendered()
            #expect(second == text + "FalseTrueFalseTrue")
        }
    }

    @Test("A policy without a template says what to do instead")
    func noTemplate() async throws {
        try await serve(template: nil) { server in
            let policy = try await server.client.unary(V1.PolicyService.getPolicy, make())
            #expect(!policy.hasChatTemplate)
            let error = await status { _ = try await server.tokenize(.chat(("user", "Hi"))) }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.info?.reason == "NO_CHAT_TEMPLATE")
            #expect(error?.info?.values == ["policy": "chatty"])
        }
    }

    @Test("A chat that the template refuses is an invalid argument, with the template's words")
    func refused() async throws {
        let template = "{% if messages[0].role != 'user' %}{{ raise_exception('Begin with the user.') }}{% endif %}ok"
        try await serve(template: template) { server in
            let accepted = try await server.tokenize(.chat(("user", "Hi")))
            #expect(accepted.rendered == "ok")
            let error = await status { _ = try await server.tokenize(.chat(("system", "Hi"))) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.info?.reason == "CHAT_NOT_RENDERABLE")
            #expect(error?.fields == ["prompt.chat"])
            #expect(error?.message.contains("Begin with the user.") == true)
        }
    }

    @Test("A policy whose template cannot be read is served, and refuses chats with the construct and its line")
    func broken() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try FileManager.default.removeItem(at: folder)
            try FileManager.default.copyItem(at: Fixtures.url("llama"), to: folder)
            try Data("a\n{% if nonsense".utf8).write(to: folder.appendingPathComponent("chat_template.jinja"))
            try await TestServer.run(policies: []) { server in
                let policy = try await server.client.unary(
                    V1.PolicyService.loadPolicy, make { $0.directory = folder.path })
                #expect(!policy.hasChatTemplate)
                #expect(try await !server.tokenize(.text("Hi")).ids.isEmpty)
                let error = await status { _ = try await server.tokenize(.chat(("user", "Hi"))) }
                #expect(error?.code == .failedPrecondition)
                #expect(error?.info?.reason == "CHAT_TEMPLATE_NOT_USABLE")
                #expect(error?.info?.values["line"] == "2")
                #expect(error?.message.contains("chat template, line 2") == true)
            }
        }
    }
}
