import Foundation
import TestSupport
import Testing

@testable import Rewards

@Suite("MathChecker beside math-verify")
struct VerdictReferenceTests {
    private struct Pair: Decodable {
        var gold: String
        var candidate: String
        var correct: Bool
    }

    /// Share of verdicts that have to agree. All do today; a rule added later may for a reason decide a few otherwise,
    /// which docs/rewards.md then has to name.
    private static let leastAgreement = 0.995

    @Test(
        "Verdicts agree with those of math-verify 0.9",
        .enabled(if: Fixtures.shared("goldens/math/verdicts.jsonl") != nil, "needs the shared verdicts"))
    func agreement() throws {
        let file = try #require(Fixtures.shared("goldens/math/verdicts.jsonl"))
        let pairs = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Pair.self, from: Data($0.utf8)) }
        #expect(pairs.count >= 1000)
        var disagreements: [String] = []
        for pair in pairs {
            let verdict = MathChecker().compare(answer: pair.candidate, reference: pair.gold).verdict
            if (verdict == .correct) != pair.correct {
                disagreements.append("\(pair.gold) | \(pair.candidate): \(verdict.rawValue)")
            }
        }
        let agreement = 1 - Double(disagreements.count) / Double(pairs.count)
        #expect(agreement >= Self.leastAgreement, "\(disagreements.joined(separator: "\n"))")
    }

    @Test("On our own pairs verdicts differ from math-verify's exactly where they are meant to")
    func ownPairs() throws {
        struct OwnPair: Decodable {
            var gold: String
            var candidate: String
            var correct: Bool
            var departs: Bool?
        }
        let pairs = try String(contentsOf: Fixtures.url("rewards/pairs.jsonl"), encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(OwnPair.self, from: Data($0.utf8)) }
        #expect(pairs.count >= 300)
        for pair in pairs {
            let verdict = MathChecker().compare(answer: pair.candidate, reference: pair.gold).verdict
            let differs = (verdict == .correct) != pair.correct
            #expect(differs == (pair.departs ?? false), "\(pair.gold) | \(pair.candidate): \(verdict.rawValue)")
        }
    }

    @Test("Kinds of answers that other checkers are reported to mistake get their verdicts, whichever side is which")
    func kinds() throws {
        struct Case: Decodable {
            var gold: String
            var candidate: String
            var expected: Verdict
        }
        let cases = try String(contentsOf: Fixtures.url("rewards/kinds.jsonl"), encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
        #expect(cases.count >= 100)
        for pair in cases {
            let there = MathChecker().compare(answer: pair.candidate, reference: pair.gold).verdict
            #expect(there == pair.expected, "\(pair.gold) | \(pair.candidate)")
            let back = MathChecker().compare(answer: pair.gold, reference: pair.candidate).verdict
            #expect(back == pair.expected, "\(pair.candidate) | \(pair.gold)")
        }
    }

    @Test(
        "Every reference of the benchmarks can be read, and equals itself",
        .enabled(if: Fixtures.shared("data") != nil, "needs the shared data"),
        arguments: ["math500", "aime24", "amc23"])
    func references(name: String) throws {
        struct Record: Decodable {
            struct Model: Decodable { var ground_truth: [String] }
            var reward_model: Model
        }
        let file = try #require(Fixtures.shared("data/\(name).jsonl"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            for truth in try JSONDecoder().decode(Record.self, from: Data(line.utf8)).reward_model.ground_truth {
                // Not the same text, which would need no reading.
                let verdict = MathChecker().compare(answer: truth + " .", reference: truth).verdict
                #expect(verdict == .correct, "\(truth)")
            }
        }
    }
}
