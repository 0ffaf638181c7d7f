import Compute
import Testing

@Suite("Counter-based random numbers")
struct CounterRandomTests {
    /// Input and output of philox4x32 with 10 rounds, from the known-answer file published with Random123.
    static let knownAnswers: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, output: SIMD4<UInt32>)] = [
        (
            SIMD4(repeating: 0), SIMD2(repeating: 0),
            SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
        ),
        (
            SIMD4(repeating: .max), SIMD2(repeating: .max),
            SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
        ),
        (
            SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
            SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
        ),
    ]

    @Test("The generator gives the published known answers", arguments: 0..<knownAnswers.count)
    func knownAnswer(index: Int) {
        let (counter, key, output) = Self.knownAnswers[index]
        #expect(CounterRandom.philox(counter: counter, key: key) == output)
    }

    @Test("Seed is the key; position and stream are the counter, low words first")
    func layout() {
        let random = CounterRandom(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e)
        #expect(random.words(at: 0x85a3_08d3_243f_6a88) == Self.knownAnswers[2].output)
    }

    @Test("Uniform numbers use the words' top 53 bits and stay below 1")
    func uniformBits() {
        // All-zero input: words 6627e8d5 and e169c58d.
        #expect(CounterRandom(seed: 0).uniform(at: 0) == Double(0xe169_c58d_6627_e8d5 >> 11 as UInt64) * 0x1p-53)
    }

    /// Mean and variance of 20,000 draws against their own standard error, times 4: a right generator with another
    /// seed fails once in 16,000, and seeds are fixed here.
    private func moments(_ draw: (UInt64) -> Double) -> (mean: Double, variance: Double) {
        let values = (0..<20_000).map { draw(UInt64($0)) }
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    @Test("Uniform numbers have mean 1/2 and variance 1/12", arguments: [UInt64(0), 7, .max])
    func uniformMoments(seed: UInt64) {
        let random = CounterRandom(seed: seed, stream: 3)
        let (mean, variance) = moments(random.uniform)
        #expect(abs(mean - 0.5) < 4 * (1.0 / 12 / 20_000).squareRoot())
        #expect(abs(variance - 1.0 / 12) < 4 * (1.0 / 180 / 20_000).squareRoot())
    }

    @Test("Normal deviates have mean 0, variance 1 and the right share beyond 2", arguments: [UInt64(1), 42])
    func normalMoments(seed: UInt64) {
        let random = CounterRandom(seed: seed)
        let (mean, variance) = moments(random.normal)
        #expect(abs(mean) < 4 * (1.0 / 20_000).squareRoot())
        #expect(abs(variance - 1) < 4 * (2.0 / 20_000).squareRoot())
        let beyond = moments { abs(random.normal(at: $0)) > 2 ? 1 : 0 }.mean
        #expect(abs(beyond - 0.0455) < 4 * (0.0455 * 0.9545 / 20_000).squareRoot())
    }

    @Test("Integers reach every value below the bound about equally often")
    func integers() {
        let random = CounterRandom(seed: 5, stream: 1)
        var counts = [Int](repeating: 0, count: 6)
        for position in 0..<6_000 { counts[random.integer(below: 6, at: UInt64(position))] += 1 }
        // Chi-square with 5 degrees of freedom: above 20.5 once in 1,000.
        #expect(counts.reduce(0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 } < 20.5)
        #expect(random.integer(below: 1, at: 9) == 0)
    }

    @Test("Streams, positions and seeds give different numbers; equal ones the same")
    func separation() {
        let all = [
            CounterRandom(seed: 1, stream: 0).words(at: 0), CounterRandom(seed: 1, stream: 0).words(at: 1),
            CounterRandom(seed: 1, stream: 1).words(at: 0), CounterRandom(seed: 2, stream: 0).words(at: 0),
            CounterRandom(seed: 1, stream: 0).words(at: 1 << 32), CounterRandom(seed: 1 << 32, stream: 0).words(at: 0),
        ]
        #expect(Set(all).count == all.count)
        #expect(CounterRandom(seed: 1).words(at: 5) == CounterRandom(seed: 1).words(at: 5))
    }
}
