import Rewards
import Testing

@testable import Tasks
@testable import Training

@Suite("Figures of an evaluation")
struct EvaluationFiguresTests {
    private func tally(correct: Int, wrong: Int = 0, unjudged: Int = 0, tokens: Int = 10) -> PromptTally {
        var tally = PromptTally()
        for index in 0..<correct + wrong + unjudged {
            let verdict: Verdict? = index < correct ? .correct : index < correct + wrong ? .incorrect : nil
            tally.add(tokens: tokens, isCut: verdict == .incorrect, verdict: verdict, check: nil)
        }
        return tally
    }

    private func values(_ tallies: [PromptTally], samples: Int) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: EvaluationFigures(tallies, samples: samples).figures.map { ($0.key, $0.value) })
    }

    /// Expects the mean of what prompts have.
    private func expect(_ value: Double?, _ parts: [Double], _ location: SourceLocation = #_sourceLocation) {
        let mean = parts.reduce(0, +) / Double(parts.count)
        let distance = abs((value ?? .nan) - mean)
        #expect(distance < PassRateTests.tolerance, sourceLocation: location)
    }

    @Test("Pass at k is the unbiased estimate at each power of two, and at all responses whether any is right")
    func passRates() {
        let tallies = [tally(correct: 1, wrong: 5), tally(correct: 0, wrong: 6), tally(correct: 6)]
        let values = values(tallies, samples: 6)
        expect(values["accuracy"], [1.0 / 6, 0, 1])
        expect(values["pass_at_2"], [2.0 / 6, 0, 1])
        expect(values["pass_at_4"], [4.0 / 6, 0, 1])
        #expect(values["pass_at_6"] == nil)
        #expect(values["pass_at_8"] == nil)
        expect(EvaluationFigures(tallies, samples: 6).passAtSamples, [1, 0, 1])
    }

    @Test("Responses that nobody judged count for their length, and for nothing else")
    func unjudged() {
        let tallies = [tally(correct: 1, unjudged: 3), tally(correct: 0, unjudged: 4), tally(correct: 2, wrong: 2)]
        let values = values(tallies, samples: 4)
        #expect(values["accuracy"] == 0.75)
        expect(values["pass_at_2"], [5.0 / 6])
        #expect(values["pass_at_4"] == 1)
        #expect(values["tokens"] == 10)
        expect(values["cut"], [0, 0, 0.5])
        #expect(values["sound"] == nil)
        let result = EvaluationResult(tallies: tallies, skipped: 5).metrics(samples: 4)
        #expect(result["eval/unjudged"] == 7)
        #expect(result["eval/prompts"] == 3)
        #expect(result["eval/skipped_prompts"] == 5)
        #expect(result["eval/pass_at_k"] == 1)
        #expect(result["eval/accuracy_margin"] == nil)
    }

    @Test("Where there is nothing to count there are no figures")
    func nothing() {
        #expect(EvaluationFigures([], samples: 4).figures.isEmpty)
        #expect(Set(values([tally(correct: 0, unjudged: 1)], samples: 1).keys) == ["tokens", "cut"])
    }

    @Test("Sound answers are a share of those that a task's checker looked through, and ten prompts give margins")
    func checked() {
        let tallies = (0..<10).map { index in
            var tally = PromptTally()
            let fault = index < 4 ? nil : StepFault(step: 1, kind: .copy)
            tally.add(
                tokens: index, isCut: false, verdict: .correct, check: TaskCheck(answer: .right, steps: 3, fault: fault)
            )
            return tally
        }
        let figures = EvaluationFigures(tallies, samples: 1).figures
        let sound = figures.first { $0.key == "sound" }
        #expect(sound?.value == 0.4)
        #expect(sound?.margin == PassRate.mean(tallies.map { Double($0.sound) }).margin)
        #expect(figures.first { $0.key == "steps" }?.value == 3)
        #expect(EvaluationResult(tallies: tallies).metrics(samples: 1)["eval/sound_margin"] == sound?.margin)
    }
}
