/// How many prompts the next step takes, so that it has as many rows to learn from as wanted:
///
///     B' = round(lambda B + (1 - lambda) B target / valid)
///
/// valid being the rows with an advantage other than 0 of the last step. Bounded to 1...limit, which is what B' would
/// grow to where nothing was valid.
///
/// Source: arXiv:2509.26628, adaptive batch size, lambda 0.9, target B0 G 5 in its released code. Departure from that,
/// which rounds up and divides whole numbers: B' is rounded to the nearest.
public struct AdaptiveBatch: Sendable, Hashable {
    /// lambda, in [0, 1].
    public var smoothing: Double
    /// Rows wanted in a step, at least 1.
    public var targetRows: Int
    public var limit: Int

    public init(smoothing: Double, targetRows: Int, limit: Int) {
        self.smoothing = smoothing
        self.targetRows = targetRows
        self.limit = limit
    }

    /// - Parameters:
    ///   - prompts: B, of the last step; at least 1.
    ///   - validRows: Of the last step.
    public func next(prompts: Int, validRows: Int) -> Int {
        guard validRows > 0 else { return smoothing < 1 ? limit : prompts }
        let ratio = Double(targetRows) / Double(validRows)
        let next = (smoothing + (1 - smoothing) * ratio) * Double(prompts)
        return Int(min(max(next.rounded(), 1), Double(limit)))
    }
}
