import Foundation
import Testing

@testable import Tasks

@Suite("Behaviours put into solutions")
struct BehaviorInjectionTests {
    private static let prompt = "%23;Mj+l;E2;L20;Jl+e;Ie-l?M\n"
    private static let solution = "E2=e2\n\nL20=l20\n\nJl+e;l20+e2=j22\n\nMj+l;j22+l20=m19\n\n\\boxed{19}"

    private func injected(
        _ prompt: String, _ response: String, _ task: String, _ injection: BehaviorInjection
    ) -> String? {
        let record = DataRecord(prompt: .text(prompt), response: response, source: task)
        return injection.response(to: record, seed: 1, index: 0)
    }

    @Test("Without exploring and restating a graph shows what a sum is before it is reduced")
    func details() {
        let plain = BehaviorInjection(explore: 0, restate: 0)
        #expect(
            injected(Self.prompt, Self.solution, "graph", plain)
                == "E2=e2\n\nL20=l20\n\nJl+e;l20+e2=j22\n\nMj+l;j22+l20=42=m19\n\n\\boxed{19}")
        #expect(
            injected("%23;5;-16;+12;*9?\n", "5-16=12\n\n12+12=1\n\n1*9=9\n\n\\boxed{9}", "chain", plain)
                == "5-16=-11=12\n\n12+12=24=1\n\n1*9=9\n\n\\boxed{9}")
    }

    @Test("Always restating, a step repeats what it depends on; always exploring, it attempts what has to wait")
    func always() throws {
        let restated = injected(Self.prompt, Self.solution, "graph", BehaviorInjection(explore: 0, restate: 1))
        #expect(restated?.contains("Jl+e;l20;e2;l20+e2=j22\n\nMj+l;j22;l20;j22+l20=42=m19") == true)
        let text = try #require(
            injected(Self.prompt, Self.solution, "graph", BehaviorInjection(explore: 1, restate: 0)))
        let steps = text.components(separatedBy: "\n\n")
        // Before E and L both J and M wait, before J only M, and before M nothing.
        #expect(steps.count == 8)
        #expect(["Jl+e;l?", "Mj+l;j?"].contains(steps[0]) && steps[1] == "E2=e2")
        #expect(steps[4] == "Mj+l;j?" && steps[5] == "Jl+e;l20+e2=j22")
    }

    @Test(
        "A reflected attempt is sound if what it names has to wait, and computes nothing",
        arguments: [
            (0, "Mj+l;j?", nil), (0, "Mj+l;l?", nil), (2, "Mj+l;j?", nil),
            // l is known by then, and E has no operand.
            (2, "Mj+l;l?", .dependency), (0, "E2;e?", .definition), (2, "Jl+e;l?", .format),
            (0, "Mj-l;j?", .definition), (0, "Mj+l;j", .format), (0, "Mj+l;j??", .format),
        ] as [(Int, String, StepFault.Kind?)])
    func attempts(index: Int, step: String, kind: StepFault.Kind?) throws {
        var steps = Self.solution.components(separatedBy: "\n\n")
        steps.insert(step, at: index)
        let check = try TaskKind.graph.check(prompt: Self.prompt, response: steps.joined(separator: "\n\n"))
        #expect(check.fault == kind.map { StepFault(step: index + 1, kind: $0) })
        // An attempt in place of the step does not stand for it.
        let replaced = steps.filter { !$0.hasPrefix("Mj+l;j22") }.joined(separator: "\n\n")
        #expect(try !TaskKind.graph.check(prompt: Self.prompt, response: replaced).isSound)
    }

    @Test(
        "Steps that show more are held to the same numbers",
        arguments: [
            ("Mj+l;j22+l20=42=m19", nil), ("Mj+l;j22;l20;j22+l20=m19", nil), ("Mj+l;j22;l20;j22+l20=42=m19", nil),
            ("Mj+l;j22+l20=43=m19", .arithmetic), ("Mj+l;j22;l21;j22+l20=m19", .lookup),
            ("Mj+l;j22+l20=42=m18", .arithmetic), ("Mj+l;j22;j22+l20=m19", .copy),
            ("Mj+l;j22+l20=42=42=m19", .format),
        ] as [(String, StepFault.Kind?)])
    func writings(step: String, kind: StepFault.Kind?) throws {
        let response = Self.solution.replacingOccurrences(of: "Mj+l;j22+l20=m19", with: step)
        let check = try TaskKind.graph.check(prompt: Self.prompt, response: response)
        #expect(check.fault == kind.map { StepFault(step: 4, kind: $0) })
    }

    @Test("A list attempts sentences that have to wait, and says for whom")
    func list() throws {
        let prompt = """
            Ida has as many as Nils and Umar together.
            Nils has 5 more than Olga.
            Umar has 2 fewer than Nils.
            Olga has 3 keys.
            How many keys does Ida have?

            """
        let response =
            "Olga = 3. Nils has 5 more than Olga. 3 + 5 = 8, Nils = 8.\n\n"
            + "Nils = 8. Umar has 2 fewer than Nils. 8 - 2 = 6, Umar = 6.\n\n"
            + "Umar = 6. Ida has as many as Nils and Umar together. Nils = 8, 6 + 8 = 14, Ida = 14.\n\n\\boxed{14}"
        let text = try #require(injected(prompt, response, "words", BehaviorInjection(explore: 1, restate: 0)))
        let steps = text.components(separatedBy: "\n\n")
        #expect(steps.count == 6)
        let waiting = [
            "Umar has 2 fewer than Nils. Nils is not known yet.",
            "Ida has as many as Nils and Umar together. Nils is not known yet.",
        ]
        #expect(waiting.contains(steps[0]))
        #expect(steps[2] == "Nils = 8. Ida has as many as Nils and Umar together. Umar is not known yet.")
        #expect(try TaskKind.words.check(prompt: prompt, response: text).isSound)
    }

    @Test("Stories, countdowns, unsound solutions and other data are left as they are")
    func untouched() {
        let injection = BehaviorInjection(explore: 1, restate: 1)
        #expect(injected("4;12;15=27?\n", "15+12=27\n\n\\boxed{15+12}", "countdown", injection) == nil)
        let story = "Mia has 7 apples. Mia buys 5 more. How many apples does Mia have?\n"
        #expect(injected(story, "Mia has 7 + 5 = 12 apples.\n\n\\boxed{12}", "words", injection) == nil)
        #expect(injected(Self.prompt, Self.solution.replacing("m19", with: "m18"), "graph", injection) == nil)
        #expect(injected(Self.prompt, Self.solution, "other", injection) == nil)
    }

    @Test(
        "What is made of generated solutions is sound, the same every time, and about as long as it is asked to be",
        arguments: ["graph-long", "graph-medium", "words-shuffled", "chain-long"])
    func generated(_ name: String) throws {
        let mixture = try TaskMixture(name), injection = BehaviorInjection(explore: 0.3, restate: 0.3)
        var plainSteps = 0, steps = 0, changed = 0
        for index in 0..<200 {
            let (example, setting) = try mixture.example(at: index, seed: 5, split: .train)
            let record = DataRecord(example, setting.kind)
            let text = try #require(injection.response(to: record, seed: 2, index: index))
            #expect(injection.response(to: record, seed: 2, index: index) == text)
            let check = try setting.kind.check(prompt: example.prompt, response: text)
            #expect(check.isSound, "\(example.prompt)\(text)")
            changed += text == example.response ? 0 : 1
            plainSteps += try setting.kind.check(prompt: example.prompt, response: example.response).steps
            steps += check.steps
        }
        #expect(changed > 100)
        // Chains have nothing to attempt; of the others' steps, three in ten have an attempt before them, unless nothing
        // has to wait any more.
        let share = Double(steps - plainSteps) / Double(plainSteps)
        #expect(setting(name) == "chain" ? share == 0 : (0.05...0.3).contains(share))
    }

    private func setting(_ name: String) -> Substring { name.prefix { $0 != "-" } }
}
