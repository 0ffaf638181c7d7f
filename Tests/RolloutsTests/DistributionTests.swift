import Compute
import Foundation
import Guarding
import Influence
import ModelFiles
import TestSupport
import Testing

@testable import Policy
@testable import Rollouts
@testable import Sampling

@Suite("Distributions along a sequence", .serialized)
struct DistributionTests {
    /// float32 rounds log-probabilities of some units by 1e-7 of them.
    private static let tolerance = 1e-6

    private func row(_ probabilities: [Float]) -> [Float] { probabilities.map { 3 + log($0) } }

    private func divergence(_ p: [Float], _ q: [Float], bytes: Int) throws -> (record: DistributionRecord, Double) {
        let record = try DistributionRecord(positions: 5..<6, vocabulary: p.count, bytes: bytes)
        try row(p).withUnsafeBufferPointer { try record.keep($0, before: 1, at: 5) }
        let comparison = try DistributionComparison(to: record, positions: 5..<6)
        try row(q).withUnsafeBufferPointer { try comparison.compare($0, before: 2, at: 5) }
        #expect(abs(record.givenLogprobs[0] - log(p[1])) < 1e-6)
        #expect(abs(comparison.logprobs[0] - log(q[2])) < 1e-6)
        return (record, comparison.divergences[0])
    }

    @Test("Whole distributions have their Kullback-Leibler divergence, by hand")
    func whole() throws {
        // 1/2 ln 2 + 1/4 ln 1 + 1/4 ln 1/2
        let (record, value) = try divergence([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], bytes: 12)
        #expect(record.isWhole)
        #expect(abs(value - 0.25 * log(2.0)) < Self.tolerance)
        #expect(try divergence([0.5, 0.25, 0.25], [0.5, 0.25, 0.25], bytes: 12).1 == 0)
    }

    @Test("Of distributions that are not kept whole, the rest counts as one token, by hand")
    func bounded() throws {
        // Kept: the first token. 1/2 ln 2 + 1/2 ln(1/2 / 3/4)
        let (record, value) = try divergence([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], bytes: 8)
        #expect(record.kept == 1)
        #expect(abs(value - (0.5 * log(2.0) + 0.5 * log(2.0 / 3))) < Self.tolerance)
        // Two tokens kept, of five; the others have 1/4 between them on either side. 1/2 ln 2 + 1/4 ln 1/2 + 1/4 ln 1
        let (other, bound) = try divergence(
            [0.5, 0.25, 0.125, 0.0625, 0.0625], [0.25, 0.5, 0.0625, 0.0625, 0.125], bytes: 16)
        #expect(other.kept == 2)
        #expect(abs(bound - 0.25 * log(2.0)) < Self.tolerance)
    }

    @Test("What is kept grows with the bytes and the bound with what is kept, up to the whole divergence")
    func bounds() throws {
        let random = CounterRandom(seed: 3)
        func distribution(_ first: UInt64) -> [Float] {
            let weights = (0..<200).map { exp(2 * random.normal(at: first + UInt64($0))) }
            let total = weights.reduce(0, +)
            return weights.map { Float($0 / total) }
        }
        let p = distribution(0), q = distribution(1000)
        let exact = zip(p, q).reduce(0.0) { $0 + Double($1.0) * log(Double($1.0) / Double($1.1)) }
        var last = 0.0
        for kept in [1, 3, 10, 60, 99] {
            let (record, value) = try divergence(p, q, bytes: 8 * kept)
            #expect(record.kept == kept)
            #expect(value >= last - Self.tolerance && value <= exact + Self.tolerance)
            last = value
        }
        let (record, value) = try divergence(p, q, bytes: 800)
        #expect(record.isWhole)
        #expect(abs(value - exact) < Self.tolerance)
    }

    @Test("A vocabulary too large to keep whole is kept in bounded memory, whatever the length")
    func memory() throws {
        let long = try DistributionRecord(positions: 1..<100_001, vocabulary: 151_936)
        #expect(!long.isWhole)
        #expect(long.kept == (64 << 20) / (100_000 * 8))
        #expect(try DistributionRecord(positions: 1..<101, vocabulary: 151_936).isWhole)
        #expect(try DistributionRecord(positions: 1..<1001, vocabulary: 151_936).kept == DistributionRecord.mostKept)
    }

    // MARK: In the engine

    /// A request over the reference text that does something with distributions.
    private func request(
        _ fixture: EngineFixture, _ use: DistributionUse, hidden: Range<Int>? = nil
    ) throws -> GenerationRequest {
        var request = try fixture.traceRequest()
        request.capture = nil
        request.distributions = use
        request.hidden = hidden
        return request
    }

    /// Log-probabilities by the forward pass alone: shape [tokens][vocabulary].
    private func logprobs(_ name: String, _ tokens: [Int32], hidden: Range<Int>?) throws -> [[Double]] {
        let directory = try PolicyDirectory(Fixtures.url(name)), team = ThreadTeam(count: 1)
        let configuration = directory.configuration
        let weights = try CPUWeights(
            files: try directory.weights(), configuration: configuration, format: .float32, team: team)
        let memory = try CPUKeyValueMemory(configuration: configuration, precision: .float32, blocks: 1)
        let pass = try CPUForwardPass(configuration: configuration, precision: .float32, team: team, maxRows: 64)
        let rows = Guarded([[Double]](repeating: [], count: tokens.count))
        let chunk = ForwardChunk(
            tokens: tokens, first: 0, blocks: [0], logitRows: 0..<tokens.count, hidden: hidden)
        pass.run(weights: weights, memory: memory, chunks: [chunk]) { _, row, logits in
            let most = Double(logits.max()!)
            let total = logits.reduce(0.0) { $0 + exp(Double($1) - most) }
            let values = logits.map { Double($0) - most - log(total) }
            rows.withLock { $0[row] = values }
        }
        return rows.withLock { $0 }
    }

    @Test("Divergences after a hidden step are those of the two runs' logits", arguments: EngineTests.names)
    func hidden(_ name: String) async throws {
        let fixture = try EngineFixture(name), tokens = try fixture.tokens
        let hidden = 12..<26, positions = hidden.upperBound..<tokens.count
        let record = try DistributionRecord(positions: 10..<tokens.count, vocabulary: 512)
        _ = try await fixture.run(request(fixture, .record(record)))
        let comparison = try DistributionComparison(to: record, positions: positions)
        _ = try await fixture.run(request(fixture, .compare(comparison), hidden: hidden))
        let base = try logprobs(name, tokens, hidden: nil), other = try logprobs(name, tokens, hidden: hidden)
        for (index, position) in positions.enumerated() {
            let (p, q) = (base[position - 1], other[position - 1])
            let want = zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
            #expect(abs(comparison.divergences[index] - want) < 1e-5, "before token \(position)")
            #expect(abs(Double(comparison.logprobs[index]) - q[Int(tokens[position])]) < 1e-5)
            #expect(abs(Double(record.givenLogprobs[position - 10]) - p[Int(tokens[position])]) < 1e-5)
        }
        // The step's own last token sees the step, and predicts the first token after it.
        #expect(comparison.divergences[0] == 0)
        #expect(comparison.divergences.dropFirst().allSatisfy { $0 > 0 })
    }

    @Test("Nothing hidden is no divergence, in small chunks and from cached blocks as well")
    func same() async throws {
        for stepTokens in [512, 7] {
            let fixture = try EngineFixture { $0.stepTokens = stepTokens }
            var given = try fixture.traceRequest()
            given.capture = nil
            given.forcedResponse += try fixture.tokens + fixture.tokens
            let count = given.prompt.count + given.forcedResponse.count
            let record = try DistributionRecord(positions: 100..<count, vocabulary: 512)
            given.distributions = .record(record)
            _ = try await fixture.run(given)
            let comparison = try DistributionComparison(to: record, positions: 130..<count)
            given.distributions = .compare(comparison)
            let outcome = try await fixture.run(given)
            // The distribution before token 130 needs token 129.
            #expect(outcome.cached == 129)
            #expect(comparison.divergences.allSatisfy { $0 == 0 })
            #expect(comparison.logprobs == record.givenLogprobs.suffix(comparison.positions.count))
            #expect(record.givenLogprobs.allSatisfy { $0 < 0 })
        }
    }

    @Test("Positions that are not given, and other vocabularies, are refused")
    func refused() throws {
        let fixture = try EngineFixture(), count = try fixture.tokens.count
        for record in [
            try DistributionRecord(positions: 0..<5, vocabulary: 512),
            try DistributionRecord(positions: 5..<count + 1, vocabulary: 512),
            try DistributionRecord(positions: 5..<count, vocabulary: 511),
        ] {
            #expect(throws: EngineError.self) {
                _ = try fixture.engine.submit(request(fixture, .record(record)))
            }
        }
    }
}
