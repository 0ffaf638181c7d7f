import Testing

@testable import Sampling

@Suite("Sampler truncation")
struct SamplerTruncationTests {
    private func kept(_ logits: [Float], _ parameters: SamplingParameters) -> [Int] {
        var row = logits
        let prefix = row.withUnsafeMutableBufferPointer { row in
            WeightedRow(logits: row, maximum: logits.max() ?? 0, temperature: parameters.temperature)
                .kept(by: parameters)
        }
        var ties = 0
        return logits.indices.filter { id in
            if logits[id] == prefix.least, prefix.least > -.infinity { ties += 1 }
            return logits[id] > prefix.least || logits[id] == prefix.least && ties <= prefix.ties
        }
    }

    private func expected(_ logits: [Float], _ parameters: SamplingParameters) -> [Int] {
        SamplerReference(parameters: parameters).distribution(logits).map(\.id)
    }

    private func parameters(
        temperature: Float = 1, topK: Int = 0, topP: Float = 1, minP: Float = 0
    ) -> SamplingParameters {
        var parameters = SamplingParameters()
        (parameters.temperature, parameters.topK, parameters.topP, parameters.minP) = (temperature, topK, topP, minP)
        return parameters
    }

    @Test("By hand: eight equal tokens, and a power-of-two ladder")
    func byHand() {
        let equal = [Float](repeating: -3, count: 8)
        #expect(kept(equal, parameters(topK: 3)) == [0, 1, 2])
        #expect(kept(equal, parameters(topP: 0.5)) == [0, 1, 2, 3])
        #expect(kept(equal, parameters(topP: 0.51)) == [0, 1, 2, 3, 4])
        #expect(kept(equal, parameters(topK: 4, topP: 0.5)) == [0, 1])
        // Probabilities near 1/2, 1/4, 1/8, 1/8.
        let ladder: [Float] = [-2.0794, -0.6931, -2.0794, -1.3863]
        #expect(kept(ladder, parameters(topP: 0.49)) == [1])
        #expect(kept(ladder, parameters(topP: 0.7)) == [1, 3])
        #expect(kept(ladder, parameters(topP: 0.8)) == [0, 1, 3])
        #expect(kept(ladder, parameters(topP: 0.9)) == [0, 1, 2, 3])
        #expect(kept(ladder, parameters(minP: 0.4)) == [1, 3])
        #expect(kept(ladder, parameters(minP: 1)) == [1])
    }

    /// The reference sums in Double; a boundary that falls within Float rounding of a sum would differ, which these
    /// fixed rows have none of.
    @Test("Kept tokens are the reference's on random rows", arguments: [17, 256, 1_000, 5_000], [Float(0.1), 1, 4])
    func random(count: Int, spread: Float) {
        var random = TestRandom(seed: UInt64(count))
        for trial in 0..<6 {
            let row = random.row(count, spread: spread)
            let temperature: Float = [1, 0.5, 1.7][trial % 3]
            for parameters in [
                parameters(temperature: temperature, topK: 1 + trial * trial * 7),
                parameters(temperature: temperature, topP: [0.1, 0.5, 0.9, 0.95, 0.99, 0.999][trial]),
                parameters(temperature: temperature, topK: 30 * (trial + 1), topP: 0.9),
                parameters(temperature: temperature, topK: 50, topP: 0.95, minP: 0.02 * Float(trial)),
            ] { #expect(kept(row, parameters) == expected(row, parameters), "trial \(trial)") }
        }
    }

    @Test("Ties are cut by lowest id on coarse rows", arguments: [Float(0.25), 1, 5])
    func ties(step: Float) {
        var random = TestRandom(seed: 9)
        for trial in 1..<12 {
            let row = random.row(600, spread: 2).map { ($0 / step).rounded() * step }
            let byCount = parameters(topK: trial * 23)
            #expect(kept(row, byCount) == expected(row, byCount))
            // Shares that no count of equal weights hits exactly.
            let byMass = parameters(topP: Float(trial) / 12.1)
            #expect(kept(row, byMass) == expected(row, byMass))
        }
    }

    @Test("Rows with extreme values and tokens ruled out")
    func extremes() {
        var row = TestRandom.row(500, spread: 1, seed: 3)
        for id in stride(from: 0, to: 500, by: 3) { row[id] = -.infinity }
        row[100] = -1e30
        row[4] = 60
        for parameters in [parameters(topK: 40), parameters(topP: 0.9), parameters(topK: 7, topP: 0.999_999)] {
            let kept = kept(row, parameters)
            #expect(kept.contains(4) && kept.allSatisfy { row[$0] > -1e30 })
        }
        row[4] = 1
        for parameters in [parameters(topK: 40), parameters(topP: 0.9)] {
            #expect(kept(row, parameters) == expected(row, parameters))
        }
        let wide: [Float] = [-.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0, -1]
        #expect(kept(wide, parameters(topP: 0.5)) == [1])
        #expect(kept(wide, parameters(temperature: .greatestFiniteMagnitude, topK: 3)) == [1, 2, 3])
    }

    @Test("Asking for more than there is keeps everything with weight")
    func everything() {
        let row: [Float] = [1, 2, 3, -.infinity]
        #expect(kept(row, parameters(topK: 3)) == [0, 1, 2])
        #expect(Set(kept(row, parameters(topK: 9, topP: 0.999_999_9))).isSuperset(of: [0, 1, 2]))
    }

    @Test("A geometric row, where every narrowing leaves a few, ends")
    func geometric() {
        let row = (0..<3_000).map { -Float($0) * 0.01 }
        for count in [1, 2, 99, 1_000, 2_999] {
            #expect(kept(row, parameters(topK: count)) == Array(0..<count))
        }
        let byMass = parameters(topP: 0.777)
        #expect(kept(row, byMass) == expected(row, byMass))
    }
}
