import Basics
import Compute
import Foundation
import ModelFiles
import ModelMaking
import Policy
import Rollouts
import Tasks
import TestSupport
import Testing
import Tokenizing

@testable import Jobs
@testable import Training

@Suite("Prompts and responses of records")
struct PromptBuilderTests {
    /// A policy whose config.json lists another end first than its chat template writes: 2 </s>, 5 <|end|>.
    private func policy(_ body: (PolicyInfo) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model")
            try PolicyInitializer.write(
                size: .tiny, family: .llama, seed: 1, to: model, tokenizerFiles: SentencePieceFiles.prepend.files())
            let fixture = try TrainingFixture(folder)
            try body(try fixture.engine.load(directory: model, precision: .float32))
        }
    }

    private static let text = DataRecord(prompt: .text("hello"), answers: [""])
    private static let messages = DataRecord(
        prompt: .messages([ChatMessage(role: "user", content: "hello")]), answers: [""])

    @Test("A chat's response is learnt with the end that the template writes, a text's with the tokenizer's")
    func ends() async throws {
        try await policy { policy in
            var data = DataSpecification()
            let plain = PromptBuilder(policy, data)
            let text = try plain.response("once", to: Self.text)
            #expect(text.last == 2)
            let turn = try plain.response("once", to: Self.messages)
            #expect(turn.last == 5)
            data.chat = true
            let asTurn = try PromptBuilder(policy, data).response("once", to: Self.text)
            #expect(asTurn.last == 5)
        }
    }

    @Test("A response is learnt without a space that it does not have")
    func continuation() async throws {
        try await policy { policy in
            let builder = PromptBuilder(policy, DataSpecification())
            let prompt = try builder.tokens(Self.text)
            let learnt = try builder.response("hello", to: Self.text)
            #expect(policy.tokenizer.decode(prompt + learnt, skipSpecialTokens: true) == "hellohello")
            let whole = try builder.tokens(DataRecord(prompt: .text("hello, the"), answers: [""]))
            let continued = try builder.response(", the", to: Self.text)
            #expect(prompt + continued.dropLast() == whole)
        }
    }

    @Test("The data section has its say in beginning tokens, control tokens and thinking")
    func options() async throws {
        try await policy { policy in
            func expectSpecial(_ expected: [Int32], _ data: DataSpecification) throws {
                let record = DataRecord(prompt: .text("hello<|end|>"), answers: [""])
                let ids = try PromptBuilder(policy, data).tokens(record)
                #expect(ids.filter { $0 < 6 } == expected)
            }
            var data = DataSpecification()
            try expectSpecial([1, 5], data)
            data.addSpecialTokens = false
            try expectSpecial([5], data)
            data.controlTokens = .asText
            try expectSpecial([], data)
            data.chat = true
            try expectSpecial([1, 3, 5, 4], data)
        }
    }

    @Test("Templates get thinking apart and the switch for it, as in serving")
    func thinking() async throws {
        let template = "{{ enable_thinking }}|{{ messages[0].content }}{{ messages[0].reasoning_content }}"
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
            try Data(template.utf8).write(to: model.appendingPathComponent("chat_template.jinja"))
            let fixture = try TrainingFixture(folder)
            let policy = try fixture.engine.load(directory: model, precision: .float32)
            let file = try fixture.data([
                #"{"prompt": [{"role": "user", "content": "a", "reasoning_content": "b"}], "answer": ""}"#
            ])
            let record = try RecordFile(path: file, needing: .answer, .regularFiles).record(at: 0)
            var data = DataSpecification()
            data.enableThinking = false
            #expect(policy.tokenizer.decode(try PromptBuilder(policy, data).tokens(record)) == "False|ab")
        }
    }

    @Test("Templates get tools, calls, arguments and the beginning of an answer, as in serving")
    func tools() async throws {
        let template = """
            {% for t in tools or [] %}{{ t.name }};{% endfor %}{{ style }}{% for m in messages %}[{{ m.content }}\
            {% for c in m.tool_calls or [] %}{{ c.function.name }}{% endfor %}{{ m.tool_call_id }}]{% endfor %}
            """
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("model")
            try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
            try Data(template.utf8).write(to: model.appendingPathComponent("chat_template.jinja"))
            let fixture = try TrainingFixture(folder)
            let policy = try fixture.engine.load(directory: model, precision: .float32)
            let call = #"{"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]}"#
            let result = #"{"role": "tool", "content": "r", "tool_call_id": "c"}"#,
                end = #"{"role": "assistant", "content": "so"}"#
            let file = try fixture.data([
                #"{"prompt": [\#(call), \#(result)], "answer": "", "tools": [{"name": "own"}]}"#,
                #"{"prompt": [\#(result), \#(end)], "answer": ""}"#,
            ])
            let records = try RecordFile(path: file, needing: .answer, .regularFiles)
            var data = DataSpecification()
            data.tools = #"[{"name": "all"}]"#
            data.templateArguments = #"{"style": "s"}"#
            data.continueFinalMessage = true
            let prompts = PromptBuilder(policy, data)
            func text(_ index: Int) throws -> String {
                policy.tokenizer.decode(try prompts.tokens(records.record(at: index)))
            }
            #expect(try text(0) == "own;s[f][rc]")
            #expect(try text(1) == "all;s[rc][so")
        }
    }

    @Test("Texts with a token that the model lacks are refused by its name, as in serving")
    func unknownToken() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = try TrainingFixture.modelWithPadBeyondVocabulary(in: folder)
            let policy = try TrainingFixture(folder, model: model).engine.policy("")
            let builder = PromptBuilder(policy, DataSpecification())
            let id = try #require(policy.tokenizer.id(of: "<pad>"))
            let vocabulary = policy.configuration.vocabularySize
            #expect(Int(id) >= vocabulary)
            let refusal = EngineError.tokenOutOfRange(id: id, vocabulary: vocabulary, token: "<pad>")
            #expect(throws: refusal) {
                _ = try builder.tokens(DataRecord(prompt: .text("a<pad>"), answers: [""]))
            }
            #expect(throws: refusal) { _ = try builder.response("a<pad>", to: Self.text) }
        }
    }
}
