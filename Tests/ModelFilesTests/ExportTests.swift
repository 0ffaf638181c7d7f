import Foundation
import ModelMaking
import TestSupport
import Testing

@testable import ModelFiles

@Suite("PolicyExporter")
struct ExportTests {
    @Test("copies a folder value for value, whole or in shards", arguments: families, [nil, 100_000])
    func lossless(_ family: String, _ shardBytes: Int?) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("copy")
            let source = Fixtures.url(family)
            try PolicyDirectory.export(from: source, to: target, format: .float32, maximumShardBytes: shardBytes)
            #expect(try contents(of: target) == contents(of: source))
            #expect(try PolicyConfiguration(directory: target) == PolicyConfiguration(directory: source))
            for name in ["tokenizer.json", "tokenizer_config.json", "generation_config.json"] {
                #expect(
                    try Data(contentsOf: target.appendingPathComponent(name))
                        == Data(contentsOf: source.appendingPathComponent(name)))
            }
            let index = target.appendingPathComponent("model.safetensors.index.json").path
            #expect(FileManager.default.fileExists(atPath: index) == (shardBytes != nil))
        }
    }

    @Test("keeps every field of config.json but the number format's", arguments: families)
    func configuration(_ family: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("copy")
            try PolicyDirectory.export(from: Fixtures.url(family), to: target, format: .bfloat16)
            var before = try fields(Fixtures.url(family))
            var after = try fields(target)
            let key = before["dtype"] == nil ? "torch_dtype" : "dtype"
            #expect(before.removeValue(forKey: key) as? String == "float32")
            #expect(after.removeValue(forKey: key) as? String == "bfloat16")
            #expect(NSDictionary(dictionary: before) == NSDictionary(dictionary: after))
        }
    }

    @Test("rounds to the half-width formats as their types do")
    func rounding() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            func source(_ format: TensorFormat) throws -> URL {
                let source = folder.appendingPathComponent("source-\(format)")
                try PolicyExporter(configuration: plain).write(to: source, format: .float32) { awkward($0, format) }
                return source
            }
            let values = try #require(contents(of: source(.float16))["model.embed_tokens.weight"])
            let half = folder.appendingPathComponent("half")
            try PolicyDirectory.export(
                from: folder.appendingPathComponent("source-\(TensorFormat.float16)"), to: half, format: .float16)
            let halves = try #require(contents(of: half)["model.embed_tokens.weight"])
            for (value, result) in pairs(values, halves) {
                let expected = Float(Float16(value))
                guard result.bitPattern != expected.bitPattern else { continue }
                Issue.record("\(value) became \(result), not \(expected)")
            }
            let brain = folder.appendingPathComponent("brain")
            try PolicyDirectory.export(from: source(.bfloat16), to: brain, format: .bfloat16)
            let again = folder.appendingPathComponent("again")
            try PolicyDirectory.export(from: brain, to: again, format: .float32)
            let file = { (folder: URL) in try Data(contentsOf: folder.appendingPathComponent("model.safetensors")) }
            #expect(try file(brain).count < file(again).count)
            let narrow = try #require(contents(of: brain)["model.embed_tokens.weight"]).map(\.bitPattern)
            #expect(try #require(contents(of: again)["model.embed_tokens.weight"]).map(\.bitPattern) == narrow)
        }
    }

    @Test("refuses numbers that are not finite, or not in the format, by the tensor's name, and leaves nothing")
    func unfit() async throws {
        #expect(holds(.float16, 65519) && !holds(.float16, -65520) && holds(.bfloat16, 65520))
        #expect(holds(.bfloat16, Float(bitPattern: 0x7F7F_7FFF)) && !holds(.bfloat16, Float(bitPattern: 0x7F7F_8000)))
        #expect(holds(.float32, .greatestFiniteMagnitude) && !holds(.float32, .infinity) && !holds(.float32, .nan))
        let cases: [(value: Float, format: TensorFormat, said: String)] = [
            (.nan, .bfloat16, "not finite"), (-.infinity, .float32, "not finite"), (3e38, .float16, "beyond what F16"),
        ]
        for (value, format, said) in cases {
            try await Fixtures.withTemporaryFolder { folder in
                let target = folder.appendingPathComponent("target")
                let error = #expect(throws: PolicyError.self) {
                    try PolicyExporter(configuration: plain).write(to: target, format: format) { $0 == 7 ? value : 0 }
                }
                #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
                #expect(error?.message.contains("model.embed_tokens.weight") == true)
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(left.isEmpty)
            }
        }
    }

    @Test(
        "writes a config.json that means the same configuration",
        arguments: PolicyConfiguration.Family.allCases,
        [
            .none, .linear(factor: 2),
            .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 256),
            .yarn(factor: 4, originalContext: 256, betaFast: 32, betaSlow: 1, attentionFactor: 1.5),
        ] as [PolicyConfiguration.RotaryScaling])
    func expresses(_ family: PolicyConfiguration.Family, _ scaling: PolicyConfiguration.RotaryScaling) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var configuration = PolicySize.tiny.configuration(family: family)
            // Phi-3's files know another scaling only.
            configuration.rotaryScaling = family == .phi3 && scaling != .none ? Self.longRope : scaling
            configuration.headSize = 32
            configuration.normEpsilon = 1e-5
            configuration.endOfSequence = [1, 2]
            configuration.tiesEmbeddings = false
            let target = folder.appendingPathComponent("p")
            try PolicyInitializer.write(configuration: configuration, seed: 0, to: target)
            configuration.isUntrained = true
            // generation_config.json says it again.
            configuration.generationEndOfSequence = [1, 2]
            #expect(try PolicyConfiguration(directory: target) == configuration)
        }
    }

    private static let longRope = PolicyConfiguration.RotaryScaling.longRope(
        short: Array(repeating: 1.25, count: 16), long: (0..<16).map { 1 + Double($0) / 3 }, originalContext: 512,
        attentionFactor: nil)

    @Test(
        "writes what distinguishes a family's layers",
        arguments: ["mistral", "qwen3_window", "smollm3", "olmo2", "phi3", "phi3_window", "gemma3_text", "qwen3_moe"])
    func layers(_ name: String) throws {
        let file = Fixtures.url(name).appendingPathComponent("config.json")
        let configuration = try PolicyConfiguration(config: Data(contentsOf: file))
        let written = try JSONValue.object(configuration.configFields()).rendered()
        #expect(try PolicyConfiguration(config: written) == configuration)
    }

    @Test("refuses a configuration that the family's files cannot express")
    func inexpressible() {
        var configuration = PolicySize.tiny.configuration(family: .qwen2)
        configuration.hasOutputBias = true
        let error = #expect(throws: PolicyError.self) { try PolicyExporter(configuration: configuration) }
        #expect(error?.code == .invalid)
    }

    @Test("takes the untrained mark away when told to")
    func untrainedMark() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let first = folder.appendingPathComponent("first")
            try PolicyInitializer.write(size: .tiny, seed: 0, to: first)
            let weights = try PolicyDirectory(first).weights()
            var exporter = try PolicyExporter(like: first)
            #expect(exporter.isUntrained)
            exporter.isUntrained = false
            let second = folder.appendingPathComponent("second")
            try exporter.write(to: second) { tensor, range, buffer in
                try weights.tensor(tensor.weight).copyFloats(from: range.lowerBound, to: buffer)
            }
            #expect(try PolicyDirectory(first).configuration.isUntrained)
            #expect(try !PolicyDirectory(second).configuration.isUntrained)
        }
    }

    @Test("leaves nothing behind when the numbers cannot be had, and touches nothing that exists")
    func failures() async throws {
        struct Unavailable: Error {}
        try await Fixtures.withTemporaryFolder { folder in
            let target = folder.appendingPathComponent("p")
            let exporter = try PolicyExporter(configuration: plain)
            #expect(throws: Unavailable.self) { try exporter.write(to: target) { _, _, _ in throw Unavailable() } }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try exporter.write(to: target) { _, _, buffer in buffer.update(repeating: 1) }
            let before = try contents(of: target)
            let error = #expect(throws: PolicyError.self) {
                try exporter.write(to: target) { _, _, buffer in buffer.update(repeating: 2) }
            }
            #expect(error?.code == .alreadyExists)
            #expect(try contents(of: target) == before)
            let inFile = target.appendingPathComponent("config.json/x")
            let unwritable = #expect(throws: PolicyError.self) {
                try exporter.write(to: inFile) { _, _, buffer in buffer.update(repeating: 2) }
            }
            #expect(unwritable?.code == .unwritable)
        }
    }

    @Test("says that the disk is full", .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/full")))
    func fullDisk() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("x.safetensors").path
            try FileManager.default.createSymbolicLink(atPath: file + ".partial", withDestinationPath: "/dev/full")
            let error = #expect(throws: PolicyError.self) {
                try SafetensorsWriter(path: file, tensors: [.init(name: "a", format: .float32, shape: [1])])
            }
            #expect(error?.code == .outOfSpace)
            #expect(error?.message.contains("Free some space") == true)
        }
    }

    private var plain: PolicyConfiguration { PolicySize.tiny.configuration(family: .llama) }

    private func fields(_ folder: URL) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent("config.json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}

extension PolicyExporter {
    /// Writes with every element computed from its index.
    fileprivate func write(to folder: URL, format: TensorFormat, value: (Int) -> Float) throws {
        var exporter = self
        exporter.format = format
        try exporter.write(to: folder) { _, range, buffer in
            for (slot, index) in range.enumerated() { buffer[slot] = value(index) }
        }
    }
}

/// Floats spread over all exponents, with fractions at and beside the rounding boundary of float16.
private func awkward(_ index: Int, _ format: TensorFormat) -> Float {
    let exponent = UInt32(index / 64 % 256) << 23
    let fraction = UInt32(index % 8) << 20 | [0, 0x1000, 0x0FFF, 0x1001, 0x2FFF, 0x3000, 0x3001, 0x1FFF][index / 8 % 8]
    let value = Float(bitPattern: exponent | fraction | UInt32(index / 16384 % 2) << 31)
    return holds(format, value) ? value : 1
}

private func holds(_ format: TensorFormat, _ value: Float) -> Bool {
    withUnsafePointer(to: value) { format.holds(UnsafeBufferPointer(start: $0, count: 1)) }
}
