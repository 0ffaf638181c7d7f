import Testing

@testable import Tasks

@Suite("Word problems whose sentences are in any order")
struct WordsListTests {
    private static let prompt =
        "Zoe has as many as Ben and Tom together.\nTom has 3 fewer than Mia.\nEva has 2 more than Tom.\n"
        + "Mia has 2 times as many as Ben.\nBen has 4 apples.\nHow many apples does Zoe have?\n"
    private static let lines = [
        "Ben = 4. Mia has 2 times as many as Ben. 4 * 2 = 8, Mia = 8.",
        "Mia = 8. Tom has 3 fewer than Mia. 8 - 3 = 5, Tom = 5.",
        "Tom = 5. Zoe has as many as Ben and Tom together. Ben = 4, 5 + 4 = 9, Zoe = 9.", "\\boxed{9}",
    ]

    private func check(_ lines: [String]) throws -> TaskCheck {
        try TaskKind.words.check(prompt: Self.prompt, response: lines.joined(separator: "\n\n"))
    }

    @Test("A list is read as it is written, and solved")
    func reading() throws {
        let problem = try WordsProblem(parsing: Self.prompt)
        #expect(problem.prompt == Self.prompt && problem.answer == 9 && problem.form == .list)
        #expect(problem.needed.map { problem.steps[$0].change.person }.sorted() == ["Mia", "Tom", "Zoe"])
        #expect(try check(Self.lines).isSound)
    }

    @Test(
        "Words are free, and people are counted in any order that their sentences allow",
        arguments: [
            ["4 * 2 = 8", "8 - 3 = 5", "5 + 4 = 9", "\\boxed{9}"],
            [
                "Mia: 4 × 2 = 8", "So Tom has 8 − 3 = 5, which is 3 fewer than Mia has", "Eva: 5 + 2 = 7", "Zoe: 4+5=9",
                "\\boxed{9}",
            ],
        ])
    func free(lines: [String]) throws {
        let check = try check(lines)
        #expect(check.isSound, "\(check)")
    }

    @Test(
        "Each kind of fault is found in its step",
        arguments: [
            (0, "Ben has 4: 4 * 3 = 12, so Mia has 12.", StepFault.Kind.definition),
            (0, "Mia has 8: 8 - 3 = 5, so Tom has 5.", .dependency),
            (0, "Tom has 5, Ben has 4: 5 + 4 = 9, so Zoe has 9.", .dependency),
            (0, "Ben has 5: 5 * 2 = 10, so Mia has 10.", .lookup),
            (2, "Tom has 8, Ben has 4: 8 + 4 = 12, so Zoe has 12.", .lookup),
            (2, "Tom has 5, Ben has 4: 5 + 4 = 8, so Zoe has 8.", .arithmetic),
            // What Tom is said by, said of Mia.
            (1, "Mia has 8: 8 - 3 = 5, so Mia has 5.", .definition),
            (2, "Ben has 4: 4 * 2 = 8, so Mia has 8.", .repeated), (2, "\\boxed{9}", .early),
        ])
    func faults(place: Int, line: String, kind: StepFault.Kind) throws {
        let fault = try check(Self.lines.prefix(place) + [line] + Self.lines.dropFirst(place)).fault
        #expect(fault == StepFault(step: place + 1, kind: kind))
    }

    @Test("Lists have as many people as their setting says, one a line, and all of them are needed but distractors")
    func sizes() throws {
        let setting = try TaskSetting("words-shuffled:distractors=2,steps=11-13")
        for index in 0..<100 {
            let example = try setting.example(at: index, seed: 5, split: .train)
            let problem = try WordsProblem(parsing: example.prompt)
            #expect(problem.needed.count == problem.steps.count && 11...13 ~= problem.steps.count)
            #expect(problem.steps.allSatisfy { 1...20 ~= $0.after })
            let steps = example.response.split(separator: "\n\n").count { !$0.hasSuffix("is not known yet.") }
            #expect(steps == problem.steps.count + 1)
            #expect(4 + 2...5 + 2 ~= problem.events.count - problem.steps.count)
        }
    }

    @Test("A solution goes on with the person counted before, where that leads on")
    func order() throws {
        let setting = try TaskSetting("words:shuffled=true,starts=1,steps=6,operands=1-3")
        for index in 0..<20 {
            let example = try setting.example(at: index, seed: 1, split: .train)
            let lines = example.response.split(separator: "\n\n").dropLast()
            for (line, before) in zip(lines.dropFirst(), lines) {
                let person = before.split(separator: ", ").last?.prefix { $0 != " " } ?? ""
                #expect(line.hasPrefix("\(person) = "), "\(example)")
            }
        }
    }

    @Test("A sentence that needs somebody who is not known yet waits, and is found again once both are known")
    func waiting() throws {
        let setting = try TaskSetting("words:shuffled=true,starts=4,steps=8,operands=1-3,shared=0.3")
        for index in 0..<20 {
            let example = try setting.example(at: index, seed: 1, split: .train)
            let told = example.prompt.split(separator: "\n").filter { $0.split(separator: " ").count == 4 }
            var known = Set(told.compactMap { $0.split(separator: " ").first }), waiting: Set<Substring> = []
            for line in example.response.split(separator: "\n\n").dropLast() {
                let parts = line.split(separator: ". "), words = line.split { !$0.isLetter && !$0.isNumber }
                #expect(known.contains(words[0]), "\(example)")
                guard line.hasSuffix("is not known yet.") else {
                    known.insert(words[2])
                    waiting.remove(parts[1])
                    continue
                }
                let isUnknown = parts.last.map { part in !known.contains { part.hasPrefix($0) } } ?? false
                #expect(isUnknown, "\(example)")
                waiting.insert(parts[1])
            }
            #expect(waiting.isEmpty, "\(example)")
        }
    }

    @Test("Settings of lists that contradict each other are refused with what to change")
    func settings() {
        for (text, reason) in [
            ("words:starts=2", "Add shuffled=true"), ("words:shuffled=true,steps=20-24,starts=2", "Have fewer"),
            ("words:shuffled=true,steps=2,starts=4", "Raise steps"),
        ] {
            let error = #expect(throws: TaskError.self) { try TaskSetting(text) }
            #expect(error.map { "\($0)".contains(reason) } == true, "\(error.map { "\($0)" } ?? "")")
        }
    }
}
