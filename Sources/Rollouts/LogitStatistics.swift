internal import CKernels
internal import Foundation

/// What a policy's own distribution says at one position: before bias, penalties, temperature and truncation.
///
///     logSumExp = m + ln sum over v of exp(x[v] - m),      m = max x
///     entropy   = ln sum exp(x - m) - (sum exp(x - m) (x - m)) / (sum exp(x - m))
///
/// In nats. Float32 lane sums of at most 16 terms, then Double: absolute error below 1e-5 for vocabularies of 150,000
/// tokens; `LogitStatisticsTests` hold it to sums in Double. The sums have one order on every processor.
public struct LogitStatistics: Sendable, Equatable {
    public let logSumExp: Double
    /// In [0, ln V].
    public let entropy: Double

    /// Reads a row before anything changes it.
    ///
    /// - Throws: `SamplingError` when no distribution follows from the row.
    public init(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) {
        let maximum = try logits.maximum()
        var (mass, first) = (0.0, 0.0)
        attn_row_softmax_sums(logits.baseAddress, logits.count, maximum, &mass, &first)
        let logMass = log(mass)
        logSumExp = Double(maximum) + logMass
        entropy = max(0, logMass - first / mass)
    }

    /// ln p of a token with this logit.
    public func logprob(ofLogit logit: Float) -> Float { Float(Double(logit) - logSumExp) }

    /// The most probable tokens of the row, most probable first, the lowest id first among equals.
    ///
    /// - Parameters:
    ///   - count: Tokens wanted; no more than there are.
    ///   - logits: The row these statistics were made of.
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
    /// The greatest logit of a row that can be drawn from.
    func maximum() throws(SamplingError) -> Float {
        let maximum = attn_row_max(baseAddress, count)
        if maximum.isNaN { throw .notFinite }
        if maximum == -.infinity { throw .nothingLeft }
        return maximum
    }
}
