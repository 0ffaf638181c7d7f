import Influence
import Testing

@Suite("Influence accumulator")
struct InfluenceAccumulatorTests {
    /// Float sums of a few terms below 1, against Double ones.
    static let tolerance: Float = 1e-6

    /// Steps closed one by one, with rows longer than they need to be.
    private func accumulate(
        _ reference: ReferenceTrace, gap: Int, heads: [HeadIndex] = [], mapLimit: Int = .max
    ) -> InfluenceAccumulator {
        var accumulator = InfluenceAccumulator(
            layerCount: reference.layers, headCount: reference.heads, gap: gap,
            promptLength: reference.steps[0].count, heads: heads, mapLimit: mapLimit)
        for j in 1..<reference.steps.count {
            let stride = j + 1 + j % 3
            let sums = reference.sums(ofStep: j, stride: stride)
            accumulator.close(step: reference.steps[j], attention: sums.span, stride: stride)
        }
        return accumulator
    }

    @Test(
        "Closing steps one by one gives the reference implementation's influence",
        arguments: ReferenceTrace.policies, ReferenceTrace.gaps)
    func influence(policy: String, gap: Int) throws {
        let reference = try ReferenceTrace(policy)
        let accumulator = accumulate(reference, gap: gap)
        let trace = accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        #expect(worst(trace.perHead, try #require(reference.perHead[gap])).distance < Self.tolerance)
        #expect(worst(trace.influence, try #require(reference.influence[gap])).distance < Self.tolerance)
        #expect(accumulator.influence(thinkingEnd: nil) == trace.influence)
        #expect(trace.segmentation.ranges == reference.steps)
        #expect((trace.gap, trace.layerCount, trace.headCount) == (gap, reference.layers, reference.heads))
    }

    @Test("Maps are mean, maximum and single heads of the reference's", arguments: ReferenceTrace.policies)
    func maps(policy: String) throws {
        let reference = try ReferenceTrace(policy)
        let heads = [HeadIndex(layer: 1, head: 3), HeadIndex(layer: 0, head: 0), HeadIndex(layer: 1, head: 3)]
        let trace = accumulate(reference, gap: 4, heads: heads).trace(separator: .blankLine, thinkingEnd: nil)
        let (count, all) = (reference.steps.count, reference.layers * reference.heads)
        #expect(trace.meanMap.rowCount == count && trace.maxMap.rowCount == count)
        #expect(Set(trace.headMaps.keys) == Set(heads))
        for j in 0..<count {
            for k in 0...j {
                let column = (0..<all).map { reference.stepAttention[($0 * count + j) * count + k] }
                let mean = Float(column.reduce(0.0) { $0 + Double($1) } / Double(all))
                #expect(abs(trace.meanMap[j, k] - mean) < Self.tolerance, "mean of \(j), \(k)")
                #expect(abs(trace.maxMap[j, k] - (column.max() ?? 0)) < Self.tolerance, "maximum of \(j), \(k)")
                for (head, map) in trace.headMaps {
                    let expected = column[head.layer * reference.heads + head.head]
                    #expect(abs(map[j, k] - expected) < Self.tolerance, "\(head) of \(j), \(k)")
                }
            }
        }
    }

    @Test(
        "Maps that would exceed their limit are given up, and nothing else changes", arguments: ReferenceTrace.policies)
    func mapLimit(policy: String) throws {
        let reference = try ReferenceTrace(policy)
        let heads = [HeadIndex(layer: 0, head: 1)], count = reference.steps.count
        let needed = 3 * count * (count + 1) / 2
        let whole = accumulate(reference, gap: 1, heads: heads, mapLimit: needed)
        let limited = accumulate(reference, gap: 1, heads: heads, mapLimit: needed - 1)
        #expect(!whole.mapsDropped && limited.mapsDropped)
        #expect(limited.latestAttention == whole.latestAttention && limited.latestAttention.count == count)
        let trace = limited.trace(separator: .blankLine, thinkingEnd: nil)
        #expect(trace.mapsDropped && trace.meanMap.rowCount == 0 && trace.maxMap.rowCount == 0)
        #expect(trace.headMaps.values.allSatisfy { $0.rowCount == 0 })
        #expect(trace.perHead == whole.trace(separator: .blankLine, thinkingEnd: nil).perHead)
    }

    @Test("The prompt's row, which is never captured, is 1 / P under every head", arguments: ReferenceTrace.policies)
    func promptRow(policy: String) throws {
        let reference = try ReferenceTrace(policy)
        let count = reference.steps.count
        let expected = 1 / Float(reference.steps[0].count)
        for head in 0..<reference.layers * reference.heads {
            #expect(abs(reference.stepAttention[head * count * count] - expected) < Self.tolerance)
        }
        let trace = accumulate(reference, gap: 4).trace(separator: .blankLine, thinkingEnd: nil)
        #expect(trace.meanMap[0, 0] == expected && trace.maxMap[0, 0] == expected)
    }

    @Test("Each row of the mean map, weighted by step lengths, sums to 1", arguments: ReferenceTrace.policies)
    func rowsSumToOne(policy: String) throws {
        let reference = try ReferenceTrace(policy)
        let map = accumulate(reference, gap: 4).trace(separator: .blankLine, thinkingEnd: nil).meanMap
        for j in reference.steps.indices {
            let total = zip(map.row(j), reference.steps).reduce(0) { $0 + $1.0 * Float($1.1.count) }
            #expect(abs(total - 1) < 1e-5, "row \(j)")
        }
    }

    @Test("Steps from the end of thinking on have no score unless asked for, but count as later steps")
    func thinkingEnd() throws {
        let reference = try ReferenceTrace("qwen2")
        let accumulator = accumulate(reference, gap: 1)
        let all = accumulator.trace(separator: .blankLine, thinkingEnd: nil).influence
        let cut = accumulator.trace(separator: .blankLine, thinkingEnd: 4)
        #expect(cut.influence == [0, 0, all[2], all[3], 0, 0, 0])
        #expect(accumulator.influence(thinkingEnd: 4) == cut.influence)
        let asked = accumulator.trace(separator: .blankLine, thinkingEnd: 4, includesAfterThinking: true)
        #expect(asked.influence == all)
    }

    @Test(
        "Excess is the attention to all of a step's tokens above uniform attention", arguments: ReferenceTrace.policies)
    func excess(policy: String) throws {
        let reference = try ReferenceTrace(policy), gap = 1
        let accumulator = accumulate(reference, gap: gap)
        let trace = accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        let count = reference.steps.count
        for k in 0..<count where trace.influence[k] > 0 {
            // From the definition: for each head, what each later step's tokens give to the step less what they would.
            let heads = (0..<reference.layers * reference.heads).map { head in
                (k + gap..<count).reduce(0.0) { sum, j in
                    let given = Double(reference.stepAttention[(head * count + j) * count + k])
                    let uniform = reference.steps[j].reduce(0.0) { $0 + 1 / Double($1 + 1) }
                    return sum + Double(reference.steps[k].count) * (given - uniform / Double(reference.steps[j].count))
                }
            }
            #expect(abs(Double(trace.excess[k]) - max(0, heads.max() ?? 0)) < 1e-5, "step \(k)")
        }
        #expect(accumulator.excess(trace.influence) == trace.excess)
        #expect(zip(trace.influence, trace.excess).allSatisfy { $0 > 0 || $1 == 0 })
    }

    @Test("Under uniform attention no step has excess, however short; and one token that takes all has all of it")
    func excessOfUniform() {
        let steps = [0..<3, 3..<4, 4..<10, 10..<11, 11..<20, 20..<25]
        let uniform = steps.map(uniformAttention)
        let influence = steps.indices.map { k in k == 0 ? 0 : uniform[min(k + 1, 6)...].reduce(0, +) }
        #expect(excessOfAttention(influence, steps: steps, uniform: uniform, gap: 1).allSatisfy { $0 < 1e-6 })
        // Step 3 has one token, on which all of the two later steps rest.
        let resting: [Float] = [0, 0, 0, 2, 0, 0]
        let excess = excessOfAttention(resting, steps: steps, uniform: uniform, gap: 1)
        #expect(abs(excess[3] - (2 - uniform[4] - uniform[5])) < 1e-6)
    }

    @Test("Influence only grows as steps close, and what a step adds reaches back `gap` steps")
    func grows() throws {
        let reference = try ReferenceTrace("llama")
        var accumulator = InfluenceAccumulator(
            layerCount: reference.layers, headCount: reference.heads, gap: 2, promptLength: reference.steps[0].count)
        var before: [Float] = [0]
        for j in 1..<reference.steps.count {
            accumulator.close(
                step: reference.steps[j], attention: reference.sums(ofStep: j, stride: j + 1).span, stride: j + 1)
            let now = accumulator.influence(thinkingEnd: nil)
            #expect(now.count == j + 1)
            for (k, old) in before.enumerated() {
                if 2...max(2, j - 2) ~= k, j >= 4 { #expect(now[k] > old) } else { #expect(now[k] == old) }
            }
            before = now
        }
    }

    @Test("A prompt alone makes a trace with one step and no influence")
    func promptOnly() {
        let accumulator = InfluenceAccumulator(layerCount: 2, headCount: 2, gap: 4, promptLength: 5)
        let trace = accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        #expect(trace.influence == [0] && trace.perHead == [0, 0, 0, 0])
        #expect(accumulator.latestAttention == [0.2] && trace.maxMap.values == [0.2])
    }

    @Test("Random attention over many steps agrees with the dense definition", arguments: [UInt64(1), 2, 3])
    func random(seed: UInt64) {
        let attention = RandomAttention(layers: 2, heads: 3, stepLengths: [7, 1, 4, 2, 9, 1, 1, 5, 3, 6], seed: seed)
        let count = attention.steps.count
        var accumulator = InfluenceAccumulator(layerCount: 2, headCount: 3, gap: 3, promptLength: 7)
        for j in 1..<count {
            let sums = sumRows(
                attention.values, heads: 6, tokens: attention.tokens, steps: attention.steps, step: j, stride: count)
            accumulator.close(step: attention.steps[j], attention: sums.span, stride: count)
        }
        let dense = stepAttention(attention.values, layerCount: 2, headCount: 3, steps: attention.steps)
        var perHead = influencePerHead(dense, stepCount: count, gap: 3)
        maskInfluence(&perHead, stepCount: count, scored: 2..<count)
        let trace = accumulator.trace(separator: .blankLine, thinkingEnd: nil)
        #expect(worst(trace.perHead, perHead).distance < 1e-5)
        #expect(trace.influence.max() ?? 0 > 0.01)
    }
}

/// Causal softmax rows of random sharpness.
private struct RandomAttention {
    let steps: [Range<Int>]
    let tokens: Int
    var values: [Float]

    init(layers: Int, heads: Int, stepLengths: [Int], seed: UInt64) {
        var start = 0
        steps = stepLengths.map { length in
            defer { start += length }
            return start..<start + length
        }
        tokens = start
        values = [Float](repeating: 0, count: layers * heads * start * start)
        var state = seed
        for row in 0..<layers * heads * tokens {
            let query = row % tokens
            var total: Float = 0
            for key in 0...query {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let weight = Float(state >> 40) / 16_777_216
                values[row * tokens + key] = weight * weight * weight
                total += weight * weight * weight
            }
            for key in 0...query { values[row * tokens + key] /= total }
        }
    }
}
