public import Compute

/// Computes divergences from recorded distributions to those of another run over the same tokens.
public final class DistributionComparison: @unchecked Sendable {  // as DistributionRecord
    public let base: DistributionRecord
    /// The positions of the tokens before which distributions are compared.
    public let positions: Range<Int>
    private let values: AlignedBuffer<Double>
    private let given: AlignedBuffer<Float>

    /// - Parameter base: Must cover the positions and be complete: its request has ended.
    /// - Throws: `MemoryError`.
    public init(to base: DistributionRecord, positions: Range<Int>) throws(MemoryError) {
        precondition(
            positions.clamped(to: base.positions) == positions,
            "DistributionComparison: \(positions) are not all in the record's \(base.positions)")
        self.base = base
        self.positions = positions
        values = try AlignedBuffer(count: positions.count)
        given = try AlignedBuffer(count: positions.count)
    }

    /// In nats, shape [positions]; see `DistributionRecord`. Valid once the compared run has ended.
    public var divergences: [Double] { Array(values.buffer) }

    /// ln of the probability that the compared run gives to the tokens at the positions; valid once it has ended.
    public var logprobs: [Float] { Array(given.buffer) }

    func compare(
        _ logits: UnsafeBufferPointer<Float>, before token: Int32, at position: Int
    ) throws(SamplingError) {
        let row = try LogitStatistics(logits)
        given.pointer[position - positions.lowerBound] = row.logprob(ofLogit: logits[Int(token)])
        values.pointer[position - positions.lowerBound] = base.divergence(to: logits, row, at: position)
    }
}
