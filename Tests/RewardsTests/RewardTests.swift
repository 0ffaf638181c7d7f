import Testing

@testable import Rewards

@Suite("Reward")
struct RewardTests {
    @Test("A grade holds verdict, score and answer")
    func grade() {
        let reward = Reward(.math(MathChecker()))
        let right = reward.grade(response: "\\boxed{\\frac{2}{4}}", truth: "0.5")
        #expect(right.verdict == .correct && right.score == 1 && right.answer == "\\frac{2}{4}" && right.detail == nil)
        let wrong = reward.grade(response: "\\boxed{3}", truth: "0.5")
        #expect(wrong.verdict == .incorrect && wrong.score == 0 && wrong.answer == "3")
        let none = reward.grade(response: "3", truth: "0.5")
        #expect(none.verdict == .noAnswer && none.answer == nil && none.detail != nil)
    }

    @Test("Scores can be set for each verdict, and have to be finite")
    func scores() throws {
        let scores = try VerdictScores([.noAnswer: -0.5, .incorrect: -0.1])
        let reward = Reward(.math(MathChecker()), scores: scores)
        #expect(reward.grade(response: "3", truth: "3").score == -0.5)
        #expect(reward.grade(response: "\\boxed{4}", truth: "3").score == -0.1)
        #expect(reward.grade(response: "\\boxed{3}", truth: "3").score == 1)
        #expect(reward.grade(response: "\\boxed{\\what}", truth: "3").score == 0)
        let error = #expect(throws: VerdictScores.Problem.self) { try VerdictScores([.timeout: .nan]) }
        #expect(error?.description == "the score of TIMEOUT is nan. Give a finite number.")
    }

    @Test("One of several references is enough")
    func references() {
        let reward = Reward(.math(MathChecker()))
        #expect(reward.grade(response: "\\boxed{4}", truths: ["3", "2^2"]).verdict == .correct)
        #expect(reward.grade(response: "\\boxed{5}", truths: ["3", "4"]).verdict == .incorrect)
        #expect(reward.grade(response: "\\boxed{5}", truths: []).verdict == .internal)
        #expect(reward.grade(answer: "8/2", truths: ["3", "4"]).verdict == .correct)
    }

    @Test("An answer is wrong only where each of several references says so")
    func undecidedReferences() {
        let reward = Reward(.math(MathChecker()))
        let grade = reward.grade(response: "\\boxed{\\text{more than } 5}", truths: ["3", "5", "4"])
        #expect(grade.verdict == .undecided && grade.score == 0 && grade.detail != nil)
        #expect(reward.grade(response: "\\boxed{5}", truths: ["\\unheardof", "4"]).verdict == .parseError)
    }

    @Test("An undecided answer has a score of its own")
    func undecidedScore() throws {
        let reward = Reward(.math(MathChecker()), scores: try VerdictScores([.undecided: 0.25]))
        #expect(reward.grade(response: "\\boxed{\\text{about } 5}", truth: "5").score == 0.25)
        #expect(reward.grade(response: "\\boxed{\\text{about } 6}", truth: "5").score == 0)
    }

    @Test("Verdicts are counted by kind")
    func counts() {
        var counts = VerdictCounts([.correct, .timeout, .correct])
        counts.add(.incorrect)
        counts += VerdictCounts([.correct])
        #expect(counts[.correct] == 3 && counts[.timeout] == 1 && counts[.internal] == 0 && counts.total == 5)
        #expect(counts.correctRate == 0.6)
        #expect(VerdictCounts().correctRate == nil)
    }

    @Test("Raw values are stable")
    func spelling() {
        #expect(
            Verdict.allCases.map(\.rawValue)
                == ["CORRECT", "INCORRECT", "UNDECIDED", "NO_ANSWER", "PARSE_ERROR", "TIMEOUT", "INTERNAL"])
    }
}
