import Influence
import Testing

@Suite("Influence scores")
struct InfluenceScoresTests {
    /// Inputs were rounded to float32 once and sums run in Double; values are below 1.
    static let tolerance: Float = 5e-7

    @Test("Step attention equals the reference implementation's", arguments: ReferenceTrace.policies)
    func stepMeans(policy: String) throws {
        let reference = try ReferenceTrace(policy)
        let found = stepAttention(
            reference.attention, layerCount: reference.layers, headCount: reference.heads, steps: reference.steps)
        #expect(worst(found, reference.stepAttention).distance < Self.tolerance)
    }

    @Test(
        "Influence per head and pooled equals the reference implementation's",
        arguments: ReferenceTrace.policies, ReferenceTrace.gaps)
    func influence(policy: String, gap: Int) throws {
        let reference = try ReferenceTrace(policy)
        let stepCount = reference.steps.count
        var perHead = influencePerHead(reference.stepAttention, stepCount: stepCount, gap: gap)
        maskInfluence(&perHead, stepCount: stepCount, scored: 2..<stepCount)
        #expect(worst(perHead, try #require(reference.perHead[gap])).distance < Self.tolerance)
        let pooled = poolInfluence(perHead, stepCount: stepCount)
        #expect(worst(pooled, try #require(reference.influence[gap])).distance < Self.tolerance)
    }

    @Test("One head of four steps, by hand")
    func byHand() {
        // Rows are later steps; entries above the diagonal are 0.
        let attention: [Float] = [
            0.5, 0, 0, 0,
            0.25, 0.5, 0, 0,
            0.125, 0.25, 0.5, 0,
            0.0625, 0.125, 0.25, 0.5,
        ]
        #expect(influencePerHead(attention, stepCount: 4, gap: 1) == [0.4375, 0.375, 0.25, 0])
        #expect(influencePerHead(attention, stepCount: 4, gap: 2) == [0.1875, 0.125, 0, 0])
        #expect(influencePerHead(attention, stepCount: 4, gap: 4) == [0, 0, 0, 0])
    }

    @Test("Masking leaves scored steps alone, pooling takes the largest head for each step")
    func maskAndPool() {
        var perHead: [Float] = [9, 8, 1, 4, 7, 9, 8, 2, 3, 7]
        maskInfluence(&perHead, stepCount: 5, scored: 2..<4)
        #expect(perHead == [0, 0, 1, 4, 0, 0, 0, 2, 3, 0])
        #expect(poolInfluence(perHead, stepCount: 5) == [0, 0, 2, 4, 0])
    }

    @Test("Nothing in, nothing out")
    func empty() {
        #expect(influencePerHead([], stepCount: 0, gap: 4).isEmpty)
        #expect(poolInfluence([], stepCount: 2) == [0, 0])
    }
}
