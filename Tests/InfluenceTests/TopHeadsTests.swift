import Influence
import Testing

@Suite("Top heads")
struct TopHeadsTests {
    /// Two layers of two heads, three steps; step 2 is scored.
    private let trace = AttentionTrace(
        segmentation: StepSegmentation(ranges: [0..<1, 1..<2, 2..<3], separator: .blankLine), gap: 1, layerCount: 2,
        headCount: 2, perHead: [0, 0, 0.25, 0, 0, 0.5, 0, 0, 0, 0, 0, 0.25], influence: [0, 0, 0.5],
        meanMap: LowerTriangle(), maxMap: LowerTriangle())

    private func heads(_ step: Int, _ count: Int) -> [HeadIndex] {
        trace.topHeads(ofStep: step, count: count).map(\.head)
    }

    @Test("Strongest first, lower layer and head first among equals, heads without influence left out")
    func order() {
        let expected = [HeadIndex(layer: 0, head: 1), HeadIndex(layer: 0, head: 0), HeadIndex(layer: 1, head: 1)]
        #expect(heads(2, 4) == expected)
        #expect(heads(2, 2) == Array(expected.prefix(2)))
        #expect(trace.topHeads(ofStep: 2, count: 1).map(\.influence) == [0.5])
    }

    @Test("A step without a score, or no heads asked for, gives none")
    func none() {
        #expect(heads(1, 4).isEmpty && heads(2, 0).isEmpty)
    }
}
