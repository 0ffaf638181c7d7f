import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("PolicyConfiguration")
struct ConfigurationTests {
    @Test("reads the fixtures of every family, in both generations of field names")
    func fixtures() throws {
        let qwen2 = try PolicyConfiguration(directory: Fixtures.url("qwen2"))
        #expect(qwen2.family == .qwen2)
        #expect((qwen2.hiddenSize, qwen2.layerCount, qwen2.feedForwardSize) == (64, 3, 160))
        #expect((qwen2.headCount, qwen2.keyValueHeadCount, qwen2.headSize) == (4, 2, 16))
        #expect(qwen2.hasQKVBias && !qwen2.hasOutputBias && !qwen2.hasQKNorm && qwen2.tiesEmbeddings)
        #expect((qwen2.rotaryTheta, qwen2.rotaryScaling, qwen2.contextLength) == (1e6, .none, 512))
        #expect((qwen2.beginningOfSequence, qwen2.endOfSequence) == (nil, [0]))

        let qwen3 = try PolicyConfiguration(directory: Fixtures.url("qwen3"))
        #expect((qwen3.family, qwen3.headSize, qwen3.rotaryTheta) == (.qwen3, 32, 1e6))
        #expect(!qwen3.hasQKVBias && qwen3.hasQKNorm && !qwen3.tiesEmbeddings)

        let llama = try PolicyConfiguration(directory: Fixtures.url("llama"))
        #expect((llama.family, llama.normEpsilon, llama.groupSize) == (.llama, 1e-5, 1))
        let scaling = PolicyConfiguration.RotaryScaling.llama3(
            factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 64)
        #expect(llama.rotaryScaling == scaling)
        #expect((llama.beginningOfSequence, llama.endOfSequence) == (1, [2]))
    }

    @Test("fills in what transformers fills in, by family")
    func defaults() throws {
        let llama = try parse("llama", removing: ["num_key_value_heads"])
        #expect(llama.keyValueHeadCount == 4 && llama.headSize == 16)
        #expect((llama.contextLength, llama.normEpsilon, llama.rotaryTheta) == (2048, 1e-6, 10000))
        #expect((llama.beginningOfSequence, llama.endOfSequence) == (1, [2]))
        #expect(!llama.tiesEmbeddings && !llama.hasQKVBias && !llama.hasFeedForwardBias && !llama.isUntrained)
        let qwen2 = try parse("qwen2")
        #expect(qwen2.contextLength == 32768 && qwen2.hasQKVBias)
        #expect((qwen2.beginningOfSequence, qwen2.endOfSequence) == (nil, []))
        #expect(try parse("qwen3").headSize == 128)
        #expect(try parse("llama", #"{"eos_token_id": null}"#).endOfSequence == [])
    }

    @Test("follows the bias flags of each family")
    func biases() throws {
        let llama = try parse("llama", #"{"attention_bias": true, "mlp_bias": true}"#)
        #expect(llama.hasQKVBias && llama.hasOutputBias && llama.hasFeedForwardBias)
        let qwen3 = try parse("qwen3", #"{"attention_bias": true, "mlp_bias": true}"#)
        #expect(qwen3.hasQKVBias && qwen3.hasOutputBias && !qwen3.hasFeedForwardBias)
        let qwen2 = try parse("qwen2", #"{"attention_bias": false}"#)
        #expect(qwen2.hasQKVBias && !qwen2.hasOutputBias)
    }

    @Test("reads every rotary scaling it computes, however it is spelled")
    func rotary() throws {
        let linear = PolicyConfiguration.RotaryScaling.linear(factor: 4)
        #expect(try parse("llama", #"{"rope_scaling": {"type": "linear", "factor": 4}}"#).rotaryScaling == linear)
        #expect(
            try parse("llama", #"{"rope_scaling": {"rope_type": "linear", "factor": 4.0}}"#).rotaryScaling == linear)
        let new = try parse("llama", #"{"rope_parameters": {"rope_type": "linear", "factor": 4, "rope_theta": 5e5}}"#)
        #expect((new.rotaryScaling, new.rotaryTheta) == (linear, 5e5))
        let both = try parse("llama", #"{"rope_theta": 2e4, "rope_parameters": {"rope_type": "default"}}"#)
        #expect((both.rotaryScaling, both.rotaryTheta) == (.none, 2e4))
        let yarn = try parse(
            "qwen2", #"{"rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 8192}}"#)
        #expect(
            yarn.rotaryScaling
                == .yarn(factor: 4, originalContext: 8192, betaFast: 32, betaSlow: 1, attentionFactor: nil))
        let scaled = try parse(
            "llama",
            #"{"rope_scaling": {"rope_type": "yarn", "factor": 40, "mscale": 1, "mscale_all_dim": 0.5, "beta_slow": 2}}"#
        )
        guard case .yarn(40, 2048, 32, 2, let factor?) = scaled.rotaryScaling else {
            Issue.record("read as \(scaled.rotaryScaling)")
            return
        }
        #expect(abs(factor - (0.1 * log(40) + 1) / (0.05 * log(40) + 1)) < 1e-12)
    }

    @Test("keeps the end tokens of both files, one or several")
    func endTokens() throws {
        #expect(try parse("qwen2", #"{"eos_token_id": [3, 4]}"#).endOfSequence == [3, 4])
        let both = try parse("qwen2", #"{"eos_token_id": 3}"#, generation: #"{"eos_token_id": [5, 6]}"#)
        #expect((both.endOfSequence, both.generationEndOfSequence) == ([3], [5, 6]))
        let one = try parse("qwen2", #"{"eos_token_id": 3}"#, generation: #"{}"#)
        #expect((one.endOfSequence, one.generationEndOfSequence) == ([3], []))
    }

    @Test("tells end tokens that config.json names from those assumed of the family")
    func assumedEndTokens() throws {
        #expect(try parse("llama").assumesEndOfSequence)
        #expect(try !parse("llama", #"{"eos_token_id": 2}"#).assumesEndOfSequence)
        #expect(try !parse("llama", #"{"eos_token_id": null}"#).assumesEndOfSequence)
    }

    @Test(
        "names the field, the value and the remedy of what does not work",
        arguments: [
            (#"{"hidden_size": 0}"#, "hidden_size is 0; give a whole number"),
            (#"{"hidden_size": "64"}"#, "hidden_size is \"64\"; give a whole number"),
            (#"{"hidden_size": null}"#, "hidden_size is missing"),
            (#"{"hidden_size": 1e300}"#, "hidden_size is 1e+300"),
            (#"{"vocab_size": -1}"#, "vocab_size is -1"),
            (#"{"max_position_embeddings": 0}"#, "max_position_embeddings is 0"),
            (#"{"num_hidden_layers": true}"#, "num_hidden_layers is true"),
            (#"{"num_attention_heads": 5}"#, "give a divisor of hidden_size"),
            (#"{"num_key_value_heads": 3}"#, "has to divide num_attention_heads, 4"),
            (#"{"head_dim": 15}"#, "head_dim is 15; rotary positions"),
            (#"{"rms_norm_eps": 0}"#, "rms_norm_eps is 0; give a number above 0"),
            (#"{"rope_theta": -1}"#, "rope_theta is -1"),
            (#"{"hidden_act": "gelu"}"#, "hidden_act is \"gelu\"; only \"silu\""),
            (#"{"tie_word_embeddings": 1}"#, "tie_word_embeddings is 1; give true or false"),
            (#"{"rms_norm_eps": 1e-60}"#, "rms_norm_eps is 1e-60; give a number above 0 that 32 bits can hold"),
            (#"{"rope_scaling": {"rope_type": "dynamic", "factor": 2}}"#, "rope_scaling.rope_type is \"dynamic\""),
            (#"{"rope_scaling": {"type": "longrope"}}"#, "rope_scaling.rope_type is \"longrope\""),
            (#"{"rope_scaling": {"rope_type": 3}}"#, "rope_scaling.rope_type is 3; give a text"),
            (#"{"rope_scaling": {"type": "linear"}}"#, "rope_scaling.factor is missing"),
            (
                #"{"rope_parameters": {"rope_type": "llama3", "factor": 8}}"#,
                "rope_parameters.low_freq_factor is missing"
            ),
            (
                #"{"rope_parameters": {"full_attention": {"rope_theta": 1}}}"#,
                "rope_parameters.full_attention is an object; only one rotation"
            ),
            (#"{"rope_scaling": 4}"#, "rope_scaling is 4; give an object or null"),
            (#"{"partial_rotary_factor": 0.5}"#, "partial_rotary_factor is 0.5"),
            (
                #"{"use_sliding_window": true, "sliding_window": "all"}"#,
                "sliding_window is \"all\"; give a whole number"
            ),
            (#"{"use_sliding_window": true, "max_window_layers": -1}"#, "max_window_layers is -1; give a whole number"),
            (
                #"{"layer_types": ["full_attention", "sliding_attention"]}"#,
                "use_sliding_window is false; set it to true"
            ),
            (
                #"{"use_sliding_window": true, "sliding_window": null, "layer_types": ["sliding_attention", "full_attention"]}"#,
                "sliding_window is missing"
            ),
            (#"{"layer_types": ["full_attention", "linear_attention"]}"#, "layer_types has \"linear_attention\"; only"),
            (#"{"layer_types": ["full_attention"]}"#, "layer_types has 1 entries and num_hidden_layers is 2"),
            (#"{"layer_types": "full_attention"}"#, "layer_types is \"full_attention\"; give a list"),
            (#"{"final_logit_softcapping": 30.0}"#, "final_logit_softcapping is 30"),
            (#"{"use_bidirectional_attention": true}"#, "use_bidirectional_attention is true"),
            (#"{"quantization_config": {"quant_method": "gptq"}}"#, "quantization_config is present"),
        ] as [(String, String)])
    func problems(_ change: String, _ message: String) throws {
        let error = #expect(throws: PolicyError.self) { try parse("qwen2", change) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("config.json: ") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("reports every problem at once")
    func allProblems() throws {
        let change = #"{"hidden_size": 0, "vocab_size": null, "hidden_act": "relu"}"#
        let error = #expect(throws: PolicyError.self) { try parse("llama", change) }
        for field in ["hidden_size", "vocab_size", "hidden_act"] { #expect(error?.message.contains(field) == true) }
    }

    @Test(
        "accepts a sliding window that changes nothing",
        arguments: [
            #"{"use_sliding_window": false, "sliding_window": 128, "max_window_layers": 0}"#,
            #"{"use_sliding_window": true, "sliding_window": null, "max_window_layers": 0}"#,
            #"{"use_sliding_window": true, "sliding_window": 128, "max_window_layers": 2}"#,
            #"{"use_sliding_window": true, "sliding_window": 32768, "max_window_layers": 0}"#,
            #"{"use_sliding_window": true, "layer_types": ["full_attention", "full_attention"]}"#,
        ])
    func idleWindow(_ change: String) throws {
        #expect(try parse("qwen2", change).window == nil)
    }

    @Test(
        "reads which layers have a window",
        arguments: [
            (#"{"max_window_layers": 1}"#, [1]), (#"{"max_window_layers": 0}"#, [0, 1]),
            (#"{"layer_types": ["sliding_attention", "full_attention"]}"#, [0]),
            (#"{"max_window_layers": 1, "layer_types": ["sliding_attention", "sliding_attention"]}"#, [0, 1]),
        ] as [(String, Set<Int>)])
    func windows(_ change: String, _ layers: Set<Int>) throws {
        let fields = #"{"use_sliding_window": true, "sliding_window": 128, "# + change.dropFirst()
        for family in ["qwen2", "qwen3"] {
            var configuration = try parse(family, fields)
            configuration.assumesEndOfSequence = false
            #expect(configuration.window == PolicyConfiguration.AttentionWindow(size: 128, layers: layers))
            #expect(configuration.layerPlans.map(\.window) == [0, 1].map { layers.contains($0) ? 128 : 0 })
            let written = try JSONValue.object(configuration.configFields()).rendered()
            #expect(try PolicyConfiguration(config: written) == configuration)
        }
    }

    @Test("names a family that is not served, or none")
    func families() throws {
        let unknown = #expect(throws: PolicyError.self) { try parse("gemma2") }
        #expect(unknown?.code == .unsupported)
        #expect(unknown?.message.contains("\"gemma2\"") == true)
        #expect(try parse("", #"{"model_type": null, "architectures": ["Qwen3ForCausalLM"]}"#).family == .qwen3)
        for (value, words) in [("null", "model_type is missing"), ("5", "model_type is 5, which is no text")] {
            let error = #expect(throws: PolicyError.self) { try parse("", #"{"model_type": \#(value)}"#) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test(
        "rejects what is not a JSON object",
        arguments: ["", "[]", "{", "{\"a\": }", String(repeating: "[", count: 100_000)])
    func notJSON(_ text: String) {
        let error = #expect(throws: PolicyError.self) { try PolicyConfiguration(config: Data(text.utf8)) }
        #expect(error?.code == .malformed)
    }

    @Test(
        "reads a trained model's file from elsewhere; skipped where the shared data is absent",
        .enabled(if: Fixtures.shared("models/stories260k") != nil))
    func trainedModel() throws {
        let directory = try PolicyDirectory(#require(Fixtures.shared("models/stories260k")))
        #expect((directory.configuration.family, directory.configuration.groupSize) == (.llama, 2))
        #expect(try directory.weights().warnings.isEmpty)
    }

    @Test("says which file is missing")
    func missingFile() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let error = #expect(throws: PolicyError.self) { try PolicyConfiguration(directory: folder) }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("config.json is missing") == true)
        }
    }

    @Test("reads sampling defaults")
    func generationDefaults() throws {
        let text = #"{"do_sample": true, "temperature": 0.6, "top_p": 0.95, "top_k": 20, "repetition_penalty": 1.1}"#
        let defaults = GenerationFile(json: Data(text.utf8), vocabulary: 512).defaults
        #expect(!defaults.isGreedy && defaults.minP == nil)
        #expect(
            (defaults.temperature, defaults.topP, defaults.topK, defaults.repetitionPenalty) == (0.6, 0.95, 20, 1.1))
        #expect(GenerationFile(json: Data(#"{"do_sample": false}"#.utf8), vocabulary: 512).defaults.isGreedy)
        #expect(try PolicyDirectory(Fixtures.url("qwen2")).generationDefaults == GenerationDefaults())
        #expect(GenerationFile(json: nil, vocabulary: 512).warnings == [])
    }

    @Test(
        "leaves out suggestions that make no sense, naming file and field, and keeps the others",
        arguments: [
            (#""temperature": -1"#, "temperature is -1; give a number of at least 0"),
            (#""temperature": NaN"#, "temperature is nan"), (#""temperature": 1e300"#, "temperature is 1e+300"),
            (#""temperature": "0.7""#, #"temperature is "0.7""#), (#""temperature": -Infinity"#, "temperature is -inf"),
            (#""top_p": 0"#, "top_p is 0"), (#""top_p": 1e-60"#, "top_p is 1e-60"), (#""top_p": 1.5"#, "top_p is 1.5"),
            (#""top_k": -1"#, "top_k is -1; give a number that is whole and at least 0"),
            (#""top_k": 1.5"#, "top_k is 1.5"), (#""top_k": 1e30"#, "top_k is 1e+30"),
            (#""top_k": [50]"#, "top_k is [50]"),
            (#""min_p": 2"#, "min_p is 2"),
            (#""repetition_penalty": 0"#, "repetition_penalty is 0; give a number above 0"),
            (#""repetition_penalty": 1e-60"#, "repetition_penalty is 1e-60"), (#""do_sample": 1"#, "do_sample is 1"),
            (#""eos_token_id": -1"#, "eos_token_id: -1 is not a token id within the vocabulary, 0..<512"),
            (#""eos_token_id": 512"#, "eos_token_id: 512 is not"),
            (#""eos_token_id": "</s>""#, #"eos_token_id: "</s>""#),
        ] as [(String, String)])
    func leftOut(_ field: String, _ message: String) throws {
        let text = #"{"temperature": 0.5, "top_k": 7, "eos_token_id": 9, \#(field)}"#
        let file = GenerationFile(json: Data(text.utf8), file: "generation_config.json", vocabulary: 512)
        var kept = GenerationDefaults()
        (kept.temperature, kept.topK) = (0.5, 7)
        if field.contains("temperature") { kept.temperature = nil }
        if field.contains("top_k") { kept.topK = nil }
        #expect(file.defaults == kept)
        #expect(file.endOfSequence == (field.contains("eos") ? nil : [9]))
        #expect(file.warnings.count == 1)
        let warning = try #require(file.warnings.first)
        #expect(warning.hasPrefix("generation_config.json: \(message)"), "\(warning)")
        #expect(warning.hasSuffix("It is left out."))
    }

    @Test("keeps the end tokens of a list that are in the vocabulary")
    func someEnds() throws {
        let file = GenerationFile(json: Data(#"{"eos_token_id": [3, -1, 4, 99]}"#.utf8), vocabulary: 10)
        #expect(file.endOfSequence == [3, 4] && file.warnings.count == 2)
        #expect(try parse("qwen2", #"{"eos_token_id": [5, 70000], "bos_token_id": -1}"#).endOfSequence == [5])
    }

    @Test(
        "suggests nothing where generation_config.json cannot be read as one",
        arguments: ["", "{", "[]", "null", "{}x", "\u{FEFF}"])
    func unreadableSuggestions(_ text: String) throws {
        let file = GenerationFile(json: Data(text.utf8), vocabulary: 512)
        #expect(file.defaults == GenerationDefaults() && file.endOfSequence == nil)
        #expect(file.warnings.count == 1 && file.warnings[0].hasPrefix("generation_config.json"))
        #expect(try parse("qwen2", #"{"eos_token_id": 3}"#, generation: text).endOfSequence == [3])
    }

    @Test("reads numbers that only Python's JSON has, where nothing depends on them")
    func nonFinite() throws {
        let fields = #""hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96"#
        let unused = #""model_type": "qwen2", "vocab_size": 512, "loss_scale": NaN, "a": [Infinity, -Infinity, 1e999]"#
        let configuration = try PolicyConfiguration(config: Data("{\(fields), \(unused)}".utf8))
        #expect(configuration.hiddenSize == 64)
        for used in [#""rope_theta": NaN"#, #""rms_norm_eps": Infinity"#, #""rope_scaling": -Infinity"#] {
            let error = #expect(throws: PolicyError.self) {
                try PolicyConfiguration(config: Data("{\(fields), \(unused), \(used)}".utf8))
            }
            #expect(error?.code == .invalid, "\(error?.message ?? "")")
        }
    }

    @Test("does not look at bias flags of families that have no choice")
    func idleFlags() throws {
        #expect(try parse("qwen2", #"{"attention_bias": "no", "mlp_bias": 3}"#).hasQKVBias)
        #expect(try !parse("qwen3", #"{"mlp_bias": 3}"#).hasFeedForwardBias)
        #expect(throws: PolicyError.self) { try parse("llama", #"{"mlp_bias": 3}"#) }
    }
}

/// Parses a small valid configuration, changed by the fields of a JSON object.
private func parse(
    _ family: String, _ changes: String = "{}", removing: [String] = [], generation: String? = nil
) throws -> PolicyConfiguration {
    var fields: [String: Any] = [
        "model_type": family, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 512,
    ]
    let changed = try JSONSerialization.jsonObject(with: Data(changes.utf8))
    fields.merge(try #require(changed as? [String: Any])) { $1 }
    for name in removing { fields[name] = nil }
    return try PolicyConfiguration(
        config: JSONSerialization.data(withJSONObject: fields), generation: generation.map { Data($0.utf8) })
}
