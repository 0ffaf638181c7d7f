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

    @Test("A template reads tools, calls and arguments of its own; where it reads no tools they are an error")
    func tools() async throws {
        let template = """
            {% for t in tools or [] %}<{{ t.function.name }}>{% endfor %}{% for m in messages %}[{{ m.role }}:{{ m.content }}\
            {% for c in m.tool_calls or [] %}({{ c.function.name }} {{ c.function.arguments.x }}){% endfor %}\
            {% if m.tool_call_id is defined %}#{{ m.tool_call_id }} {{ m.name }}{% endif %}]{% endfor %}{{ style }}\
            {% if add_generation_prompt %}>{% endif %}
            """
        let call: V1.ChatMessage = make {
            $0.role = "assistant"
            $0.toolCalls = #"[{"function": {"name": "add", "arguments": "{\"x\": 2}"}}]"#
        }
        let result: V1.ChatMessage = make {
            $0.role = "tool"
            $0.content = "3"
            $0.toolCallId = "c1"
            $0.name = "add"
        }
        var chat = V1.Chat()
        chat.messages = [call, result]
        chat.tools = #"[{"type": "function", "function": {"name": "add"}}]"#
        chat.templateArguments = #"{"style": "brief"}"#
        func prompt() -> V1.Prompt { make { $0.input = .chat(chat) } }
        try await serve(template: template) { server in
            let rendered = try await server.tokenize(prompt()).rendered
            #expect(rendered == "<add>[assistant:(add 2)][tool:3#c1 add]brief>")
            chat.tools = "{}"
            let malformed = prompt()
            let error = await status { _ = try await server.tokenize(malformed) }
            #expect(error?.info?.reason == "MALFORMED_JSON" && error?.fields == ["prompt.chat.tools"])
        }
        try await serve(template: "{% for m in messages %}{{ m.content }}{% endfor %}") { server in
            chat.tools = "[ ]"
            let none = prompt()
            let rendered = try await server.tokenize(none).rendered
            #expect(rendered == "3")
            chat.tools = "[{}]"
            let some = prompt()
            let error = await status { _ = try await server.tokenize(some) }
            #expect(error?.info?.reason == "TOOLS_NOT_SUPPORTED" && error?.fields == ["prompt.chat.tools"])
        }
    }

    @Test("A last message that is continued is rendered as it stands, without the end of its turn")
    func continued() async throws {
        func chat(_ text: String) -> V1.Prompt {
            make { prompt in
                var chat = V1.Chat()
                chat.messages = [make { $0.content = "Hi" }, make { $0.content = text }]
                chat.continueFinalMessage = true
                prompt.input = .chat(chat)
            }
        }
        let template = "{% for m in messages %}[{{ m.content }}]{% endfor %}{% if add_generation_prompt %}>{% endif %}"
        try await serve(template: template) { server in
            let whole = try await server.tokenize(chat("So ")).rendered
            #expect(whole == "[Hi][So ")
            let error = await status { _ = try await server.tokenize(chat(" ")) }
            #expect(error?.info?.reason == "CANNOT_CONTINUE")
        }
        try await serve(template: "{% for m in messages %}[{{ m.content | trim }}]{% endfor %}") { server in
            let trimmed = try await server.tokenize(chat("  So  ")).rendered
            #expect(trimmed == "[Hi][So")
        }
        try await serve(template: "{% for m in messages %}[{{ m.content | upper }}]{% endfor %}") { server in
            let error = await status { _ = try await server.tokenize(chat("So")) }
            #expect(error?.info?.reason == "CANNOT_CONTINUE")
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
