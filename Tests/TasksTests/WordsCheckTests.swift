import Testing

@testable import Tasks

@Suite("Checks of word problems")
struct WordsCheckTests {
    private static let prompt =
        "Mia has 7 apples. Ben has 4 apples. Mia buys 5 more. Tom has 3 times as many as Mia. "
        + "Tom puts them into 4 equal bags and keeps one of the bags. Tom loses 2 of them. How many apples does Tom have?\n"

    private func check(_ response: String) throws -> TaskCheck {
        try TaskKind.words.check(prompt: Self.prompt, response: response)
    }

    private func fault(_ response: String) throws -> StepFault? { try check(response).fault }

    @Test("A story is read as it is written, and solved")
    func reading() throws {
        let problem = try WordsProblem(parsing: Self.prompt)
        #expect(problem.prompt == Self.prompt && problem.answer == 7 && problem.asked == "Tom")
        #expect(problem.needed == [0, 1, 2, 3])
        #expect(
            problem.storyExample.response
                == "Mia has 7 + 5 = 12 apples.\n\nTom has 12 * 3 = 36 apples.\n\nTom has 36 / 4 = 9 apples.\n\n"
                + "Tom has 9 - 2 = 7 apples.\n\n\\boxed{7}")
    }

    @Test(
        "Words around the equations are free",
        arguments: [
            "Mia: 7 + 5 = 12\n\nTom: 12 * 3 = 36\n\n36 / 4 = 9\n\n9 - 2 = 7\n\n\\boxed{7}",
            "Let us think.\n\n1. First, 5+7=12.\n\nThen 3 × 12 = 36 and 36 ÷ 4 = 9.\n\nSo 9 − 2 = 7 are left.\n\n\\boxed{7}",
        ])
    func free(response: String) throws {
        let check = try check(response)
        #expect(check.isSound, "\(check)")
    }

    @Test("Each kind of fault is found in its step")
    func faults() throws {
        let first = "Mia has 7 + 5 = 12 apples.\n\n", second = "Tom has 12 * 3 = 36 apples.\n\n"
        #expect(try fault("Mia has 7 + 6 = 13.\n\n\\boxed{7}") == StepFault(step: 1, kind: .definition))
        #expect(try fault("Mia has 7 + 5 = 13.\n\n\\boxed{7}") == StepFault(step: 1, kind: .arithmetic))
        #expect(try fault("Mia has 4 + 5 = 9.\n\n\\boxed{7}") == StepFault(step: 1, kind: .lookup))
        #expect(try fault("Tom has 12 * 3 = 36.\n\n\\boxed{7}") == StepFault(step: 1, kind: .dependency))
        #expect(try fault(first + first + "\\boxed{7}") == StepFault(step: 2, kind: .repeated))
        #expect(try fault(first + second + "\\boxed{7}") == StepFault(step: 3, kind: .early))
        #expect(try fault(first + "Tom has 12 * 3 = ") == StepFault(step: 2, kind: .truncated))
        let rest = second + "Tom has 36 / 4 = 9.\n\nTom has 9 - 2 = 7.\n\n"
        #expect(try fault(first + rest + "\\boxed{8}") == StepFault(step: 5, kind: .copy))
        #expect(try fault(first + rest) == StepFault(step: 5, kind: .truncated))
        #expect(try check(first + rest + "\\boxed{7}").isSound)
        // Right by luck.
        let lucky = try check("\\boxed{7}")
        #expect(lucky.answer == .right && !lucky.isSound)
    }

    @Test(
        "A prompt that is none is refused with what is wrong",
        arguments: [
            ("", "question mark"), ("How many apples does Tom have?\n", "nothing says how many Tom has"),
            ("Mia has 7 apples. How many pears does Mia have?\n", "sentence 'Mia has 7 apples'"),
            ("Mia has 07 apples. How many apples does Mia have?\n", "sentence"),
            ("Mia has 7 apples. Mia has 8 apples. How many apples does Mia have?\n", "twice"),
            ("Mia has 7 apples. Mia loses 8 of them. How many apples does Mia have?\n", "7 - 8 is no count"),
            (
                "Mia has 7 apples. Mia puts them into 2 equal bags and keeps one of the bags. How many apples does Mia have?\n",
                "7 / 2 is no count"
            ),
            (
                "Mia has 999999999 apples. Tom has 999999999 times as many as Mia. How many apples does Tom have?\n",
                "no count"
            ),
            ("Tom has 3 times as many as Tom. How many apples does Tom have?\n", "sentence"),
            ("mia has 7 apples. How many apples does mia have?\n", "last sentence"),
            ("Tom has as many as Mia and Mia together. How many apples does Tom have?\n", "sentence"),
            ("Tom has 3 more than Mia. Mia has 7 apples. How many apples does Tom have?\n", "how many Mia has"),
            ("Tom has 3 more than Mia.\nHow many apples does Tom have?\n", "how many Mia has"),
            (
                "Tom has 3 more than Mia.\nMia has 3 more than Tom.\nHow many apples does Tom have?\n",
                "how many Mia has"
            ),
            (
                "Mia has 7 apples.\nMia buys 5 more.\nHow many apples does Mia have?\n",
                "Mia has a number of things twice"
            ),
        ])
    func refused(prompt: String, reason: String) throws {
        let error = #expect(throws: TaskError.self) { try TaskKind.words.check(prompt: prompt, response: "") }
        #expect(error.map { "\($0)".contains(reason) } == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test("Stories have as many steps as their setting says, and name nobody twice")
    func sizes() throws {
        let setting = try TaskSetting("words-long")
        for index in 0..<100 {
            let problem = try WordsProblem(parsing: setting.example(at: index, seed: 5, split: .train).prompt)
            #expect(15...24 ~= problem.needed.count && problem.needed.count == problem.steps.count)
            #expect(problem.steps.allSatisfy { 1...100 ~= $0.after })
        }
    }
}
