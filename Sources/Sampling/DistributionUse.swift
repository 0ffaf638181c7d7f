/// What a request does with the next-token distributions before given tokens.
public enum DistributionUse: Sendable {
    case record(DistributionRecord)
    case compare(DistributionComparison)

    /// The tokens concerned, as positions in the sequence.
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

    /// Takes the row of logits that predicts a given token.
    func read(
        _ logits: UnsafeBufferPointer<Float>, before token: Int32, at position: Int
    ) throws(SamplingError) {
        switch self {
        case .record(let record): try record.keep(logits, before: token, at: position)
        case .compare(let comparison): try comparison.compare(logits, before: token, at: position)
        }
    }
}
