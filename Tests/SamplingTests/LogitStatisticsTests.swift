import Foundation
import Sampling
import Testing

@Suite("Logit statistics")
struct LogitStatisticsTests {
    private func statistics(_ logits: [Float]) throws -> LogitStatistics {
        try logits.withUnsafeBufferPointer { try LogitStatistics($0) }
    }

    private func top(_ count: Int, _ logits: [Float]) throws -> [TokenLogprob] {
        try logits.withUnsafeBufferPointer { try LogitStatistics($0).top(count, of: $0) }
    }

    /// Float lane sums of 16 terms carry relative errors near 1e-7, which logarithms turn absolute.
    @Test("Log-sum-exp and entropy equal sums in Double", arguments: [1, 15, 16, 257, 20_000], [Float(0.01), 1, 8])
    func sums(count: Int, spread: Float) throws {
        let row = TestRandom.row(count, spread: spread, seed: UInt64(count))
        let maximum = Double(row.max() ?? 0)
        let logSumExp = maximum + log(row.reduce(0) { $0 + exp(Double($1) - maximum) })
        let logprobs = row.map { Double($0) - logSumExp }
        let entropy = -logprobs.reduce(0) { $0 + exp($1) * $1 }
        let found = try statistics(row)
        #expect(abs(found.logSumExp - logSumExp) < 2e-6)
        #expect(abs(found.entropy - entropy) < 1e-5)
        #expect(abs(Double(found.logprob(ofLogit: row[0])) - logprobs[0]) < 4e-6)
    }

    @Test("A flat row has entropy ln V, a certain one 0, and tokens ruled out do not disturb")
    func edges() throws {
        #expect(abs(try statistics([Float](repeating: -7, count: 512)).entropy - log(512)) < 1e-6)
        #expect(try statistics([0, 200, -.infinity]).entropy == 0)
        let some = try statistics([-.infinity, 1, 1, -.infinity])
        #expect(abs(some.entropy - log(2)) < 1e-6 && abs(some.logSumExp - (1 + log(2))) < 1e-6)
        #expect(some.logprob(ofLogit: -.infinity) == -.infinity)
    }

    @Test("The most probable tokens, lowest id first among equals", arguments: [1, 5, 20, 300])
    func mostProbable(count: Int) throws {
        let row = TestRandom.row(3_000, spread: 2, seed: 6).map { ($0 * 4).rounded() / 4 }
        let expected = row.indices.sorted { (-row[$0], $0) < (-row[$1], $1) }.prefix(count)
        let found = try top(count, row)
        #expect(found.map { Int($0.id) } == Array(expected))
        let statistics = try statistics(row)
        #expect(found.map(\.logprob) == expected.map { statistics.logprob(ofLogit: row[$0]) })
    }

    @Test("More alternatives than tokens gives them all, none gives none")
    func fewTokens() throws {
        #expect(try top(9, [0, 2, 1]).map(\.id) == [1, 2, 0])
        #expect(try top(0, [0, 2, 1]).isEmpty)
        #expect(try top(3, [-.infinity, 2, -.infinity]).map(\.id) == [1, 0, 2])
    }

    @Test("Rows that are no distribution are refused")
    func errors() {
        #expect(throws: SamplingError.notFinite) { try statistics([1, .nan]) }
        #expect(throws: SamplingError.notFinite) { try statistics([.infinity]) }
        #expect(throws: SamplingError.nothingLeft) { try statistics([-.infinity]) }
        #expect(throws: SamplingError.nothingLeft) { try statistics([]) }
    }
}
