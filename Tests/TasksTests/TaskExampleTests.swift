import Testing

@testable import Tasks

/// What holds of the examples of every setting.
@Suite("Examples of the built-in tasks")
struct TaskExampleTests {
    private static let sample = 300

    static let settings =
        TaskSetting.named.map(\.name) + [
            "chain:modulus=0", "chain:modulus=2,operands=0-1", "countdown:numbers=2-6,limit=999,range=1-99",
            "graph:modulus=2", "graph:modulus=999,constants=0", "graph:constants=1,locality=0",
            "graph:leaves=12,derived=10-12,need=6-20,names=26,distractors=2",
        ]

    private func examples(_ text: String, seed: UInt64 = 3, split: DataSplit = .train) throws -> [TaskExample] {
        let setting = try TaskSetting(text)
        return try (0..<Self.sample).map { try setting.example(at: $0, seed: seed, split: split) }
    }

    @Test("A reference solution is sound by the task's own checker, and ends in the answer", arguments: settings)
    func sound(text: String) throws {
        let kind = try TaskSetting(text).kind
        for example in try examples(text) {
            let check = try kind.check(prompt: example.prompt, response: example.response)
            #expect(check.isSound && check.answer == .right, "\(example): \(check)")
            #expect(check.steps == example.response.split(separator: "\n\n").count)
            if kind != .countdown { #expect(example.response.hasSuffix("\\boxed{\(example.answer)}")) }
        }
    }

    @Test("An example depends on seed and index alone", arguments: ["graph-long", "chain-short", "countdown-four"])
    func deterministic(text: String) throws {
        let setting = try TaskSetting(text)
        let inOrder = try examples(text)
        for index in [299, 0, 150] {
            #expect(try setting.example(at: index, seed: 3, split: .train) == inOrder[index])
            #expect(try setting.example(at: index, seed: 4, split: .train) != inOrder[index])
        }
        #expect(Set(inOrder.map(\.prompt)).count > Self.sample * 9 / 10)
    }

    @Test("These examples stay what they are, so that data can be made again")
    func pinned() throws {
        #expect(
            try TaskSetting("graph-small").example(at: 0, seed: 1, split: .train)
                == TaskExample(
                    prompt: "%23;E2;L20;Mj+l;Jl+e;Ie-l?M\n", answer: "19",
                    response: "E2=e2\n\nL20=l20\n\nJl+e;l20+e2=j22\n\nMj+l;j22+l20=m19\n\n\\boxed{19}"))
        #expect(
            try TaskSetting("chain-short").example(at: 0, seed: 1, split: .train).prompt
                == "%23;5;-16;+12;*9;*2;-7?\n")
    }

    @Test(
        "No prompt of one split occurs in the other", arguments: ["chain:operations=1-2", "graph-small", "countdown"])
    func disjoint(text: String) throws {
        let train = Set(try examples(text, seed: 1).map(\.prompt) + examples(text, seed: 2).map(\.prompt))
        let heldOut = Set(try examples(text, seed: 1, split: .heldOut).map(\.prompt))
        #expect(train.isDisjoint(with: heldOut))
        #expect(
            train.allSatisfy { DataSplit(of: $0) == .train } && heldOut.allSatisfy { DataSplit(of: $0) == .heldOut })
    }

    @Test("Graph problems have as many needed variables, names and steps as their setting says")
    func graphSizes() throws {
        var counts: Set<Int> = []
        for example in try examples("graph-long") {
            let problem = try GraphProblem(parsing: example.prompt)
            counts.insert(problem.needed.count)
            #expect(problem.definitions.count > problem.needed.count, "a distractor at least")
            #expect(problem.definitions.count <= 2 + 2 + 4 + 9)
            #expect(problem.prompt == example.prompt)
        }
        #expect(counts == Set(8...12))
    }

    @Test("Settings with too few prompts, or none, say so and end")
    func exhausted() throws {
        let one = try TaskSetting("chain:operations=1,operands=1,add=1,subtract=0,multiply=0")
        #expect(throws: TaskError.self) {
            _ = try one.example(at: 0, seed: 0, split: .train)
            _ = try one.example(at: 0, seed: 0, split: .heldOut)
        }
        let none = try TaskSetting("graph:leaves=1,derived=1,need=1")
        let error = #expect(throws: TaskError.self) { _ = try none.example(at: 0, seed: 0, split: .train) }
        #expect(error?.description.contains("Loosen the knobs") == true)
    }

    @Test("A mixture draws its parts by weight, and each index always from the same part")
    func mixture() throws {
        let mixture = try TaskMixture("3*graph-small+chain-short")
        let count = 2000
        let kinds = try (0..<count).map { try mixture.example(at: $0, seed: 9, split: .train).setting.kind }
        let share = Double(kinds.count { $0 == .graph }) / Double(count)
        // Four standard deviations of a share of 0.75 in 2000 draws.
        #expect(abs(share - 0.75) < 0.04, "\(share)")
        #expect(try mixture.example(at: 7, seed: 9, split: .train).setting.kind == kinds[7])
        #expect(try TaskMixture(mixture.description) == mixture)
        for text in ["0*graph", "-1*graph", "x*graph", "graph+", "nan*graph", "inf*graph"] {
            #expect(throws: TaskError.self) { try TaskMixture(text) }
        }
    }
}
