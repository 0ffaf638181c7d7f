import Compute
import Foundation
import TestSupport
import Testing

@testable import ModelFiles
@testable import Policy

@Suite("Mistral models")
struct MistralTests {
    private func parse(_ changes: String) throws -> PolicyConfiguration {
        var fields: [String: Any] = [
            "model_type": "mistral", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 8,
            "intermediate_size": 96, "vocab_size": 512,
        ]
        let changed = try JSONSerialization.jsonObject(with: Data(changes.utf8))
        fields.merge(try #require(changed as? [String: Any])) { $1 }
        return try PolicyConfiguration(config: JSONSerialization.data(withJSONObject: fields))
    }

    @Test("Absent fields are what transformers assumes")
    func defaults() throws {
        let mistral = try parse(#"{"sliding_window": null}"#)
        #expect(mistral.family == .mistral && mistral.contextLength == 131_072)
        #expect(mistral.keyValueHeadCount == 8 && mistral.headSize == 8)
        #expect((mistral.beginningOfSequence, mistral.endOfSequence) == (1, [2]))
        #expect((mistral.normEpsilon, mistral.rotaryTheta) == (1e-6, 10000))
        #expect(!mistral.tiesEmbeddings && !mistral.hasQKVBias && !mistral.hasOutputBias && !mistral.hasQKNorm)
        let changed = try parse(#"{"sliding_window": null, "head_dim": 32, "num_key_value_heads": 2}"#)
        #expect(changed.headSize == 32 && changed.keyValueHeadCount == 2)
        #expect(try parse(#"{"sliding_window": null, "num_key_value_heads": null}"#).keyValueHeadCount == 8)
        #expect(try parse(#"{"sliding_window": null, "attention_bias": true}"#).hasQKVBias == false)
    }

    @Test(
        "A window that is shorter than the context is every layer's",
        arguments: [
            ("{}", 4096), (#"{"sliding_window": 1024}"#, 1024),
            (#"{"sliding_window": 4096, "max_position_embeddings": 32768}"#, 4096),
        ])
    func window(changes: String, window: Int) throws {
        var mistral = try parse(changes)
        mistral.assumesEndOfSequence = false
        #expect(mistral.window == PolicyConfiguration.AttentionWindow(size: window, layers: [0, 1]))
        #expect(mistral.layerPlans.map(\.window) == [window, window])
        #expect(try mistral.configFields()["sliding_window"] == .integer(window))
    }

    @Test("Layers that are told apart contradict the one window of all of them")
    func layerTypes() {
        let types = #"{"layer_types": ["full_attention", "sliding_attention"]}"#
        let error = #expect(throws: PolicyError.self) { try parse(types) }
        #expect(error?.message.contains("layer_types and sliding_window disagree") == true)
    }

    @Test(
        "A window that limits nothing is none",
        arguments: [
            #"{"max_position_embeddings": 4096}"#, #"{"sliding_window": 131072}"#,
            #"{"sliding_window": 512, "max_position_embeddings": 512}"#,
        ])
    func idleWindow(changes: String) throws {
        #expect(try parse(changes).window == nil)
    }

    @Test("A new model's file says that there is no window, and is read as it was meant")
    func written() throws {
        let configuration = PolicySize.tiny.configuration(family: .mistral)
        let fields = try configuration.configFields()
        #expect(fields["sliding_window"] == .null && fields["attention_bias"] == nil)
    }

    @Test("A model computes what the Llama model of the same weights computes, bit for bit")
    func logits() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let model = folder.appendingPathComponent("mistral")
            try FileManager.default.copyItem(at: Fixtures.url("llama"), to: model)
            let file = model.appendingPathComponent("config.json")
            let text = try String(contentsOf: file, encoding: .utf8)
                .replacing("\"llama\"", with: "\"mistral\"").replacing("LlamaForCausalLM", with: "MistralForCausalLM")
                .replacing("\"attention_bias\"", with: "\"sliding_window\": null, \"attention_bias\"")
            try Data(text.utf8).write(to: file)
            let llama = try ReferencePolicy("llama"), mistral = try ReferencePolicy("llama", folder: model)
            #expect(mistral.configuration.family == .mistral)
            #expect(try mistral.logits(mistral.tokens) == llama.logits(llama.tokens))
        }
    }
}
