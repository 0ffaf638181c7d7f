import Foundation
import ModelFiles
import ModelMaking
import TestSupport
import Testing

@Suite("PolicyDirectory and its weights")
struct PolicyDirectoryTests {
    @Test("opens every family's folder, with each tensor in its shape", arguments: families)
    func fixtures(_ family: String) throws {
        let directory = try PolicyDirectory(Fixtures.url(family))
        let weights = try directory.weights()
        #expect(weights.warnings.isEmpty)
        let stored = try SafetensorsFile(path: Fixtures.url("\(family)/model.safetensors").path)
        #expect(Set(directory.configuration.tensors.map(\.name)) == Set(stored.names))
        for tensor in directory.configuration.tensors {
            let view = try weights.tensor(tensor.weight)
            #expect((view.shape, view.encoding) == (tensor.shape, .float32))
            #expect(view.floats().contains { $0 != 0 } && view.floats().allSatisfy(\.isFinite))
        }
    }

    @Test("lists the tensors that biases, norms and tying bring about")
    func catalogue() throws {
        var configuration = PolicySize.tiny.configuration(family: .llama)
        let plain = configuration.tensors.count
        #expect(plain == 2 + 4 * 9)
        configuration.hasFeedForwardBias = true
        configuration.hasQKVBias = true
        configuration.hasOutputBias = true
        configuration.tiesEmbeddings = false
        #expect(configuration.tensors.count == plain + 4 * 7 + 1)
        #expect(configuration.specification(.output).shape == [512, 64])
        #expect(configuration.specification(.layer(1, .downWeight)).name == "model.layers.1.mlp.down_proj.weight")
        #expect(configuration.specification(.layer(1, .downWeight)).shape == [64, 176])
        #expect(PolicySize.mini.configuration(family: .qwen2).parameterCount == 4_561_152)
        #expect(PolicySize.half.configuration(family: .qwen2).parameterCount == 494_032_768)
    }

    @Test("accepts names without the leading 'model.', a stored copy of a tied output, and old rotary tables")
    func variants() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try copyConfiguration("qwen2", to: folder)
            let extra = ["lm_head.weight", "layers.0.self_attn.rotary_emb.inv_freq", "visual.proj.weight"]
            try copyWeights("qwen2", to: folder.appendingPathComponent("model.safetensors"), extra: extra) {
                String($0.dropFirst("model.".count))
            }
            let weights = try PolicyDirectory(folder).weights()
            #expect(try weights.tensor("model.norm.weight", shape: [64]).name == "norm.weight")
            #expect(weights.warnings == ["Tensors that this configuration does not use: visual.proj.weight"])
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
        }
    }

    @Test("names every missing tensor")
    func missingTensors() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try copyConfiguration("llama", to: folder)
            let missing = ["model.layers.1.mlp.up_proj.weight", "model.norm.weight"]
            try copyWeights("llama", to: folder.appendingPathComponent("model.safetensors")) {
                missing.contains($0) ? nil : $0
            }
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.code == .missingTensor)
            for name in missing { #expect(error?.message.contains(name) == true) }
        }
    }

    @Test("suggests tied embeddings when only the output projection is missing")
    func missingOutput() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try copyConfiguration("llama", to: folder)
            try copyWeights("llama", to: folder.appendingPathComponent("model.safetensors")) {
                $0 == "lm_head.weight" ? nil : $0
            }
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.message.contains("set tie_word_embeddings to true") == true)
        }
    }

    @Test(
        "names the field of config.json that would agree with a tensor of another shape",
        arguments: [
            ("vocab_size", 600, "vocab_size 512"), ("intermediate_size", 100, "intermediate_size 160"),
            ("num_key_value_heads", 4, "num_key_value_heads 2 with head_dim 16"),
            ("hidden_size", 128, "hidden_size 64"),
            ("head_dim", 32, "num_attention_heads 2 with head_dim 32"),
        ])
    func shapes(_ field: String, _ value: Int, _ message: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try copyConfiguration("qwen2", to: folder, changing: [field: value])
            try copyWeights("qwen2", to: folder.appendingPathComponent("model.safetensors"))
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.code == .shapeMismatch)
            #expect(error?.message.contains("model.safetensors: tensor 'model.") == true)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test("refuses a shape other than the stored one, and an unknown name")
    func asked() throws {
        let weights = try PolicyDirectory(Fixtures.url("qwen3")).weights()
        let shape = #expect(throws: PolicyError.self) { try weights.tensor("model.norm.weight", shape: [65]) }
        #expect(shape?.message.contains("has shape [64], and the configuration asks for [65]") == true)
        let name = #expect(throws: PolicyError.self) { try weights.tensor("model.nor.weight", shape: [64]) }
        #expect(name?.code == .missingTensor)
    }

    @Test("refuses weights in a format it does not read")
    func integerWeights() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let configuration = PolicySize.tiny.configuration(family: .llama)
            try PolicyInitializer.write(size: .tiny, family: .llama, seed: 1, to: folder.appendingPathComponent("a"))
            let file = folder.appendingPathComponent("a/model.safetensors").path
            let tensors = configuration.tensors.map {
                SafetensorsWriter.Tensor(name: $0.name, format: .int8, shape: $0.shape)
            }
            let writer = try SafetensorsWriter(path: file, tensors: tensors)
            try [UInt8](repeating: 1, count: configuration.parameterCount).withUnsafeBytes { try writer.append($0) }
            try writer.finish()
            let error = #expect(throws: PolicyError.self) {
                try PolicyDirectory(folder.appendingPathComponent("a")).weights()
            }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("stored as I8") == true && error?.message.contains("save them") == true)
        }
    }

    @Test("says what is missing of a folder")
    func missingFiles() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let none = #expect(throws: PolicyError.self) { try PolicyDirectory(folder.appendingPathComponent("no")) }
            #expect(none?.message.contains("There is no file or folder") == true)
            let file = #expect(throws: PolicyError.self) { try PolicyDirectory(Fixtures.url("qwen2/config.json")) }
            #expect(file?.message.contains("is a file") == true)
            let link = folder.appendingPathComponent("link.gguf")
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "gone.gguf")
            let broken = #expect(throws: PolicyError.self) { try PolicyDirectory(link) }
            #expect(broken?.message.contains("is a link to gone.gguf, which is not there") == true)
            try copyConfiguration("qwen2", to: folder)
            let weights = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(weights?.code == .notFound)
            try Data().write(to: folder.appendingPathComponent("pytorch_model.bin"))
            let pickle = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(pickle?.message.contains("pickle") == true)
        }
    }
}

@Suite("PolicyDirectory with sharded weights")
struct PolicyDirectoryShardTests {
    @Test("reads shards, through links as well")
    func shards() async throws {
        try await withShards { folder, names in
            #expect(names.count > 2)
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            let shard = folder.appendingPathComponent(names[0])
            try FileManager.default.moveItem(at: shard, to: folder.appendingPathComponent("blob"))
            try FileManager.default.createSymbolicLink(atPath: shard.path, withDestinationPath: "blob")
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
        }
    }

    @Test("names the shard that is missing")
    func missingShard() async throws {
        try await withShards { folder, names in
            try FileManager.default.removeItem(at: folder.appendingPathComponent(names[1]))
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("lacks \(names[1]), which model.safetensors.index.json names") == true)
        }
    }

    @Test(
        "refuses an index that leaves its folder or names no weights",
        arguments: [
            "../x.safetensors", "/etc/x.safetensors", "a/../../x.safetensors", "..", "x.bin", "", ".safetensors",
        ])
    func traversal(_ name: String) async throws {
        try await withShards { folder, _ in
            try changeIndex(folder) { $0["model.norm.weight"] = name }
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.code == .malformed)
            #expect(error?.message.contains("weight_map names the file \"\(name)\"") == true)
        }
    }

    @Test("finds a tensor that the index places in the wrong shard, or does not name")
    func misplaced() async throws {
        try await withShards { folder, names in
            for name in [names[0], nil] {
                try changeIndex(folder) { $0["model.norm.weight"] = name }
                #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            }
        }
    }

    @Test("names the shard that should hold a tensor that none does")
    func nowhere() async throws {
        try await withShards { folder, names in
            try dropNorm(in: folder, from: names[names.count - 1])
            let wrong = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(wrong?.code == .missingTensor)
            let holder = try #require(names.last)
            #expect(wrong?.message.contains("says that \(holder) holds 'model.norm.weight', and it does not") == true)
            try changeIndex(folder) { $0["model.norm.weight"] = nil }
            let absent = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(absent?.message.contains("lacks model.norm.weight") == true)
        }
    }

    @Test("serves an index that lists tensors and files that are not there, when all that is needed is")
    func promises() async throws {
        try await withShards { folder, names in
            try changeIndex(folder) { map in
                map["visual.blocks.0.weight"] = names[0]
                map["lm_head.weight"] = names[1]
                map["visual.blocks.1.weight"] = "model-vision.safetensors"
                map["visual.blocks.2.weight"] = "../elsewhere.safetensors"
            }
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            let warnings = try PolicyDirectory(folder).weights().warnings
            #expect(warnings.count == 3)
            #expect(
                warnings.contains { $0.contains("names model-vision.safetensors, which is not there and not needed") })
            #expect(warnings.contains { $0.hasSuffix("nothing needs: visual.blocks.0.weight") })
            #expect(warnings.contains { $0.hasSuffix("no file beside it for visual.blocks.2.weight") })
        }
    }

    @Test("does not open files that hold nothing needed, damaged as they may be")
    func idleFile() async throws {
        try await withShards { folder, _ in
            try changeIndex(folder) { $0["visual.weight"] = "vision.safetensors" }
            try Data("not a tensor".utf8).write(to: folder.appendingPathComponent("vision.safetensors"))
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
        }
    }

    @Test("takes whichever is complete of a single file and an index, where one is left over")
    func leftOver() async throws {
        try await withShards { folder, names in
            let single = folder.appendingPathComponent("model.safetensors")
            try copyWeights("qwen2", to: single) { $0 == "model.norm.weight" ? nil : $0 }
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            let warnings = try PolicyDirectory(folder).weights().warnings
            #expect(warnings.count == 1)
            #expect(warnings[0].contains("lacks model.norm.weight"))
            #expect(warnings[0].hasSuffix("It is not used: model.safetensors.index.json is complete."))
            try Data([1, 2, 3]).write(to: single)
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            // The other way round, shards of an older model stay beside a whole file.
            try copyWeights("qwen2", to: single)
            for name in names.dropFirst() {
                try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
            }
            #expect(try contents(of: folder) == contents(of: Fixtures.url("qwen2")))
            #expect(try PolicyDirectory(folder).weights().warnings.isEmpty)
            // Where neither is complete, the single file's fault is told.
            try copyWeights("qwen2", to: single) { $0 == "model.norm.weight" ? nil : $0 }
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.message.contains("lacks model.norm.weight") == true)
        }
    }

    @Test("says of a shortened shard that it is truncated")
    func truncatedShard() async throws {
        try await withShards { folder, names in
            let shard = folder.appendingPathComponent(names[2])
            try Data(contentsOf: shard).dropLast(5).write(to: shard)
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.code == .truncated)
            #expect(error?.message.contains(names[2]) == true)
        }
    }

    @Test("rejects an index without weight_map")
    func noMap() async throws {
        try await withShards { folder, _ in
            try Data("{}".utf8).write(to: folder.appendingPathComponent("model.safetensors.index.json"))
            let error = #expect(throws: PolicyError.self) { try PolicyDirectory(folder).weights() }
            #expect(error?.message.contains("no object weight_map") == true)
        }
    }

    /// A sharded copy of a fixture, and its shards' names in order.
    private func withShards(_ body: (URL, [String]) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let copy = folder.appendingPathComponent("sharded")
            try PolicyDirectory.export(
                from: Fixtures.url("qwen2"), to: copy, format: .float32, maximumShardBytes: 200_000)
            let names = try FileManager.default.contentsOfDirectory(atPath: copy.path)
            try body(copy, names.filter { $0.hasSuffix(".safetensors") }.sorted())
        }
    }

    /// Writes a shard again without the last norm.
    private func dropNorm(in folder: URL, from shard: String) throws {
        let path = folder.appendingPathComponent(shard).path
        let file = try SafetensorsFile(path: path)
        let kept = file.names.filter { $0 != "model.norm.weight" }.compactMap { file.stored($0) }
        #expect(kept.count == file.names.count - 1)
        let writer = try SafetensorsWriter(
            path: path, tensors: kept.map { .init(name: $0.name, format: $0.format, shape: $0.shape) })
        for tensor in kept { try writer.append(tensor.bytes) }
        try writer.finish()
    }

    private func changeIndex(_ folder: URL, _ change: (inout [String: String]) -> Void) throws {
        let file = folder.appendingPathComponent("model.safetensors.index.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        var map = try #require(json?["weight_map"] as? [String: String])
        change(&map)
        try JSONSerialization.data(withJSONObject: ["weight_map": map]).write(to: file)
    }
}
