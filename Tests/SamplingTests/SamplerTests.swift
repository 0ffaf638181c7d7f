import Sampling
import Testing

@Suite("Sampler")
struct SamplerTests {
    private func parameters(_ change: (inout SamplingParameters) -> Void = { _ in }) -> SamplingParameters {
        var parameters = SamplingParameters()
        parameters.seed = 11
        change(&parameters)
        return parameters
    }

    /// Share of each token among draws at positions 0..<draws, by chi-square against the reference's distribution.
    private func chiSquare(_ parameters: SamplingParameters, _ logits: [Float], draws: Int) throws -> Double {
        let sampler = Sampler(parameters)
        var counts = [Int](repeating: 0, count: logits.count)
        for position in 0..<draws { counts[try sampler.draw(logits, position: position)] += 1 }
        let expected = SamplerReference(parameters: parameters).distribution(logits)
        #expect(expected.reduce(0) { $0 + counts[$1.id] } == draws, "a token that is not kept was drawn")
        return expected.reduce(0) { sum, token in
            let mean = token.probability * Double(draws)
            return sum + (Double(counts[token.id]) - mean) * (Double(counts[token.id]) - mean) / mean
        }
    }

    /// Limits are exceeded once in 10,000 by right samplers; the seed is fixed.
    @Test("Tokens come as often as their probability says")
    func frequencies() throws {
        let logits: [Float] = [0, 1, 2, -1, 0.5, 1.5, -0.5, 0.25]
        #expect(try chiSquare(parameters(), logits, draws: 20_000) < 29.9)
        #expect(try chiSquare(parameters { $0.temperature = 0.5 }, logits, draws: 20_000) < 29.9)
        #expect(try chiSquare(parameters { $0.topK = 3 }, logits, draws: 20_000) < 18.4)
        #expect(try chiSquare(parameters { $0.topP = 0.8 }, logits, draws: 20_000) < 21.1)
        #expect(try chiSquare(parameters { $0.minP = 0.3 }, logits, draws: 20_000) < 21.1)
    }

    @Test("A flat row of several blocks is drawn from evenly")
    func flatRow() throws {
        // Chi-square with 999 degrees of freedom: mean 999, standard deviation 44.7; four of them.
        #expect(abs(try chiSquare(parameters(), [Float](repeating: 3, count: 1_000), draws: 40_000) - 999) < 4 * 44.7)
    }

    @Test("Temperature 0 takes the most probable token, the lowest id among equals")
    func greedy() throws {
        let greedy = Sampler(parameters { $0.temperature = 0 })
        #expect(try greedy.draw([1, 3, 2, 3]) == 1)
        var row = TestRandom.row(1_000, spread: 1, seed: 2)
        for id in [700, 701, 999] { row[id] = 50 }
        #expect(try greedy.draw(row) == 700)
        #expect(try greedy.draw([-.infinity, -.infinity, -5]) == 2)
    }

    @Test("Top-k 1 and a vanishing top-p draw what temperature 0 draws", arguments: [UInt64(1), 2, 3])
    func limits(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for position in 0..<50 {
            let row = random.row(300, spread: 0.01).map { ($0 * 1_000).rounded() / 1_000 }
            let best = try Sampler(parameters { $0.temperature = 0 }).draw(row)
            #expect(try Sampler(parameters { $0.topK = 1 }).draw(row, position: position) == best)
            #expect(try Sampler(parameters { $0.topP = 1e-6 }).draw(row, position: position) == best)
        }
    }

    @Test("A tiny temperature is greedy, a huge one flat")
    func extremeTemperatures() throws {
        #expect(try Sampler(parameters { $0.temperature = .leastNonzeroMagnitude }).draw([1, 1.5, 1.25]) == 1)
        let flat = Sampler(parameters { $0.temperature = .greatestFiniteMagnitude })
        let drawn = try (0..<60).map { try flat.draw([-1e30, 0, 1e30], position: $0) }
        #expect(Set(drawn) == [0, 1, 2])
    }

    @Test("The same seed, index and position give the same token; other ones others")
    func reproducible() throws {
        let row = TestRandom.row(5_000, spread: 0.5, seed: 4)
        func tokens(seed: UInt64, index: Int) throws -> [Int] {
            let sampler = Sampler(parameters { $0.seed = seed }, index: index)
            return try (0..<20).map { try sampler.draw(row, position: $0) }
        }
        let first = try tokens(seed: 1, index: 0)
        #expect(try tokens(seed: 1, index: 0) == first)
        #expect(try tokens(seed: 2, index: 0) != first)
        #expect(try tokens(seed: 1, index: 1) != first)
        #expect(Set(first).count > 10)
        let alone = Sampler(parameters { $0.seed = 1 })
        #expect(try alone.draw(row, position: 13) == first[13], "a draw depends on draws before it")
    }

    /// Recorded once. Another vector width, compiler or optimisation level has to draw the same.
    @Test("A fixed row gives these tokens on every processor")
    func recorded() throws {
        let row = TestRandom.row(5_000, spread: 2, seed: 77)
        func tokens(_ change: (inout SamplingParameters) -> Void) throws -> [Int] {
            let sampler = Sampler(parameters(change), index: 3)
            return try (0..<8).map { try sampler.draw(row, position: $0) }
        }
        #expect(try tokens { $0.temperature = 1.5 } == [70, 190, 3084, 2263, 2419, 2572, 3125, 4783])
        #expect(try tokens { $0.topP = 0.9 } == [93, 263, 3094, 2281, 2471, 2577, 3125, 4755])
        #expect(
            try tokens { ($0.temperature, $0.topK, $0.minP) = (0.7, 50, 0.02) } == [
                263, 318, 3397, 2499, 2577, 2657, 3397, 4740,
            ])
    }

    @Test("Draws are where the plain reference's cumulative distribution has them", arguments: 0..<6)
    func againstReference(variant: Int) throws {
        var random = TestRandom(seed: UInt64(variant))
        let parameters = parameters {
            $0.seed = UInt64(variant)
            $0.temperature = [1, 0.7, 1.3, 0.6, 1, 2][variant]
            $0.topK = [0, 40, 0, 20, 0, 500][variant]
            $0.topP = [1, 1, 0.9, 0.95, 1, 0.5][variant]
            $0.minP = [0, 0, 0, 0.05, 0.1, 0][variant]
            $0.repetitionPenalty = [1, 1.2, 1, 0.8, 1, 1.5][variant]
            $0.logitBias = [[:], [3: 4], [0: -.infinity], [:], [5: -2, 6: 2], [:]][variant]
            $0.minTokens = 3
            $0.stopTokens = [1]
        }
        var sampler = Sampler(parameters, endOfSequence: [2])
        let seen: [Int32] = [7, 9, 9, 11]
        sampler.observe(seen)
        let reference = SamplerReference(
            parameters: parameters, stops: [1, 2], seen: parameters.repetitionPenalty == 1 ? [] : Set(seen))
        let flat = Sampler(self.parameters { $0.seed = UInt64(variant) })
        let flatRow = [Float](repeating: 0, count: 4_096)
        for position in 0..<40 {
            let row = random.row(777, spread: 1.5)
            let drawn = try sampler.draw(row, position: position)
            let kept = reference.distribution(row, position: position)
            let place = try #require(kept.firstIndex { $0.id == drawn }, "position \(position)")
            let below = kept[..<place].reduce(0) { $0 + $1.probability }
            // The same uniform number, drawn from a flat row, falls among the 4,096 tokens where it falls in [0, 1).
            let share = Double(try flat.draw(flatRow, position: position)) / 4_096
            #expect(below < share + 1.01 / 4_096 && below + kept[place].probability > share - 0.01 / 4_096)
        }
    }

    @Test("Stop and end-of-sequence tokens are not drawn before minTokens, and are afterwards")
    func minimumTokens() throws {
        let parameters = parameters {
            $0.temperature = 0
            $0.minTokens = 2
            $0.stopTokens = [3]
        }
        let sampler = Sampler(parameters, endOfSequence: [1, 900])
        let drawn = try (0..<4).map { try sampler.draw([0, 9, 1, 8], position: $0) }
        #expect(drawn == [2, 2, 1, 1])
    }

    @Test("Bias comes before the repetition penalty, which divides positive and multiplies negative logits")
    func order() throws {
        var sampler = Sampler(
            parameters {
                $0.temperature = 0
                $0.repetitionPenalty = 2
                $0.logitBias = [0: 3]
            })
        #expect(try sampler.draw([1, 2.5, -1]) == 0)
        sampler.observe([0, 2])
        // (1 + 3) / 2 = 2 is below 2.5; 1 / 2 + 3 would not be.
        #expect(try sampler.draw([1, 2.5, -1]) == 1)
        #expect(try sampler.draw([-9, -1.5, -1]) == 1)
    }

    @Test("Damaged rows and rows without a choice end in an error, never in a token")
    func errors() {
        let sampler = Sampler(parameters { $0.topP = 0.9 })
        #expect(throws: SamplingError.notFinite) { try sampler.draw([0, .nan, 1]) }
        #expect(throws: SamplingError.notFinite) { try sampler.draw([0, .infinity, 1]) }
        #expect(throws: SamplingError.notFinite) { try sampler.draw([Float](repeating: .nan, count: 33)) }
        #expect(throws: SamplingError.nothingLeft) { try sampler.draw([-.infinity, -.infinity]) }
        #expect(throws: SamplingError.nothingLeft) { try sampler.draw([]) }
        let banned = Sampler(parameters { $0.logitBias = [0: -.infinity, 1: -.infinity] })
        #expect(throws: SamplingError.nothingLeft) { try banned.draw([1, 2]) }
    }
}
