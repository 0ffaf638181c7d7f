import Basics
import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("Folders of adapters")
struct AdapterDirectoryTests {
    private static let configuration = try! PolicyDirectory(Fixtures.url("llama")).configuration
    private static let original = Fixtures.url("adapters/llama-all")

    /// Reads a copy of a fixture's folder, changed.
    private func read(
        _ name: String = "llama-all", base: PolicyConfiguration = configuration,
        _ change: (inout [String: Any]) -> Void = { _ in }, files: (URL) throws -> Void = { _ in }
    ) async throws -> AdapterDirectory {
        try await Fixtures.withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("adapter")
            try FileManager.default.copyItem(at: Fixtures.url("adapters/\(name)"), to: copy)
            let file = copy.appendingPathComponent("adapter_config.json")
            var fields = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
            change(&fields)
            try JSONSerialization.data(withJSONObject: fields).write(to: file)
            try files(copy)
            return try AdapterDirectory(copy, base: base)
        }
    }

    @Test("Rank, scale and modules are those that PEFT saved")
    func shapes() async throws {
        let all = try await read()
        #expect(all.shape.rank == 4 && all.shape.alpha == 8 && all.shape.scale == 2)
        #expect(all.shape.targets == AdapterTarget.allCases && all.shape.modules.count == 21)
        #expect(all.baseName == "llama" && all.warnings.isEmpty)
        let some = try await read("qwen2-some", base: PolicyDirectory(Fixtures.url("qwen2")).configuration)
        #expect(Set(some.shape.modules.map(\.layer)) == [0, 2])
        #expect(some.shape.targets == [.key, .output, .up, .down])
        let stabilised = try await read("qwen3-qv", base: PolicyDirectory(Fixtures.url("qwen3")).configuration)
        #expect(abs(stabilised.shape.scale - 5 / 3.0.squareRoot()) < 1e-12)
    }

    @Test("Modules may be named in full, by a pattern, or not at all")
    func names() async throws {
        for value in ["all-linear", ".*proj", nil] as [String?] {
            #expect(try await read { $0["target_modules"] = value ?? NSNull() }.shape.modules.count == 21)
        }
        let names = (0..<3).map { "model.layers.\($0).mlp.up_proj" }
        // The other tensors are there and count: PEFT's own reading of the list is only checked against them.
        #expect(try await read { $0["target_modules"] = names }.shape.modules.count == 21)
    }

    @Test("What is computed otherwise is refused by name, with a way out")
    func refusals() async throws {
        let cases: [(field: String, value: Any)] = [
            ("peft_type", "IA3"), ("r", 0), ("r", 257), ("r", "4"), ("lora_alpha", 0), ("lora_alpha", "x"),
            ("lora_alpha", NSNull()), ("lora_alpha", 1e300), ("lora_alpha", 1e-60), ("use_dora", true),
            ("lora_bias", true), ("bias", "all"),
            ("fan_in_fan_out", true), ("modules_to_save", ["lm_head"]), ("rank_pattern", ["q_proj": 2]),
            ("alpha_pattern", ["q_proj": 2]), ("layer_replication", [[0, 2]]), ("trainable_token_indices", [1]),
            ("target_parameters", ["experts.gate_up_proj"]), ("use_qalora", true), ("init_lora_weights", "pissa"),
            ("init_lora_weights", "olora"), ("target_modules", ["q_proj", "lm_head"]), ("use_rslora", 3),
        ]
        for (field, value) in cases {
            let error = await #expect(throws: PolicyError.self) { try await read { $0[field] = value } }
            #expect(
                error?.code == .invalid && error?.message.contains(field) == true, "\(field): \(error?.message ?? "")")
        }
        // JSONSerialization writes no infinities, Python does.
        let error = await #expect(throws: PolicyError.self) {
            try await read { _ in
            } files: { folder in
                let file = folder.appendingPathComponent("adapter_config.json")
                let text = try String(contentsOf: file, encoding: .utf8)
                let changed = text.replacing(#""lora_alpha":8"#, with: #""lora_alpha":Infinity"#)
                #expect(changed != text)
                try Data(changed.utf8).write(to: file)
            }
        }
        #expect(error?.message.contains("lora_alpha") == true)
        #expect(try await read { $0["lora_dropout"] = 0.1 }.warnings.isEmpty)
        #expect(try await read { $0["something_new"] = 1 }.warnings.count == 1)
    }

    @Test("An adapter of another base, and missing tensors, are named")
    func tensors() async throws {
        var error = await #expect(throws: PolicyError.self) {
            try await read(base: PolicyDirectory(Fixtures.url("qwen2")).configuration)
        }
        #expect(error?.code == .shapeMismatch && error?.message.contains("llama") == true, "\(error?.message ?? "")")
        error = await #expect(throws: PolicyError.self) { try await read { $0["r"] = 5 } }
        #expect(error?.code == .shapeMismatch)
        error = await #expect(throws: PolicyError.self) {
            try await read("qwen2-some", base: PolicyDirectory(Fixtures.url("qwen2")).configuration) {
                $0["layers_to_transform"] = [0, 1, 2]
            }
        }
        #expect(error?.code == .missingTensor && error?.message.contains("layers.1.") == true)
        var shallow = Self.configuration
        shallow.layerCount = 2
        error = await #expect(throws: PolicyError.self) { try await read(base: shallow) }
        #expect(error?.code == .unsupported && error?.message.contains("layers.2.") == true)
        error = await #expect(throws: PolicyError.self) {
            try await read(files: {
                try FileManager.default.removeItem(at: $0.appendingPathComponent("adapter_model.safetensors"))
            })
        }
        #expect(error?.code == .notFound)
    }

    /// `ATTNRL_WRITTEN_ADAPTERS` names a folder to leave them in, for `make_adapters.py --load` to read with PEFT.
    @Test("What is written is what was read, and a model's folder is no adapter")
    func roundTrip() async throws {
        let kept = ProcessInfo.processInfo.environment["ATTNRL_WRITTEN_ADAPTERS"].map { URL(fileURLWithPath: $0) }
        for (name, base) in [("llama-all", "llama"), ("qwen3-qv", "qwen3"), ("qwen2-some", "qwen2")] {
            try await Fixtures.withTemporaryFolder { folder in
                let configuration = try PolicyDirectory(Fixtures.url(base)).configuration
                let read = try AdapterDirectory(Fixtures.url("adapters/\(name)"), base: configuration)
                let target = (kept ?? folder).appendingPathComponent(name)
                try AdapterExporter(read.shape, of: configuration, baseName: base).write(to: target) { tensor, buffer in
                    try read.tensor(tensor).copyFloats(to: buffer)
                }
                #expect(AdapterDirectory.exists(at: target))
                let again = try AdapterDirectory(target, base: configuration)
                #expect(again.shape == read.shape && again.baseName == base && again.warnings.isEmpty)
                for tensor in read.shape.tensors(configuration) {
                    #expect(try again.tensor(tensor).floats() == read.tensor(tensor).floats())
                }
            }
        }
        #expect(!AdapterDirectory.exists(at: Fixtures.url("llama")))
    }

    @Test("Beside the base's config.json an adapter is one, beside weights it is not")
    func strayFiles() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("copy")
            try FileManager.default.copyItem(at: Fixtures.url("adapters/llama-all"), to: copy)
            func bring(_ name: String) throws {
                try FileManager.default.copyItem(
                    at: Fixtures.url("llama/\(name)"), to: copy.appendingPathComponent(name))
            }
            try bring("config.json")
            #expect(AdapterDirectory.exists(at: copy))
            try bring("model.safetensors")
            #expect(!AdapterDirectory.exists(at: copy))
        }
    }

    @Test("Ranks and targets have matrices of the base's sizes")
    func matrices() {
        let shape = AdapterShape(rank: 2, alpha: 4, targets: [.key, .down], of: Self.configuration)
        let tensors = shape.tensors(Self.configuration)
        #expect(tensors.count == 12)
        #expect(tensors[0].name == "base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight")
        #expect(tensors[0].shape == [2, 48] && tensors[1].shape == [48, 2])
        #expect(tensors[2].shape == [2, 128] && tensors[3].shape == [48, 2])
        #expect(shape.parameterCount(Self.configuration) == 3 * (2 * 96 + 2 * 176))
        var odd = Self.configuration
        odd.feedForwardSize = 77
        #expect(AdapterShape.obstacle(odd) != nil && AdapterShape.obstacle(Self.configuration) == nil)
    }
}
