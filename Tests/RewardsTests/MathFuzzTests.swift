import Basics
import TestSupport
import Testing

@testable import Rewards

@Suite("MathChecker on damaged input")
struct MathFuzzTests {
    private static let seeds = [
        "\\frac{3}{4}", "1\\frac12", "(3,4]", "\\{1,2\\}", "x^2+2x+1", "\\sqrt[3]{x}", "1 \\pm \\sqrt{19}",
        "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "(-\\infty,2)\\cup(3,\\infty)", "\\sin^2 x", "12{,}345.67",
        "x = 5 \\text{ or } x = 7", "0.\\overline{3}", "4210_{5}", "1 < x \\le 2", "\\left|-3\\right|!", "50\\%",
        "\\log_{2}(8x)", "2.5e-3", "90^\\circ", "\\mathbb{R}\\setminus\\{0\\}", "|x|-\\lfloor y\\rfloor",
    ]
    private static let pieces = [
        "{", "}", "(", ")", "[", "]", "\\{", "\\}", "^", "_", "\\", "\\frac", "\\sqrt", ",", "=", "<", "|", "&", "\\\\",
        "\\text{", "\\begin{pmatrix}", "\\end{pmatrix}", "9", "99999999", ".", "!", "%", "-", "/", "\\pi", "\\infty",
        "\\cup", "\\sin", "\\log_", "x", "é", "\u{0}", "\u{301}", "🙂", "²", "e", "\\overline{", "°", " ", "\\pm",
    ]

    private func mutated(_ text: String, _ draws: inout SplitMix) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0...Int.random(in: 0..<4, using: &draws) {
            let place = Int.random(in: 0...scalars.count, using: &draws)
            switch Int.random(in: 0..<3, using: &draws) {
            case 0: scalars.insert(contentsOf: Self.pieces.randomElement(using: &draws)!.unicodeScalars, at: place)
            case 1 where place < scalars.count: scalars.remove(at: place)
            default: scalars.insert(contentsOf: Self.seeds.randomElement(using: &draws)!.unicodeScalars, at: place)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    @Test("Mutated formulas get a verdict within the budget, and the same one again", arguments: [1, 2, 3, 4])
    func mutations(seed: UInt64) {
        var draws = SplitMix(state: seed)
        let checker = MathChecker(steps: 50_000)
        var counts = VerdictCounts()
        for _ in 0..<2000 {
            let reference = mutated(Self.seeds.randomElement(using: &draws)!, &draws)
            let answer = mutated(reference, &draws)
            let verdict = checker.compare(answer: answer, reference: reference).verdict
            #expect(verdict != .internal)
            #expect(checker.compare(answer: answer, reference: reference).verdict == verdict, "\(answer) \(reference)")
            counts.add(verdict)
        }
        // All kinds are reached, so that the damage is neither too small nor too large to test anything.
        #expect(counts[.correct] > 0 && counts[.incorrect] > 0 && counts[.parseError] > 0)
    }

    @Test("Soup of symbols gets a verdict", arguments: [5, 6, 7, 8])
    func soup(seed: UInt64) {
        var draws = SplitMix(state: seed)
        let checker = MathChecker(steps: 50_000)
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1..<60, using: &draws))
                .map { _ in Self.pieces.randomElement(using: &draws)! }.joined()
            #expect(checker.judge(response: "\\boxed{\(text)}", reference: "x+1").verdict != .internal)
            #expect(checker.compare(answer: "2", reference: text).verdict != .internal)
        }
    }

    @Test("A readable formula equals itself after a detour through a sum")
    func selfEquality() {
        for text in ["x^2+2x+1", "\\sqrt[3]{x}", "\\sin^2 x", "\\frac{3}{4}", "|x|-\\frac{y}{7}", "e^{x}\\ln 2"] {
            let detour = "(\(text)) + x - x"
            #expect(MathChecker().compare(answer: detour, reference: text).verdict == .correct, "\(text)")
            let off = "(\(text)) + \\frac{1}{1000}"
            #expect(MathChecker().compare(answer: off, reference: text).verdict == .incorrect, "\(text)")
        }
    }
}
