import Foundation
import TestSupport
import Testing

@testable import Rewards

/// Pairs of answers made at random, with math-verify's verdicts as `differential.py` recorded them.
@Suite("MathChecker on pairs made at random")
struct DifferentialTests {
    private struct Pair: Decodable {
        var kind: String
        var gold: String
        var candidate: String
        /// They are spellings of one answer.
        var same: Bool
        /// What math-verify says.
        var correct: Bool
    }

    private static func pairs() throws -> [Pair] {
        try String(contentsOf: Fixtures.url("rewards/differential.jsonl"), encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Pair.self, from: Data($0.utf8)) }
    }

    /// Kinds in which two spellings may also mean different things, or of which no means tells.
    private static let undecidable: Set<String> = ["far_terms", "times", "words", "options", "roman_numerals"]

    @Test("No wrong answer is rewarded, and right ones are, but where their kind leaves it open")
    func truth() throws {
        let pairs = try Self.pairs()
        #expect(pairs.count >= 1000 && Set(pairs.map(\.kind)).count >= 40)
        for pair in pairs {
            let verdict = MathChecker().compare(answer: pair.candidate, reference: pair.gold).verdict
            let isOpen = verdict == .undecided && Self.undecidable.contains(pair.kind)
            let isRight = pair.same ? verdict == .correct : verdict == .incorrect
            #expect(isRight || isOpen, "\(pair.kind): \(pair.gold) | \(pair.candidate): \(verdict.rawValue)")
        }
    }

    @Test("Where math-verify and the pair's making agree, so does the verdict")
    func agreement() throws {
        var agreeing = 0
        for pair in try Self.pairs() where pair.same == pair.correct {
            let verdict = MathChecker().compare(answer: pair.candidate, reference: pair.gold).verdict
            #expect(verdict == .undecided || (verdict == .correct) == pair.correct, "\(pair.gold) | \(pair.candidate)")
            agreeing += 1
        }
        #expect(agreeing >= 800)
    }
}
