import Rewards
import Testing

@testable import Tasks

@Suite("The checker of chains")
struct ChainCheckTests {
    private static let prompt = "%23;7;+5;*3;-14?\n"
    private static let steps = ["7+5=12", "12*3=13", "13-14=22", "\\boxed{22}"]

    private func check(_ steps: [String], prompt: String = prompt) throws -> TaskCheck {
        try TaskKind.chain.check(prompt: prompt, response: steps.joined(separator: "\n\n"))
    }

    @Test("A worked solution is sound, modulo a number and in whole numbers")
    func sound() throws {
        #expect(try check(Self.steps) == TaskCheck(answer: .right, steps: 4, fault: nil))
        #expect(try check(["7+5=12", "12*3=36", "\\boxed{36}"], prompt: "7;+5;*3?\n").isSound)
    }

    @Test(
        "The first wrong step is found, with what is wrong about it",
        arguments: [
            (0, "8+5=13", .definition), (0, "7-5=2", .definition), (1, "12*4=2", .definition),
            (1, "11*3=10", .copy), (1, "12*3=36", .arithmetic), (1, "12*3", .format), (1, "12*3=13 ", .format),
            (2, "\\boxed{22}", .early), (3, "22+1=0", .format), (3, "\\boxed{21}", .copy), (3, "\\boxed{2", .truncated),
        ] as [(Int, String, StepFault.Kind)])
    func faults(index: Int, step: String, kind: StepFault.Kind) throws {
        var steps = Self.steps
        steps[index] = step
        #expect(try check(steps).fault == StepFault(step: index + 1, kind: kind))
    }

    @Test("Numbers without a modulus stay within the setting's limit")
    func limit() throws {
        let setting = try TaskSetting("chain:modulus=0,limit=50,operands=1-9,operations=3-6")
        for index in 0..<200 {
            let example = try setting.example(at: index, seed: 5, split: .train)
            #expect(!example.prompt.hasPrefix("%"))
            let results = example.response.split(separator: "\n\n").dropLast().compactMap {
                Int($0.split(separator: "=")[1])
            }
            #expect(results.count >= 3 && results.allSatisfy((0...50).contains))
        }
    }

    @Test(
        "What is no prompt of the task is refused",
        arguments: ["", "7?\n", "7;+5?", "%23;7;+23?\n", "7;/5?\n", "%1;0;+0?\n", "7;+5?\n "]
            + ["999999999" + String(repeating: ";*999999999", count: 3) + "?\n"])
    func prompts(prompt: String) {
        #expect(throws: TaskError.self) { try TaskKind.chain.check(prompt: prompt, response: "") }
    }

    @Test("A checker's answer is a verdict, and a prompt of another task is none")
    func judging() throws {
        func verdict(
            _ steps: [String], prompt: String = Self.prompt, requiresSoundSteps: Bool = false
        ) throws -> Verdict {
            let judge = try #require(try ResponseJudge(.task, requiresSoundSteps: requiresSoundSteps))
            let record = DataRecord(prompt: .text(prompt), source: TaskKind.chain.rawValue)
            return judge.judge(steps.joined(separator: "\n\n"), to: record).grade.verdict
        }
        #expect(try verdict(Self.steps) == .correct)
        #expect(try verdict(["\\boxed{22}"]) == .correct)
        #expect(try verdict(["\\boxed{22}"], requiresSoundSteps: true) == .incorrect)
        #expect(try verdict(["\\boxed{21}"]) == .incorrect)
        #expect(try verdict(["7+5=12"]) == .noAnswer)
        #expect(try verdict(Self.steps, prompt: "What is 7 + 5?") == .internal)
        #expect(TaskKind.tasks(ofPrompt: Self.prompt) == [.chain])
        #expect(TaskKind.tasks(ofPrompt: "What is 7 + 5?").isEmpty)
    }

    @Test("Records of a task are judged by its check, others by their answers, as the judge was asked to")
    func judges() throws {
        let ofTask = DataRecord(prompt: .text(Self.prompt), answers: ["21"], source: TaskKind.chain.rawValue)
        let plain = DataRecord(prompt: .text("What is 7 + 5?"), answers: ["12"])
        let math = try #require(try ResponseJudge(.math))
        #expect(math.judge("\\boxed{21}", to: ofTask) == .init(grade: .init(.init(.correct, answer: "21"), score: 1)))
        for judge in [math.withTaskChecks, .usual] {
            let checked = judge.judge("\\boxed{22}", to: ofTask)
            #expect(checked.grade.verdict == .correct && checked.check?.answer == .right)
            let compared = judge.judge("\\boxed{3 \\cdot 4}", to: plain)
            #expect(compared.grade.verdict == .correct && compared.check == nil)
            #expect(judge.judge(answer: "24/2", to: plain).grade.verdict == .correct)
        }
        let strict = try #require(try ResponseJudge(.task, requiresSoundSteps: true))
        #expect(strict.judge("\\boxed{22}", to: ofTask).grade.verdict == .incorrect)
        #expect(strict.ofAnswersAlone.judge("\\boxed{22}", to: ofTask).grade.verdict == .correct)
        #expect(strict.judge("\\boxed{12}", to: plain).grade.verdict == .internal)
        #expect(strict.judge(answer: "22", to: ofTask).grade.verdict == .internal)
        #expect(try ResponseJudge(.external) == nil)
        #expect(throws: PatternChecker.Problem.self) { try ResponseJudge(.regex, pattern: "(") }
    }
}
