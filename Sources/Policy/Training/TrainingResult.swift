/// What a pass computed, by row of the batch. Rows that nothing predicts, which begin a sequence, have NaN and loss 0.
public struct TrainingResult: Sendable {
    public internal(set) var logprobs: [Float]
    public internal(set) var entropies: [Float]
    public internal(set) var losses: [Float]
    /// Of a policy loss, estimates of the divergence; 0 for rows that are not learnt. See `PolicyLoss.Value`.
    public internal(set) var divergences: [Double]
    /// Of a policy loss, whether a bound took the place of the ratio.
    public internal(set) var isClipped: [Bool]
    /// Whether all logits were finite. Where they were not, rows have NaN and gave no gradient.
    public internal(set) var isFinite: Bool

    /// The sum of all losses, in order of rows.
    public var loss: Double { losses.reduce(0) { $0 + Double($1) } }
}
