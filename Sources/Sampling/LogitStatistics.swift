internal import CKernels

/// Statistics of a policy's own distribution at one position: before bias, penalties, temperature and truncation.
///
/// For definitions and exactness see `LogitSums`; `LogitStatisticsTests` compare both with sums in Double.
public struct LogitStatistics: Sendable, Equatable {
    private let sums: LogitSums

    /// Reads a row before anything changes it.
    ///
    /// - Throws: `SamplingError` if the row does not define a distribution.
    public init(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) {
        sums = LogitSums(logits, maximum: try logits.maximum())
    }

    public var logSumExp: Double { sums.logSumExp }
    /// In nats, in [0, ln V].
    public var entropy: Double { sums.entropy }

    /// ln p of a token with this logit.
    public func logprob(ofLogit logit: Float) -> Float { sums.logprob(ofLogit: logit) }

    /// The most probable tokens of the row, most probable first, the lowest id first among equals.
    ///
    /// - Parameters:
    ///   - count: The number of tokens; at most as many as there are.
    ///   - logits: The row these statistics were computed from.
    public func top(_ count: Int, of logits: UnsafeBufferPointer<Float>) -> [TokenLogprob] {
        let count = max(0, min(count, logits.count))
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { ids in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
                attn_row_top(logits.baseAddress, logits.count, count, ids.baseAddress, values.baseAddress)
                return (0..<count).map { TokenLogprob(id: ids[$0], logprob: logprob(ofLogit: values[$0])) }
            }
        }
    }
}

extension UnsafeBufferPointer<Float> {
    /// The greatest logit of a row that tokens can be drawn from.
    func maximum() throws(SamplingError) -> Float {
        let maximum = attn_row_max(baseAddress, count)
        if maximum.isNaN { throw .notFinite }
        if maximum == -.infinity { throw .nothingLeft }
        return maximum
    }
}
