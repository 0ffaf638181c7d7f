import Foundation
import TestSupport
import Testing

@testable import Rewards

/// Replays the seeds of the fuzzer's target `answer`: a reference and an answer with a line break between.
@Suite("Answers from the fuzzer")
struct AnswerFuzzTests {
    static let seeds =
        ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.url("fuzz/answer").path)) ?? []).sorted()
    private let checker = MathChecker(steps: 5_000)

    @Test("Each seed, cut anywhere and with any byte exchanged, is judged alike both ways", arguments: seeds)
    func replay(_ seed: String) throws {
        let input = try [UInt8](Data(contentsOf: Fixtures.url("fuzz/answer/\(seed)")))
        check(input)
        for index in input.indices {
            check(Array(input[..<index]))
            for byte in Array("{^9\n".utf8) {
                var mutated = input
                mutated[index] = byte
                check(mutated)
            }
        }
    }

    private func check(_ input: [UInt8]) {
        let sides = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let reference = sides[0], answer = sides.count > 1 ? sides[1] : ""
        let there = checker.compare(answer: answer, reference: reference).verdict
        let back = checker.compare(answer: reference, reference: answer).verdict
        let again = checker.compare(answer: reference + " ", reference: reference).verdict
        #expect(Set([there, back]) != [.correct, .incorrect], "\(reference) and \(answer) agree one way only")
        #expect(again != .incorrect, "\(reference) is not itself")
        #expect(![there, back, again].contains(.internal), "\(reference) and \(answer) cannot be judged")
    }
}
