import Testing

@testable import Tasks

@Suite("What problems can give away")
struct ProblemAidsTests {
    private func texts(_ record: DataRecord?) -> [String] { record.map { [$0.text, $0.answer] } ?? [] }

    @Test("A graph's plan has what it needs in order, its facts half of the way, its parts one step each")
    func graph() {
        let record = DataRecord(prompt: .text("%23;Mj+l;E2;Ie-l;L20;Jl+e?M\n"), answers: ["19"], source: "graph")
        let aids = record.taskAids
        #expect(texts(aids.plan) == ["%23;E2;L20;Jl+e;Mj+l?M\n", "19"])
        #expect(texts(aids.facts) == ["%23;Mj+l;E2;Ie-l;L20;J22?M\n", "19"])
        #expect(
            aids.subproblems.map(texts) == [
                ["%23;E2;Ie-l;L20;Jl+e?J\n", "22"], ["%23;Mj+l;E2;Ie-l;L20;J22?M\n", "19"],
            ])
    }

    @Test("A list of people does so, too")
    func words() {
        let list = """
            Ida has as many as Nils and Umar together.
            Ben has 2 keys.
            Nils has 5 more than Olga.
            Umar has 2 fewer than Yara.
            Yara has 3 keys.
            Olga has 3 keys.
            How many keys does Ida have?

            """
        let aids = DataRecord(prompt: .text(list), answers: ["9"], source: "words").taskAids
        let plan = """
            Yara has 3 keys.
            Umar has 2 fewer than Yara.
            Olga has 3 keys.
            Nils has 5 more than Olga.
            Ida has as many as Nils and Umar together.
            How many keys does Ida have?

            """
        #expect(aids.plan.map { Set($0.text.split(separator: "\n")) } == Set(plan.split(separator: "\n")))
        #expect(
            aids.plan?.text.hasSuffix("Ida has as many as Nils and Umar together.\nHow many keys does Ida have?\n")
                == true)
        #expect(aids.subproblems.map(\.answer).sorted() == ["1", "8", "9"])
        #expect(aids.subproblems.last?.text.contains("Nils has 8 keys.") == true)
        #expect(aids.subproblems.last?.text.contains("Umar has 1 keys.") == true)
        // Of the last step remain its own sentence, what it is made of, and Ben, whom nothing needs.
        #expect(aids.subproblems.last?.text.split(separator: "\n").count == 5)
        #expect(aids.facts?.answer == "9")
        #expect(aids.facts?.text != list)
    }

    @Test("A chain has facts and parts, and no plan; stories and countdowns have nothing")
    func others() {
        let chain = DataRecord(prompt: .text("%23;5;-16;+12;*9?\n"), source: "chain").taskAids
        #expect(chain.plan == nil)
        #expect(texts(chain.facts) == ["%23;12;+12;*9?\n", "9"])
        #expect(chain.subproblems.map(\.text) == ["%23;5;-16?\n", "%23;12;+12?\n", "%23;1;*9?\n"])
        #expect(chain.subproblems.map(\.answer) == ["12", "1", "9"])
        let story = "Mia has 7 apples. Mia buys 5 more. How many apples does Mia have?\n"
        for (prompt, task) in [(story, "words"), ("4;12;15=27?\n", "countdown"), ("no graph", "graph"), ("5", "math")] {
            #expect(DataRecord(prompt: .text(prompt), source: task).taskAids == ProblemAids(), "\(task)")
        }
    }

    @Test(
        "What is given away is a problem of its task, whose solution has the same answer, or that of its part",
        arguments: ["graph-long", "words:shuffled=true,starts=2-3,steps=4-6", "chain-long"])
    func examples(_ name: String) throws {
        let mixture = try TaskMixture(name)
        for index in 0..<60 {
            let (example, setting) = try mixture.example(at: index, seed: 3, split: .train)
            let record = DataRecord(example, setting.kind), aids = record.taskAids
            #expect(!aids.subproblems.isEmpty && aids.subproblems.last?.answer == example.answer)
            for version in [aids.plan, aids.facts].compactMap(\.self) {
                #expect(version.answer == example.answer && version.text != example.prompt)
            }
            for version in [aids.plan, aids.facts].compactMap(\.self) + aids.subproblems {
                let check = try setting.kind.check(prompt: version.text, response: "\\boxed{\(version.answer)}")
                #expect(check.answer == .right)
            }
        }
    }
}
