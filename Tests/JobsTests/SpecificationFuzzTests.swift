import Foundation
import TestSupport
import Testing

@testable import Jobs

/// Replays the seeds of the fuzzer's target `specification` with what is near them.
@Suite("Specifications from the fuzzer")
struct SpecificationFuzzTests {
    static let seeds =
        ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.url("fuzz/specification").path)) ?? []).sorted()

    @Test("Each seed, cut anywhere and with any byte exchanged, is refused or reads back as itself", arguments: seeds)
    func replay(_ seed: String) throws {
        let input = try [UInt8](Data(contentsOf: Fixtures.url("fuzz/specification/\(seed)")))
        try check(input)
        for index in stride(from: 0, to: input.count, by: max(1, input.count / 100)) {
            try check(Array(input[..<index]))
            for byte in Array("\"{[:-*&?!|\0\n9".utf8) + [0xFF] {
                var mutated = input
                mutated[index] = byte
                try check(mutated)
            }
        }
    }

    private func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let specification = try? JobSpecification(text: text) else { return }
        #expect(try JobSpecification(text: specification.yaml) == specification)
        #expect(try JobSpecification(text: specification.json) == specification)
    }
}
