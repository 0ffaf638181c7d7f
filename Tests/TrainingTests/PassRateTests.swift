import Testing

@testable import Tasks

@Suite("Pass rates")
struct PassRateTests {
    static let tolerance = 1e-12

    /// Every choice of k among n responses of which c are right, counted out.
    @Test("Pass at k is the share of choices of k that hold a right one", arguments: [(5, 2), (6, 0), (6, 6), (7, 1)])
    func counted(_ n: Int, _ c: Int) {
        for k in 1...n {
            let choices = (0..<1 << n).filter { $0.nonzeroBitCount == k }
            let holding = choices.count { $0 & (1 << c - 1) != 0 }
            let expected = Double(holding) / Double(choices.count)
            #expect(abs(PassRate.pass(at: k, correct: c, of: n) - expected) < Self.tolerance)
        }
    }

    @Test("The margin is that of a share when every prompt has one response")
    func margin() {
        let values = Array(repeating: 1.0, count: 30) + Array(repeating: 0.0, count: 70)
        let (mean, margin) = PassRate.mean(values)
        #expect(abs(mean - 0.3) < Self.tolerance)
        // p (1 - p) / (n - 1)
        #expect(abs(margin - 1.96 * (0.21 / 99).squareRoot()) < Self.tolerance)
        #expect(PassRate.mean([]).mean == 0)
    }

    @Test("Few prompts say nothing of how exact a mean is, alike or not")
    func fewPrompts() {
        for count in 1..<PassRate.leastPrompts {
            #expect(PassRate.mean(Array(repeating: 1, count: count)) == (1, .infinity))
            #expect(PassRate.mean((0..<count).map(Double.init)).margin == .infinity)
        }
        #expect(PassRate.mean((0..<PassRate.leastPrompts).map(Double.init)).margin.isFinite)
    }
}
