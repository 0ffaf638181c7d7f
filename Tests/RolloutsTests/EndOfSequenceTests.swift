import Foundation
import Logging
import ModelFiles
import Policy
import Sampling
import Templates
import TestSupport
import Testing
import Tokenizing

@testable import Rollouts

@Suite("End of sequence")
struct EndOfSequenceTests {
    private static let chatML = """
        {% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}\
        {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}
        """

    /// The ends of the tiny vocabulary: 408 <|endoftext|>, 409 <|im_start|>, 410 <|im_end|>.
    private func ends(
        config: String? = nil, generation: [Int32] = [], eosToken: String? = nil, template: String? = nil,
        family: PolicyConfiguration.Family = .qwen2
    ) throws -> EndOfSequence {
        var fields: [String: Any] = [
            "model_type": family.rawValue, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
            "intermediate_size": 96, "vocab_size": 413,
        ]
        if let config {
            fields["eos_token_id"] = try JSONSerialization.jsonObject(
                with: Data(config.utf8), options: .fragmentsAllowed)
        }
        let configuration = try PolicyConfiguration(
            config: JSONSerialization.data(withJSONObject: fields),
            generation: JSONSerialization.data(withJSONObject: ["eos_token_id": generation]))
        let tokenizer = try Tokenizer(
            json: Array(Data(contentsOf: Fixtures.url("qwen2/tokenizer.json"))),
            configuration: TokenizerConfiguration(eosToken: eosToken))
        return EndOfSequence(configuration, tokenizer, template: try template.map { try ChatTemplate($0) })
    }

    @Test("All files' end tokens count, each with those that name it")
    func united() throws {
        let ends = try ends(
            config: "408", generation: [408, 7], eosToken: "<|im_end|>", template: Self.chatML)
        #expect(ends.ids == [408, 7, 410])
        #expect(
            ends.tokens.map(\.sources) == [[.configuration, .generation], [.generation], [.tokenizer, .template]])
    }

    @Test("A text ends with the tokenizer's token, a turn with the template's, whichever comes first in a list")
    func whichIsLearnt() throws {
        let list = try ends(config: "[7, 408, 410]", eosToken: "<|endoftext|>", template: Self.chatML)
        #expect((list.ofText, list.ofTurn) == (408, 410))
        let silent = try ends(config: "[7, 8]")
        #expect((silent.ofText, silent.ofTurn) == (7, 7))
        let plain = try ends(config: "[7, 8]", eosToken: "<|endoftext|>", template: "{{ messages[0].content }}")
        #expect((plain.ofText, plain.ofTurn) == (408, 408))
    }

    @Test("A template that ends a turn by beginning the next names a token that is a known end, and no other")
    func nextTurn() throws {
        let template = "{% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}{% endfor %}"
        #expect(try ends(config: "[408, 409]", eosToken: "<|endoftext|>", template: template).ofTurn == 409)
        #expect(try ends(config: "408", eosToken: "<|endoftext|>", template: template).ofTurn == 408)
    }

    @Test("A template that cannot render the short chat names none")
    func refusing() throws {
        let template = "{{ raise_exception('A system message comes first.') }}"
        let ends = try ends(config: "408", template: template)
        #expect(ends.ids == [408])
        #expect(ends.tokens[0].sources == [.configuration])
    }

    @Test("What transformers assumes of a family counts only where no file names an end")
    func assumed() throws {
        let alone = try ends(family: .llama)
        #expect((alone.ids, alone.tokens.map(\.sources)) == ([2], [[.family]]))
        #expect(try ends(eosToken: "<|im_end|>", family: .llama).ids == [410])
        #expect(try ends(generation: [7], family: .llama).ids == [7])
        #expect(try ends(config: "null", family: .llama).isEmpty)
    }

    @Test("A response stops at the token that only the tokenizer names, and the reason says which")
    func stops() async throws {
        let fixture = try EngineFixture("qwen2")
        var request = GenerationRequest(prompt: [5, 6, 7])
        request.sampling.temperature = 0
        request.sampling.maxTokens = 8
        request.sampling.logitBias = [410: 1000]
        let stopped = try await fixture.run(request)
        #expect(stopped.ids == [410])
        #expect(stopped.finished[0]?.reason == .stopToken(410))
        #expect(stopped.text.isEmpty)
        request.sampling.ignoresEndOfSequence = true
        let ignoring = try await fixture.run(request)
        #expect(ignoring.ids == Array(repeating: 410, count: 8))
        #expect(ignoring.finished[0]?.reason == .length)
    }
}
