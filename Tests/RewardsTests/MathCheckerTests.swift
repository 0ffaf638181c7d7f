import Foundation
import Testing

@testable import Rewards

@Suite("MathChecker")
struct MathCheckerTests {
    private func verdict(_ reference: String, _ answer: String) -> Verdict {
        MathChecker().compare(answer: answer, reference: reference).verdict
    }

    @Test(
        "Numbers are equal however they are written",
        arguments: [
            ("\\frac{3}{4}", "0.75"), ("\\frac34", "3/4"), ("\\dfrac{7}{4}", "1.75"),
            ("-\\frac{3}{4}", "\\frac{-3}{4}"),
            ("\\frac{10}{3}", "3\\frac{1}{3}"), ("-1\\frac12", "-1.5"), ("1\\frac12", "1 1/2"), ("7", "007"),
            ("\\frac 59", "\\frac{5}{9}"), ("12{,}345", "12345"), ("1 000 000", "10^6"), ("12,345", "12345"),
            ("10\\,080", "10,\\!080"),
            ("2e3", "2000"), ("2.5e-3", "\\frac1{400}"), ("3.0\\times 10^8", "300000000"), ("10^{-3}", "0.001"),
            ("0.\\overline{3}", "\\frac13"), ("0.1\\overline{6}", "1/6"), ("3:4", "0.75"), ("5!", "120"),
            ("\\binom{6}{3}", "20"), ("\\lfloor -2.5 \\rfloor", "-3"), ("|{-3}|", "3"), ("\\gcd(12, 18)", "6"),
            ("2^{1000}", "4^{500}"), ("2^{100000}", "4^{50000}"), ("x^10", "x^{10}"), ("−5", "-5"), ("3²", "9"),
        ])
    func equalNumbers(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test(
        "Numbers that differ are not equal, however near or large",
        arguments: [
            ("\\frac{13}{6}", "6/13"), ("10^{40}", "10^{40}+1"), ("9007199254740993", "9007199254740992"),
            ("2^{100000}", "4^{50000}+1"), ("1", "2^{61000}"), ("1024", "2^{61010}"), ("170!", "170!+1"),
            ("1", "\\frac{10^{30}+1}{10^{30}}"),
            ("0.0000001", "0.0000002"), ("5", "5.0001"), ("0.3", "\\frac13"), ("\\frac{10}{3}", "3\\cdot\\frac13"),
            ("\\pi", "\\frac{22}{7}"), ("3\\sqrt2", "4.24"), ("\\infty", "-\\infty"), ("\\infty", "10^{100}"),
            ("5", "-5"), ("1,23", "123"), ("12", "1,2"),
        ])
    func differentNumbers(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .incorrect)
        #expect(verdict(pair.1, pair.0) == .incorrect)
    }

    @Test("A decimal may be rounded at its sixth place, and not before")
    func decimals() {
        #expect(verdict("\\frac23", "0.666667") == .correct)
        #expect(verdict("\\frac23", "0.66667") == .incorrect)
        #expect(verdict("\\sqrt{2}", "1.414214") == .correct)
        #expect(verdict("1.41421", "\\sqrt{2}") == .incorrect)
        #expect(verdict("\\frac{3}{1000000}", "0.000003") == .correct)
        #expect(verdict("\\frac{1}{300000}", "0.000003") == .incorrect)
    }

    @Test(
        "Roots, constants and functions are compared by value",
        arguments: [
            ("3\\sqrt{2}", "\\sqrt{18}"), ("\\frac{1}{\\sqrt{2}}", "\\frac{\\sqrt2}{2}"), ("\\sqrt[3]{-8}", "-2"),
            ("\\sqrt{2+\\sqrt3}", "\\frac{\\sqrt6+\\sqrt2}{2}"), ("0", "\\sqrt6-\\sqrt2\\sqrt3"),
            ("\\frac{\\sqrt2}{2}", "\\sin 45^\\circ"), ("\\log_2 8", "3"), ("\\log 100", "2"), ("\\ln e^2", "2"),
            ("\\arctan 1", "\\frac{\\pi}{4}"), ("\\cos^{-1}(0.5)", "\\frac{\\pi}{3}"), ("e^{i\\pi}", "-1"),
            ("(1+i)^2", "2i"), ("2\\pi", "\\frac{4\\pi}{2}"), ("pi/6", "\\frac{\\pi}{6}"), ("sqrt(2)", "2^{1/2}"),
            ("70\\sqrt 2", "70(2)^{1/2}"), ("\\sin^2 1 + \\cos^2 1", "1"), ("\\sqrt 21", "\\sqrt2"),
        ])
    func values(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test(
        "Formulas are equal where they are for all values of their letters",
        arguments: [
            ("(x+1)^2", "x^2+2x+1"), ("\\frac{x^2-1}{x-1}", "x+1"), ("x y", "y\\cdot x"), ("\\frac{x}{2}", "0.5x"),
            ("a_{1}+a_2", "a_2+a_1"), ("\\sin 2x", "2\\sin x\\cos x"), ("e^{x+y}", "e^x e^y"),
            ("\\ln(x^2)", "2\\ln x"), ("|x|", "\\sqrt{x^2}"), ("2|x|", "|2x|"), ("\\tan x", "\\frac{\\sin x}{\\cos x}"),
            ("\\log_2 x", "\\frac{\\ln x}{\\ln 2}"), ("(a+b)(a-b)", "a^2-b^2"), ("1/2x", "\\frac{1}{2x}"),
            ("(x+y)^{40}", "(x^2+2xy+y^2)^{20}"), ("\\theta", "theta"), ("\\frac{11+9a}{20}", "\\frac{9a+11}{20}"),
        ])
    func formulas(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test(
        "Formulas that differ somewhere are not equal",
        arguments: [
            ("x", "y"), ("x", "\\sqrt{x^2}"), ("x^2", "x^2+C"), ("(x+y)^2", "x^2+y^2"), ("\\sin x", "x"),
            ("x^2", "x^3"), ("\\ln(x+y)", "\\ln x+\\ln y"), ("2k", "2n"), ("x^{40}+1", "x^{40}"),
        ])
    func differentFormulas(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .incorrect)
        #expect(verdict(pair.1, pair.0) == .incorrect)
    }

    @Test(
        "Units, currency, degrees and words beside a value do not matter",
        arguments: [
            ("5", "5^\\circ"), ("864\\mbox{ inches}^2", "864"), ("9\\text{ cm}^2", "9 cm^2"), ("15\\text{ m/s}", "15"),
            ("90", "90 square units"), ("\\$18.90", "18.9"), ("1250.5", "\\$1{,}250.50"), ("5", "\\text{Area} = 5"),
            ("25\\%", "\\frac14"), ("25\\%", "25"), ("\\frac{270}7\\text{ degrees}", "\\dfrac{270}{7}"), ("10", "10."),
        ])
    func units(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test("A percent sign changes a value unless the other has none")
    func percent() {
        #expect(verdict("25", "\\frac14") == .incorrect)
        #expect(verdict("25\\%", "2500\\%") == .incorrect)
    }

    @Test(
        "Words and letters are compared without case and punctuation",
        arguments: [
            ("\\text{(C)}", "C"), ("\\text{Evelyn}", "evelyn"), ("\\text{Monday}", "Monday"), ("\\textbf{B}", "(B)"),
            ("\\text{June 5}", "June 5"), ("\\text{No solution}", "no solution."), ("\\mathrm{e}", "e"),
        ])
    func words(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test(
        "Different words are not equal",
        arguments: [
            ("\\text{even}", "\\text{odd}"), ("A", "B"), ("\\text{Sunday}", "Monday"), ("\\text{yes}", "no"),
            ("\\text{June 5}", "5"), ("\\text{two}", "3"),
        ])
    func differentWords(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .incorrect)
        #expect(verdict(pair.1, pair.0) == .incorrect)
    }

    @Test(
        "Equations say what their left side is, and agree with any multiple of themselves",
        arguments: [
            ("6", "x=6"), ("x=6", "6 = x"), ("5", "2+3=5"), ("2x+3", "f(x) = 2x+3"), ("y=2x+3", "2x-y+3=0"),
            ("5x-7y+11z+4=0", "10x-14y+22z+8=0"), ("x^2+y^2=4", "x^2+y^2-4=0"), ("y=\\sqrt{x}", "y=x^{1/2}"),
            ("x=3", "x = \\frac{6}{2} = 3"), ("\\frac13", "\\frac13 \\approx 0.33"),
            ("\\frac13", "x = \\frac13 \\approx 0.33"), ("0.33", "x \\approx 0.33"), ("5", "f(2) = 5"),
            ("(x-1)^2+(y+2)^2=9", "x^2-2x+1+y^2+4y+4=9"),
        ])
    func equations(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .correct)
        #expect(verdict(pair.1, pair.0) == .correct)
    }

    @Test(
        "Equations of other letters or other solutions are not equal",
        arguments: [("x=5", "y=5"), ("y=2x", "f(x)=2x"), ("y=2x+3", "y=2x+4"), ("5", "2+2=5"), ("x\\ne3", "x=3")])
    func differentEquations(pair: (String, String)) {
        #expect(verdict(pair.0, pair.1) == .incorrect)
        #expect(verdict(pair.1, pair.0) == .incorrect)
    }

    @Test(
        "Tuples keep their order, sets and lists do not",
        arguments: [
            ("(1,2)", "\\left( 1, \\tfrac42 \\right)", true), ("(1,2)", "(2,1)", false), ("1,2", "2, 1", true),
            ("\\{1,2\\}", "\\{2,1\\}", true), ("\\{1,2\\}", "2 \\text{ and } 1", true), ("\\{1,1\\}", "\\{1\\}", true),
            ("(1,2)", "1,2", true), ("(1,2)", "2,1", false), ("5", "\\{5\\}", true), ("2", "2, 3", false),
            ("1,2,3", "1,2", false), ("\\{(1,2),(3,4)\\}", "(3,4),(1,2)", true), ("(2,3)", "x=2, y=3", true),
            ("1\\pm\\sqrt{19}", "1-\\sqrt{19}, 1+\\sqrt{19}", true), ("x = \\pm 3", "3, -3", true),
            ("\\emptyset", "\\{\\}", true), ("3", "\\pm 3", false), ("12,345", "12, 345", true),
        ])
    func collections(reference: String, answer: String, isEqual: Bool) {
        #expect(verdict(reference, answer) == (isEqual ? .correct : .incorrect))
    }

    @Test(
        "Intervals keep their ends, and inequalities are intervals",
        arguments: [
            ("(3,4]", "(3,4]", true), ("(3,4]", "[3,4]", false), ("[1,2)", "1 \\le x < 2", true),
            ("x \\in [1,2)", "1 \\leq x < 2", true), ("(3,\\infty)", "x > 3", true), ("x>3", "3 < x", true),
            ("x>3", "x<3", false), ("x \\ge 2", "x > 2", false), ("x>3", "y>3", false),
            ("(0,9) \\cup (9,36)", "(9,36)\\cup(0,9)", true), ("(0,9)\\cup(9,36)", "(0,36)", false),
            ("(-\\infty,-2]\\cup[3,\\infty)", "x \\le -2 \\text{ or } x >= 3", true),
            ("\\mathbb{R}", "(-\\infty,\\infty)", true),
            ("\\mathbb{R}\\setminus\\{0\\}", "\\mathbb R \\setminus \\{ 0 \\}", true),
            ("(3,\\infty)", "\\{x \\mid x > 3\\}", true),
        ])
    func intervals(reference: String, answer: String, isEqual: Bool) {
        #expect(verdict(reference, answer) == (isEqual ? .correct : .incorrect))
    }

    @Test("Matrices agree entry by entry, whatever their brackets")
    func matrices() {
        let identity = "\\begin{pmatrix} 1 & 0 \\\\ 0 & \\frac22 \\end{pmatrix}"
        #expect(verdict("\\begin{bmatrix}1&0\\\\0&1\\end{bmatrix}", identity) == .correct)
        #expect(verdict("\\begin{bmatrix}0&1\\\\1&0\\end{bmatrix}", identity) == .incorrect)
        #expect(verdict("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}") == .incorrect)
        #expect(verdict("\\begin{array}{cc}1&2\\end{array}", "\\begin{matrix}1&2.0\\end{matrix}") == .correct)
    }

    @Test("Numerals of a base are compared digit by digit, and by base where both state it")
    func bases() {
        #expect(verdict("4210_{5}", "4210_5") == .correct)
        #expect(verdict("4210_5", "4210") == .correct)
        #expect(verdict("4210_5", "4210_6") == .incorrect)
        #expect(verdict("11_2", "3") == .incorrect)
    }
}
