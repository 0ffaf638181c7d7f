import Testing

@testable import Tasks

@Suite("The checker of graph problems")
struct GraphCheckTests {
    /// 23 as modulus: G is 5, E is 9, J is 5 - 9 = 19, L is 11, K is 9; H is needed by nobody.
    private static let prompt = "%23;Kl*5;E9;Lj-8;G5;Jg-e;He*g?K\n"
    private static let steps = ["E9=e9", "G5=g5", "Jg-e;g5-e9=j19", "Lj-8;j19-8=l11", "Kl*5;l11*5=k9", "\\boxed{9}"]

    private func check(_ steps: [String]) throws -> TaskCheck {
        try TaskKind.graph.check(prompt: Self.prompt, response: steps.joined(separator: "\n\n"))
    }

    private func replacing(_ index: Int, by step: String) -> [String] {
        var steps = Self.steps
        steps[index] = step
        return steps
    }

    @Test("A worked solution is sound")
    func sound() throws {
        #expect(try check(Self.steps) == TaskCheck(answer: .right, steps: 6, fault: nil))
    }

    @Test("Any order in which operands come first is sound, and so is a step nobody needs")
    func orders() throws {
        let swapped = [1, 0, 2, 3, 4, 5].map { Self.steps[$0] }
        #expect(try check(swapped).isSound)
        let further = Self.steps.prefix(2) + ["He*g;e9*g5=h22"] + Self.steps.dropFirst(2)
        #expect(try check(Array(further)).isSound)
    }

    @Test(
        "The first wrong step is found, with what is wrong about it",
        arguments: [
            (2, "Jg+e;g5+e9=j14", .definition), (0, "E8=e8", .definition), (1, "A5=a5", .definition),
            (0, "Kl*5;l11*5=k9", .dependency), (1, "Jg-e;g5-e9=j19", .dependency),
            (2, "Jg-e;g6-e9=j20", .lookup), (3, "Lj-8;j18-8=l10", .lookup),
            (2, "Jg-e;e5-e9=j19", .copy), (2, "Jg-e;g5+e9=j14", .copy), (3, "Lj-8;j19-9=l10", .copy),
            (3, "Lj-8;j19-8=k11", .copy), (0, "E9=e8", .copy), (0, "E9=g9", .copy),
            (2, "Jg-e;g5-e9=j18", .arithmetic), (4, "Kl*5;l11*5=k55", .arithmetic),
            (2, "E9=e9", .repeated), (3, "\\boxed{9}", .early),
            (2, "Jg-e", .format), (2, "Jg-e;g5-e9=j19;", .format), (2, "", .format), (2, "hello", .format),
            (2, "Jg-e;g05-e9=j19", .lookup), (2, " Jg-e;g5-e9=j19", .format), (2, "\nJg-e;g5-e9=j19", .format),
            (5, "\\boxed{8}", .copy), (5, "\\boxed{9}.", .format), (5, "\\boxed{9", .truncated),
            (5, "\\box", .truncated), (5, "so 9", .format),
        ] as [(Int, String, StepFault.Kind)])
    func faults(index: Int, step: String, kind: StepFault.Kind) throws {
        let check = try check(replacing(index, by: step))
        #expect(check.fault == StepFault(step: index + 1, kind: kind))
        #expect(!check.isSound)
    }

    @Test("A response that ends too soon is truncated, wherever it ends")
    func truncation() throws {
        let whole = Array(Self.steps.joined(separator: "\n\n"))
        for end in 0..<whole.count {
            let check = try TaskKind.graph.check(prompt: Self.prompt, response: String(whole[..<end]))
            // Half a blank line is a line break too many.
            let isHalfBlank = end > 0 && whole[end - 1] == "\n" && !(end > 1 && whole[end - 2] == "\n")
            #expect(check.fault?.kind == (isHalfBlank ? .format : .truncated), "\(String(whole[..<end]))")
            #expect(check.answer == .missing)
        }
    }

    @Test("The answer counts by itself: luck is right but not sound")
    func luck() throws {
        let lucky = try check(replacing(2, by: "Jg-e;g5-e9=j3"))
        #expect(lucky.answer == .right && lucky.fault == StepFault(step: 3, kind: .arithmetic))
        #expect(try check(["\\boxed{9}"]).fault?.kind == .early)
        #expect(try check(Self.steps.dropLast() + ["\\boxed{10}"]).answer == .wrong)
        #expect(try check(Self.steps + ["\\boxed{10}"]).answer == .wrong)
        #expect(try check(["\\boxed{9"]).answer == .missing)
    }

    @Test("Any text is judged", arguments: [1, 2, 3] as [UInt64])
    func total(seed: UInt64) throws {
        let alphabet = Array("EGJLKegjlk0159;=+-*\n\\boxed{}é\0")
        var draws = Draws(seed: seed, index: 0)
        for _ in 0..<500 {
            let text = String((0..<draws.integer(below: 60)).map { _ in draws.element(of: alphabet) })
            #expect(try !TaskKind.graph.check(prompt: Self.prompt, response: text).isSound)
            _ = try TaskKind.chain.check(prompt: "5;+3?\n", response: text)
            _ = try TaskKind.countdown.check(prompt: "5;3=8?\n", response: text)
        }
    }

    @Test(
        "What is no prompt of the task is refused, with the place",
        arguments: [
            "", "%23;E9?E", "%23;E9?G\n", "%23;E9;E8?E\n", "%23;Ee+1?E\n", "%23;Eg+1;Ge+1?E\n", "%23;E23?E\n",
            "%1;E0?E\n", "%1000;E0?E\n", "%23;?E\n", "%23;E9?E\n\n", "%23;E9;?E\n", "%23;Eg/2;G4?E\n", "%023;E9?E\n",
            "%23;E09?E\n", "hello", "%99999999999999999999;E9?E\n",
        ])
    func prompts(prompt: String) {
        let error = #expect(throws: TaskError.self) { try TaskKind.graph.check(prompt: prompt, response: "") }
        #expect(error?.description.contains("not a prompt of the task graph") == true)
    }
}
