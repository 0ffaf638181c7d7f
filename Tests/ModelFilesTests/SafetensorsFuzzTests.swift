import Foundation
import TestSupport
import Testing

@testable import ModelFiles

/// Replays the fuzzer's seeds: the first byte says how many bytes of tensors follow, the rest is the header.
@Suite("Safetensors headers from the fuzzer")
struct SafetensorsFuzzTests {
    static let seeds: [String] = {
        let folder = Fixtures.url("fuzz/safetensors").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }()

    @Test("each seed is refused or describes its data exactly, and so is each of its mutations", arguments: seeds)
    func replay(_ seed: String) throws {
        let input = try [UInt8](Data(contentsOf: Fixtures.url("fuzz/safetensors/\(seed)")))
        try check(input)
        for index in input.indices {
            try check(Array(input[..<index]))
            for byte in [0, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "9"), UInt8(ascii: "\\"), 0xFF] {
                var mutated = input
                mutated[index] = byte
                try check(mutated)
                try check(Array(input[..<index]) + [byte] + input[index...])
            }
        }
    }

    @Test("accepts the seeds that are valid, so that the others' refusal means something")
    func valid() {
        let accepted = Self.seeds.filter { seed in
            let input = (try? Data(contentsOf: Fixtures.url("fuzz/safetensors/\(seed)"))).map { [UInt8]($0) } ?? []
            return (try? header(input)) != nil
        }
        let expected = ["empty", "escapes", "metadata", "one", "two", "zero-times-huge"]
        #expect(accepted == expected.map { "\($0).seed" })
    }

    private func header(_ input: [UInt8]) throws -> SafetensorsHeader {
        try SafetensorsHeader(Array(input.dropFirst()), dataCount: Int(input.first ?? 0), file: "seed")
    }

    private func check(_ input: [UInt8]) throws {
        do {
            let entries = try header(input).entries
            var end = 0
            for entry in entries {
                #expect(entry.range.lowerBound == end)
                end = entry.range.upperBound
            }
            #expect(end == Int(input.first ?? 0))
        } catch is PolicyError {}
    }
}
