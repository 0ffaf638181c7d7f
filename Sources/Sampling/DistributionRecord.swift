internal import CKernels
public import Compute
internal import Foundation

/// Next-token distributions along one sequence, kept for comparison with another run over the same tokens.
///
/// Let p[t, v] be the probability, under the policy's own distribution, that the token at position t is v. What is kept
/// is ln p of all V tokens or, if that would exceed the bytes allowed, of the K most probable ones. The divergence from
/// p[t] to another distribution q over the same tokens is
///
///     D[t] = sum over v kept of p[t, v] ln(p[t, v] / q[v])  +  r ln(r / s),     r = 1 - sum of p kept,  s likewise of q
///
/// in nats. If all tokens are kept, the second term is absent and D is the Kullback-Leibler divergence, exact up to the
/// float32 rounding of logprobs; equal rows of logits give exactly 0. If K tokens are kept, D is the divergence of the
/// two distributions with all other tokens merged into one, which by the log-sum inequality never exceeds the full one.
public final class DistributionRecord: @unchecked Sendable {  // a row has one writer, and readers later
    /// The most bytes a record takes: exact for 400 positions or more with vocabularies of up to 40,000 tokens.
    public static let usualBytes = 64 << 20
    /// The most tokens kept of a row that is not kept whole. The combined mass of the 1025th most probable token and
    /// those after it seldom matters, and finding more takes longer than computing their logits.
    static let mostKept = 1024

    /// The positions of the tokens before which distributions are kept.
    public let positions: Range<Int>
    /// V.
    public let vocabulary: Int
    /// K.
    public let kept: Int
    /// Whether distributions are kept whole, so that divergences are exact.
    public var isWhole: Bool { kept == vocabulary }
    /// Shape [positions, kept].
    private let logprobs: AlignedBuffer<Float>
    /// The tokens they belong to, same shape; nil if all are kept, indexed by id.
    private let ids: AlignedBuffer<Int32>?
    private let given: AlignedBuffer<Float>

    /// - Throws: `MemoryError`.
    public init(
        positions: Range<Int>, vocabulary: Int, bytes: Int = DistributionRecord.usualBytes
    ) throws(MemoryError) {
        precondition(vocabulary > 0, "DistributionRecord: a vocabulary of \(vocabulary) tokens")
        self.positions = positions
        self.vocabulary = vocabulary
        let rows = max(positions.count, 1)
        if rows * vocabulary * MemoryLayout<Float>.size <= bytes {
            kept = vocabulary
            ids = nil
        } else {
            let pair = MemoryLayout<Float>.size + MemoryLayout<Int32>.size
            kept = max(1, min(Self.mostKept, vocabulary - 1, bytes / (rows * pair)))
            ids = try AlignedBuffer(count: positions.count * kept)
        }
        logprobs = try AlignedBuffer(count: positions.count * kept)
        given = try AlignedBuffer(count: positions.count)
    }

    /// ln p[t, v] of the tokens v at the positions, shape [positions]; valid once the request that fills the record has
    /// ended.
    public var givenLogprobs: [Float] { Array(given.buffer) }

    /// Records the distribution of a row of logits.
    func keep(
        _ logits: UnsafeBufferPointer<Float>, before token: Int32, at position: Int
    ) throws(SamplingError) {
        let row = try LogitStatistics(logits)
        given.pointer[position - positions.lowerBound] = row.logprob(ofLogit: logits[Int(token)])
        let first = (position - positions.lowerBound) * kept
        let target = logprobs.pointer + first
        if let ids {
            attn_row_top(logits.baseAddress, logits.count, kept, ids.pointer + first, target)
            for i in 0..<kept { target[i] = row.logprob(ofLogit: target[i]) }
        } else {
            for i in 0..<kept { target[i] = row.logprob(ofLogit: logits[i]) }
        }
    }

    /// D[position], from the recorded distribution to that of a row of logits.
    func divergence(
        to logits: UnsafeBufferPointer<Float>, _ row: LogitStatistics, at position: Int
    ) -> Double {
        let first = (position - positions.lowerBound) * kept
        var divergence = 0.0, mass = 0.0, otherMass = 0.0
        for i in first..<first + kept {
            let logprob = logprobs.pointer[i]
            let other = row.logprob(ofLogit: logits[ids.map { Int($0.pointer[i]) } ?? i - first])
            otherMass += exp(Double(other))
            guard logprob > -.infinity else { continue }
            let probability = exp(Double(logprob))
            mass += probability
            divergence += probability * (Double(logprob) - Double(other))
        }
        // Rounding leaves sums of float32 probabilities some 1e-7 away from 1.
        let rest = 1 - mass
        if !isWhole, rest > 0 { divergence += rest * log(rest / max(1 - otherMass, 1e-9)) }
        return max(0, divergence)
    }
}

/// What a request does with the next-token distributions before given tokens.
public enum DistributionUse: Sendable {
    case record(DistributionRecord)
    case compare(DistributionComparison)

    /// The positions of the tokens concerned.
    public var positions: Range<Int> {
        switch self {
        case .record(let record): record.positions
        case .compare(let comparison): comparison.positions
        }
    }

    package var vocabulary: Int {
        switch self {
        case .record(let record): record.vocabulary
        case .compare(let comparison): comparison.base.vocabulary
        }
    }

    /// Reads the row of logits that predicts a given token.
    func read(
        _ logits: UnsafeBufferPointer<Float>, before token: Int32, at position: Int
    ) throws(SamplingError) {
        switch self {
        case .record(let record): try record.keep(logits, before: token, at: position)
        case .compare(let comparison): try comparison.compare(logits, before: token, at: position)
        }
    }
}
