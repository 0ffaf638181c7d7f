import Testing

@testable import Influence

@Suite("Receiver heads")
struct ReceiverHeadTests {
    /// Worked out by hand; scipy.stats.kurtosis with its defaults is defined alike.
    @Test(
        "Excess kurtosis is the fourth moment over the second squared, less 3",
        arguments: [
            ([1.0, 1, 1, 1, 11], 0.25), ([0, 1, 0, 1], -2.0), ([1, 2, 3, 4, 5], -1.3), ([2, 2, 2], -3.0),
            ([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9], 3.142857142857142),
        ])
    func kurtosis(values: [Double], expected: Double) {
        #expect(abs(excessKurtosis(values) - expected) < 1e-9)
    }

    /// A trace of one layer with what each head gives each step in sum over later steps.
    private func trace(_ heads: [[Float]], gap: Int = 1) -> AttentionTrace {
        let steps = heads[0].count
        let segmentation = StepSegmentation(ranges: (0..<steps).map { $0..<$0 + 1 }, separator: .blankLine)
        let influence = (0..<steps).map { step in heads.map { $0[step] }.max() ?? 0 }
        return AttentionTrace(
            segmentation: segmentation, gap: gap, layerCount: 1, headCount: heads.count, perHead: heads.flatMap(\.self),
            influence: influence, meanMap: LowerTriangle(), maxMap: LowerTriangle())
    }

    @Test("The score is the mean attention under the most concentrated heads, by the number of later steps")
    func scores() {
        // Of 8 steps with D = 1, step k is looked back at by 7 - k. Heads 0 and 1 favour steps 2 and 5; head 2 none.
        let counts = (0..<8).map { Float(max(0, 7 - $0)) }
        func head(_ means: [Float]) -> [Float] { zip(means, counts).map { $0 * $1 } }
        let sharp = head([0, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0])
        let other = head([0, 0.2, 0.2, 0.2, 0.2, 0.8, 0.2, 0])
        let even = head([0, 0.3, 0.4, 0.3, 0.4, 0.3, 0.4, 0])
        let trace = trace([sharp, even, other])
        let two = trace.receiverScores(heads: 2)
        let expected: [Float] = [0, 0.15, 0.55, 0.15, 0.15, 0.45, 0.15, 0]
        #expect(two.count == expected.count)
        for (score, wanted) in zip(two, expected) { #expect(abs(score - wanted) < 1e-6) }
        let one = trace.receiverScores(heads: 1)
        #expect(abs(one[2] - 0.9) < 1e-6 || abs(one[5] - 0.8) < 1e-6)
        #expect(trace.scores(for: .kurtosis) == trace.receiverScores(heads: 3))
        #expect(trace.scores(for: .attention) == trace.influence)
        #expect(trace.ownScores(for: .kurtosis) == trace.receiverScores(heads: 3))
        #expect(trace.ownScores(for: .attention) == nil)
        #expect(trace.ownScores(for: .excess) == trace.excess)
    }

    @Test("Steps without influence have no score, and a trace without scored steps has none at all")
    func unscored() {
        #expect(trace([[0, 0, 0, 0]]).receiverScores() == [0, 0, 0, 0])
        #expect(trace([[0, 2, 0, 0], [0, 1, 0, 0]]).receiverScores() == [0, 0.75, 0, 0])
        #expect(trace([[0, 1]], gap: 4).receiverScores() == [0, 0])
    }

    @Test("Branch points go to the steps of greatest score")
    func choice() throws {
        let trace = trace([[0, 6, 5, 20, 3, 2, 1, 0], [0, 6, 5, 4, 3, 10, 1, 0]])
        var options = BranchOptions()
        (options.strategy, options.count, options.minimumGap) = (.kurtosis, 2, .tokens(0))
        let input = BranchInput(segmentation: trace.segmentation, influence: trace.scores(for: .kurtosis))
        let choice = try chooseBranches(input, options: options)
        #expect(choice.points.map(\.step) == [3, 5])
        #expect(choice.points[0].reason.contains("receiver heads"))
    }
}
