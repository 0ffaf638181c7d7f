/// The number of prompts for the next step, chosen to reach the target number of rows to train on:
///
///     B' = round(lambda B + (1 - lambda) B target / valid)
///
/// where valid is the number of the last step's rows with a nonzero advantage. Clamped to 1...limit; if nothing was
/// valid, B' is limit for lambda < 1, and B otherwise.
///
/// Source: arXiv:2509.26628, adaptive batch size, with lambda 0.9 and target B0 G 5 in its released code. Departure
/// from that code, which uses integer division and rounds up: B' is rounded to the nearest.
public struct AdaptiveBatch: Sendable, Hashable {
    /// lambda, in [0, 1].
    public var smoothing: Double
    /// The target number of rows in a step; must be at least 1.
    public var targetRows: Int
    public var limit: Int

    public init(smoothing: Double, targetRows: Int, limit: Int) {
        self.smoothing = smoothing
        self.targetRows = targetRows
        self.limit = limit
    }

    /// - Parameters:
    ///   - prompts: B, the number of prompts in the last step; at least 1.
    ///   - validRows: The number of valid rows in the last step.
    public func next(prompts: Int, validRows: Int) -> Int {
        guard validRows > 0 else { return smoothing < 1 ? limit : prompts }
        let ratio = Double(targetRows) / Double(validRows)
        let next = (smoothing + (1 - smoothing) * ratio) * Double(prompts)
        return Int(min(max(next.rounded(), 1), Double(limit)))
    }
}
