import Foundation
import TestSupport
import Testing

@testable import ModelFiles

/// What a file of each family means, beside the defaults of its configuration class in transformers 5.24.
@Suite("Model families")
struct FamilyTests {
    private func parse(_ family: String, _ changes: String = "{}") throws -> PolicyConfiguration {
        var fields: [String: Any] = [
            "model_type": family, "hidden_size": 64, "num_hidden_layers": 6, "num_attention_heads": 4,
            "intermediate_size": 96, "vocab_size": 512,
        ]
        let changed = try JSONSerialization.jsonObject(with: Data(changes.utf8))
        fields.merge(try #require(changed as? [String: Any])) { $1 }
        return try PolicyConfiguration(config: JSONSerialization.data(withJSONObject: fields))
    }

    private func message(_ family: String, _ changes: String) -> String {
        let error = #expect(throws: PolicyError.self) { try parse(family, changes) }
        return error?.message ?? ""
    }

    // MARK: SmolLM3

    @Test("SmolLM3: layers without rotation")
    func smollm3() throws {
        let smol = try parse("smollm3")
        #expect(smol.family == .smollm3 && smol.unrotatedLayers == [3] && smol.tiesEmbeddings)
        #expect((smol.keyValueHeadCount, smol.contextLength, smol.rotaryTheta) == (4, 32768, 2e6))
        #expect(smol.layerPlans.map(\.rotary.size) == [16, 16, 16, 0, 16, 16])
        // The tokens assumed of the family lie outside this vocabulary.
        #expect(smol.beginningOfSequence == nil && smol.endOfSequence.isEmpty && smol.window == nil)
        #expect(try parse("smollm3", #"{"no_rope_layer_interval": 2}"#).unrotatedLayers == [1, 3, 5])
        let listed = try parse("smollm3", #"{"no_rope_layers": [0, 1, 1, 1, 1, 0, 0], "no_rope_layer_interval": 1}"#)
        #expect(listed.unrotatedLayers == [0, 5])
        let biased = try parse("smollm3", #"{"attention_bias": true, "mlp_bias": true}"#)
        #expect(biased.hasQKVBias && biased.hasOutputBias && biased.hasFeedForwardBias)
        #expect(try parse("", #"{"model_type": null, "architectures": ["SmolLM3ForCausalLM"]}"#).family == .smollm3)
    }

    @Test("SmolLM3: windows are those of layers without rotation, unless layer_types says otherwise")
    func smollm3Windows() throws {
        let window = try parse("smollm3", #"{"use_sliding_window": true, "sliding_window": 100}"#).window
        #expect(window == PolicyConfiguration.AttentionWindow(size: 100, layers: [3]))
        #expect(try parse("smollm3", #"{"use_sliding_window": true}"#).window == nil)
        #expect(try parse("smollm3", #"{"sliding_window": 100}"#).window == nil)
    }

    @Test(
        "SmolLM3: problems are named",
        arguments: [
            (#"{"no_rope_layers": [1, 1]}"#, "no_rope_layers has 2 entries and num_hidden_layers is 6"),
            (#"{"no_rope_layers": [1, 1, 2, 1, 1, 1]}"#, "no_rope_layers has 2; give 1"),
            (#"{"no_rope_layers": 4}"#, "no_rope_layers is 4; give a list"),
            (#"{"no_rope_layer_interval": 0}"#, "no_rope_layer_interval is 0; give a whole number"),
        ])
    func smollm3Problems(changes: String, problem: String) {
        #expect(message("smollm3", changes).contains(problem))
    }

    // MARK: OLMo 2

    @Test("OLMo 2: norms after attention and feed-forward, and over all heads")
    func olmo2() throws {
        let olmo = try parse("olmo2")
        #expect(olmo.family == .olmo2 && olmo.normPlacement == .after && !olmo.tiesEmbeddings)
        #expect((olmo.keyValueHeadCount, olmo.contextLength, olmo.normEpsilon) == (4, 2048, 1e-5))
        let plan = olmo.layerPlans[0]
        #expect(plan.queryKeyNorm == .together)
        #expect(plan.norms.all == [.postAttentionNorm, .postFeedForwardNorm])
        let shapes = try parse("olmo2", #"{"num_key_value_heads": 2}"#)
        #expect(shapes.specification(.layer(0, .queryNorm)).shape == [64])
        #expect(shapes.specification(.layer(0, .keyNorm)).shape == [32])
        #expect(
            message(
                "olmo2",
                #"{"layer_types": ["sliding_attention", "full_attention", "full_attention", "full_attention", "full_attention", "full_attention"]}"#
            ).contains("which this family does not have"))
    }

    // MARK: Phi-3

    private static let factors = #""short_factor": [1, 1, 1, 1, 1, 1], "long_factor": [1, 2, 3, 4, 5, 6.5]"#
    private static let long = """
        {"partial_rotary_factor": 0.75, "max_position_embeddings": 131072, "rope_scaling": {"type": "longrope", \
        \(factors)}}
        """

    @Test("Phi-3: one tensor for several projections, and LongRoPE")
    func phi3() throws {
        let phi = try parse("phi3")
        #expect(phi.family == .phi3 && phi.fusesProjections && phi.rotaryScaling == .none && phi.window == nil)
        #expect((phi.keyValueHeadCount, phi.contextLength, phi.normEpsilon) == (4, 4096, 1e-5))
        let names = phi.tensors.map(\.name)
        #expect(names.contains("model.layers.5.self_attn.qkv_proj.weight"))
        #expect(!names.contains { $0.contains("q_proj") || $0.contains(".up_proj") })
        #expect(phi.specification(.layer(0, .gateUpWeight)).shape == [192, 64])
        #expect(try parse("phi3", #"{"sliding_window": 2047}"#).window?.size == 2047)

        let mini = try parse("phi3", Self.long)
        #expect(mini.rotatedSize == 12)
        let (frequencies, factor) = mini.layerPlans[0].rotary.frequencies()
        #expect(frequencies.count == 6 && abs(frequencies[5] - pow(10000, -10.0 / 12) / 6.5) < 1e-15)
        #expect(abs(factor - (1 + log(32) / log(4096)).squareRoot()) < 1e-12)
    }

    @Test("Phi-3: the context decides between the factors, and each spelling means the same")
    func longRope() throws {
        let long = try parse("phi3", Self.long)
        let short = try parse("phi3", Self.long.replacing("131072", with: "4096"))
        #expect(short.layerPlans[0].rotary.frequencies().perToken[5] == pow(10000, -10.0 / 12))
        #expect(short.layerPlans[0].rotary.frequencies().attentionFactor == 1)
        for kind in ["su", "yarn"] {
            #expect(try parse("phi3", Self.long.replacing("longrope", with: kind)) == long)
        }
        let nested = """
            {"max_position_embeddings": 131072, "rope_parameters": {"rope_type": "longrope", "rope_theta": 10000.0, \
            "partial_rotary_factor": 0.75, "original_max_position_embeddings": 7, \(Self.factors)}}
            """
        #expect(try parse("phi3", nested) == long)
        let given = try parse(
            "phi3", Self.long.replacing("\"longrope\"", with: "\"longrope\", \"attention_factor\": 1.25"))
        #expect(given.layerPlans[0].rotary.frequencies().attentionFactor == 1.25)
        let factor = try parse("phi3", Self.long.replacing("\"longrope\"", with: "\"longrope\", \"factor\": 32"))
        #expect(
            factor.layerPlans[0].rotary.frequencies().attentionFactor
                == long.layerPlans[0].rotary.frequencies().attentionFactor)
    }

    @Test(
        "Phi-3: problems are named",
        arguments: [
            (
                #"{"rope_scaling": {"type": "linear", "factor": 2}}"#,
                "rope_scaling.rope_type is \"linear\"; default and longrope"
            ),
            (
                #"{"rope_scaling": {"type": "longrope", "short_factor": [1]}}"#,
                "rope_scaling.short_factor has 1 entries; give 8"
            ),
            (
                #"{"rope_scaling": {"type": "longrope", "short_factor": "1"}}"#,
                "rope_scaling.short_factor is \"1\"; give a list"
            ),
            (#"{"rope_scaling": {"type": "longrope"}}"#, "rope_scaling.long_factor is missing"),
            (#"{"partial_rotary_factor": 1.5}"#, "partial_rotary_factor is 1.5; give a number above 0 and at most 1"),
            (#"{"partial_rotary_factor": 0.2}"#, "partial_rotary_factor is 0.2 of head_dim 16, which is 3 numbers"),
        ])
    func phi3Problems(changes: String, problem: String) {
        let message = message("phi3", changes)
        #expect(message.contains(problem), "\(message)")
    }

    // MARK: Gemma 3

    @Test("Gemma 3: norms around, two bases, windows in five of six layers")
    func gemma3() throws {
        let gemma = try parse("gemma3_text")
        #expect(gemma.family == .gemma3 && gemma.normPlacement == .around && gemma.normGainsAddOne)
        #expect(gemma.tiesEmbeddings && gemma.scalesEmbeddings && gemma.activation == .geluTanh)
        #expect((gemma.keyValueHeadCount, gemma.headSize, gemma.contextLength) == (4, 256, 131_072))
        #expect((gemma.beginningOfSequence, gemma.endOfSequence) == (2, [1]))
        #expect(gemma.window == PolicyConfiguration.AttentionWindow(size: 4096, layers: [0, 1, 2, 3, 4]))
        let plans = gemma.layerPlans
        #expect(plans.map(\.rotary.theta) == [1e4, 1e4, 1e4, 1e4, 1e4, 1e6])
        #expect(plans.map(\.window) == [4096, 4096, 4096, 4096, 4096, 0])
        #expect(plans[0].attentionScale == 1 / 16 && plans[0].gainOffset == 1)
        #expect(plans[0].norms.all.count == 4)
        #expect(try parse("gemma3_text", #"{"query_pre_attn_scalar": 64}"#).layerPlans[0].attentionScale == 1 / 8)
        let pattern = try parse("gemma3_text", #"{"sliding_window_pattern": 2, "sliding_window": 512}"#)
        #expect(pattern.window == PolicyConfiguration.AttentionWindow(size: 512, layers: [0, 2, 4]))
        #expect(try parse("", #"{"model_type": null, "architectures": ["Gemma3ForCausalLM"]}"#).family == .gemma3)
    }

    @Test(
        "Gemma 3: both generations of rotary fields mean the same; a window as long as the context still rotates otherwise"
    )
    func gemma3Rotation() throws {
        let old =
            #"{"rope_theta": 5e5, "rope_local_base_freq": 2e4, "rope_scaling": {"rope_type": "linear", "factor": 8}}"#
        let new = """
            {"rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 500000.0}, \
            "sliding_attention": {"rope_type": "default", "rope_theta": 20000.0}}}
            """
        let gemma = try parse("gemma3_text", old)
        #expect(try parse("gemma3_text", new) == gemma)
        #expect((gemma.rotaryTheta, gemma.windowRotaryTheta, gemma.rotaryScaling) == (5e5, 2e4, .linear(factor: 8)))
        #expect(gemma.layerPlans[0].rotary.scaling == .none)
        let wide = try parse("gemma3_text", #"{"max_position_embeddings": 1024}"#)
        #expect(wide.layerPlans.map(\.window) == [0, 0, 0, 0, 0, 0])
        #expect(wide.layerPlans.map(\.rotary.theta) == [1e4, 1e4, 1e4, 1e4, 1e4, 1e6])
    }

    @Test(
        "Gemma 3: problems are named",
        arguments: [
            (#"{"sliding_window": null}"#, "sliding_window is missing"),
            (#"{"attn_logit_softcapping": 50}"#, "attn_logit_softcapping is 50; capped scores"),
            (
                #"{"use_bidirectional_attention": true}"#,
                "use_bidirectional_attention is true; only attention to earlier"
            ),
            (#"{"hidden_activation": "gelu"}"#, "hidden_activation is \"gelu\"; only"),
            (#"{"query_pre_attn_scalar": 0}"#, "query_pre_attn_scalar is 0; give a number above 0"),
            (
                #"{"rope_parameters": {"rope_type": "default"}}"#,
                "rope_parameters.rope_type is \"default\"; give an object for each"
            ),
            (
                #"{"rope_parameters": {"sliding_attention": {"rope_type": "linear", "factor": 2}}}"#,
                "rope_parameters.sliding_attention.rope_type is \"linear\"; layers with a window"
            ),
        ])
    func gemma3Problems(changes: String, problem: String) {
        let message = message("gemma3_text", changes)
        #expect(message.contains(problem), "\(message)")
    }

    @Test("Gemma 3: of a model of images and text, the text's part is read, and copied as a model of text")
    func gemma3WithImages() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let plain = Fixtures.url("gemma3_text"), both = folder.appendingPathComponent("both")
            try FileManager.default.createDirectory(at: both, withIntermediateDirectories: true)
            let config = try Data(contentsOf: plain.appendingPathComponent("config.json"))
            var text = try #require(JSONSerialization.jsonObject(with: config) as? [String: Any])
            let outer: [String: Any] = [
                "model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], "torch_dtype": "float32",
                "eos_token_id": text.removeValue(forKey: "eos_token_id") ?? 0, "vision_config": ["hidden_size": 7],
                "text_config": text, "bos_token_id": NSNull(),
            ]
            let whole = try JSONSerialization.data(withJSONObject: outer)
            try whole.write(to: both.appendingPathComponent("config.json"))
            try copyWeights(
                "gemma3_text", to: both.appendingPathComponent("model.safetensors"), extra: ["vision_tower.bias"]
            ) { "language_model." + $0 }
            let read = try PolicyDirectory(both)
            #expect(try read.configuration == PolicyConfiguration(config: config))
            #expect(try read.weights().warnings == ["Tensors that this configuration does not use: vision_tower.bias"])
            let copy = folder.appendingPathComponent("copy")
            try PolicyDirectory.export(from: both, to: copy, format: .float32)
            #expect(try contents(of: copy) == contents(of: plain))
            #expect(try PolicyConfiguration(directory: copy) == PolicyConfiguration(config: config))
        }
        #expect(message("gemma3", "{}").contains("model_type is \"gemma3\", which is not served"))
    }

    // MARK: Qwen3-MoE

    @Test("Qwen3-MoE: experts in the layers that have them")
    func qwen3MoE() throws {
        let moe = try parse("qwen3_moe")
        #expect(moe.family == .qwen3MoE && moe.hasQKNorm && moe.headSize == 16 && moe.keyValueHeadCount == 4)
        let experts = try #require(moe.experts)
        #expect((experts.count, experts.perToken, experts.feedForwardSize) == (128, 8, 768))
        #expect(!experts.normalisesWeights && experts.layers == Set(0..<6))
        let some = try parse(
            "qwen3_moe",
            #"{"decoder_sparse_step": 2, "mlp_only_layers": [3], "num_experts": 4, "num_experts_per_tok": 1}"#)
        #expect(some.experts?.layers == [1, 5])
        let names = Set(some.tensors.map(\.name))
        #expect(
            names.contains("model.layers.1.mlp.gate.weight") && names.contains("model.layers.0.mlp.gate_proj.weight"))
        #expect(names.contains("model.layers.5.mlp.experts.3.down_proj.weight"))
        #expect(!names.contains("model.layers.1.mlp.gate_proj.weight"))
        #expect(some.specification(.expert(layer: 1, 0, .downWeight)).shape == [64, 768])
        // Files of transformers 5 call it so.
        #expect(try parse("qwen3_moe", #"{"num_local_experts": 16}"#).experts?.count == 16)
        #expect(try parse("qwen3_moe", #"{"num_experts": 0}"#).experts == nil)
        let window = try parse("qwen3_moe", #"{"use_sliding_window": true, "max_window_layers": 5}"#).window
        #expect(window == PolicyConfiguration.AttentionWindow(size: 4096, layers: Set(0..<6)))
    }

    @Test(
        "Qwen3-MoE: problems are named",
        arguments: [
            (#"{"num_experts": 4}"#, "num_experts_per_tok is 8; it has to be at most num_experts, 4"),
            (#"{"num_experts": 5000}"#, "num_experts is 5000; give a whole number"),
            (#"{"moe_intermediate_size": 0}"#, "moe_intermediate_size is 0"),
            (#"{"decoder_sparse_step": 0}"#, "decoder_sparse_step is 0"),
            (#"{"mlp_only_layers": 1}"#, "mlp_only_layers is 1; give a list"),
            (#"{"num_experts": 4096, "num_hidden_layers": 40}"#, "at most 131072 experts are computed"),
        ])
    func qwen3MoEProblems(changes: String, problem: String) {
        let message = message("qwen3_moe", changes)
        #expect(message.contains(problem), "\(message)")
    }
}
