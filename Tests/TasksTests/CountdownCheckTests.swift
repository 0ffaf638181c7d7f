import Testing

@testable import Tasks

@Suite("The checker of countdown")
struct CountdownCheckTests {
    private func check(_ prompt: String, _ steps: String...) throws -> TaskCheck {
        try TaskKind.countdown.check(prompt: prompt + "\n", response: steps.joined(separator: "\n\n"))
    }

    @Test("Any sound way to the target is accepted, with numbers left over where that is allowed")
    func sound() throws {
        #expect(try check("3;5;2;7=21?", "7*3=21", "\\boxed{7*3}").isSound)
        #expect(try check("3;5;2;7=21?", "5-2=3", "3*7=21", "\\boxed{(5-2)*7}").isSound)
        #expect(try check("8;2;3=1!", "8/2=4", "4-3=1", "\\boxed{8/2-3}").isSound)
        #expect(try check("3;5=0?", "3-5=-2", "\\boxed{3}").fault?.kind == .format)
    }

    @Test("Every number has to be used where the prompt says so")
    func all() throws {
        #expect(try check("3;7;1=21!", "7*3=21", "\\boxed{7*3}").answer == .wrong)
        #expect(try check("3;7;1=21!", "7*3=21", "21*1=21", "\\boxed{7*3*1}").isSound)
    }

    @Test("An expression is right by its value and its numbers, whatever the steps were")
    func answers() throws {
        func answer(_ box: String) throws -> TaskCheck.Answer { try check("3;5;2;7=21?", "\\boxed{\(box)}").answer }
        for right in ["7*3", "3*7", "(7*3)", "7*(5-2)", "(5-2)*7", "3*(2+5)", "((7)*(3))"] {
            #expect(try answer(right) == .right, "\(right)")
        }
        for wrong in [
            "21", "7*3*1", "7+7+7", "3*7+", "7*(3", "7**3", "7 * 3", "14+7", "7*3)", "2*7*3/2", "7/2*6", "5/0",
            String(repeating: "(", count: 10_000) + "7*3",
        ] {
            #expect(try answer(wrong) == .wrong, "\(wrong)")
        }
        #expect(try check("3;5;2;7=21?", "7*3=21").answer == .missing)
        #expect(try answer("") == .missing)
    }

    @Test(
        "The first wrong step is found, with what is wrong about it",
        arguments: [
            ("4*7=28", .dependency), ("5-2=3\n\n5+7=12", .dependency), ("5-2=4", .arithmetic), ("7/2=3", .arithmetic),
            ("7/0=0", .dependency), ("5-2", .truncated), ("5-2\n\n7*3=21", .format), ("5-2=3;", .format),
            ("5:2=3", .format), ("\\boxed{7*3}", .early),
            ("5-2=3\n\n3*7=21\n\n\\boxed{7*3}", .copy), ("5-2=3\n\n7*3=21\n\n\\boxed{7*3}", nil),
            ("7*3=21\n\n\\boxed{3*7}", .copy), ("7*3=21\n\n\\boxed{7*2}", .copy), ("7*3=21\n\n\\boxed{7*}", .format),
            ("7*3=21\n\n\\boxed{7*3", .truncated), ("7*3=21\n\n", .truncated), ("7*", .truncated), ("", .truncated),
        ] as [(String, StepFault.Kind?)])
    func faults(response: String, kind: StepFault.Kind?) throws {
        let check = try TaskKind.countdown.check(prompt: "3;5;2;7=21?\n", response: response)
        #expect(check.fault?.kind == kind, "\(check)")
    }

    @Test("Expressions keep their structure when they are written and read again")
    func expressions() throws {
        var draws = Draws(seed: 1, index: 0)
        for _ in 0..<500 {
            var pool = (0..<6).map { _ in CountdownExpression.number(draws.integer(in: 1...20)) }
            while pool.count > 1 {
                let left = pool.remove(at: draws.integer(below: pool.count))
                let right = pool.remove(at: draws.integer(below: pool.count))
                pool.append(.combined(left, draws.element(of: Operation.allCases), right))
            }
            #expect(CountdownExpressionParser.parse(pool[0].text) == pool[0], "\(pool[0].text)")
        }
    }

    @Test(
        "What is no prompt of the task is refused",
        arguments: ["", "3;5=8\n", "3;5?\n", "3;;5=8?\n", "1;1;1;1;1;1;1;1;1=9?\n"])
    func prompts(prompt: String) {
        #expect(throws: TaskError.self) { try TaskKind.countdown.check(prompt: prompt, response: "") }
    }
}

@Suite("Hostile responses")
struct HostileResponseTests {
    @Test(
        "Endless sums, open boxes and braces are judged in linear time and bounded depth", arguments: TaskKind.allCases)
    func endless(kind: TaskKind) throws {
        let setting = try TaskSetting(kind)
        let prompt = try setting.example(at: 0, seed: 1, split: .train).prompt
        let long = 200_000
        let responses = [
            "\\boxed{" + String(repeating: "1+", count: long) + "1}",
            "\\boxed{" + String(repeating: "(", count: long),
            String(repeating: "\\boxed{", count: long),
            String(repeating: "\\boxed{", count: long) + String(repeating: "}", count: long),
            String(repeating: "}", count: long), String(repeating: "\n", count: long),
            String(repeating: "9", count: long), String(repeating: "1+1=2\n\n", count: long),
        ]
        for response in responses {
            let check = try kind.check(prompt: prompt, response: response)
            #expect(!check.isSound)
        }
    }

    @Test(
        "The answer is in the last box, as for every reward: a broken one is none, drafts before </think> are none",
        arguments: [
            (#"\boxed{1} \boxed{\boxed{2}}"#, TaskCheck.Answer.right), (#"\boxed{1{\boxed{2}"#, .right),
            (#"}} \boxed{ 2 } }"#, .right), (#"\boxed{1} \boxed{2} \boxed{3"#, .missing),
            (#"\boxed{2} \boxed{"#, .missing), (#"\boxed{\boxed{"#, .missing),
            (#"<think>\boxed{2}</think>"#, .missing), (#"<think>\boxed{1}</think>\boxed{2}"#, .right),
            (#"\boxed{2} \boxed{3}"#, .wrong),
        ])
    func boxes(response: String, answer: TaskCheck.Answer) {
        let check = checkSteps(of: response, isRight: { $0 == "2" }, fault: { _, _ in nil })
        #expect(check.answer == answer)
    }
}
