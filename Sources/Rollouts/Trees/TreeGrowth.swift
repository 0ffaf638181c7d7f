public import Influence
public import Sampling

/// How `TreeExplorer` grows a tree.
public struct TreeGrowth: Sendable {
    public var prompt: [Int32]
    /// How tokens are drawn. `maxTokens` applies to whole responses; everything drawn follows from `seed`.
    public var sampling = SamplingParameters()
    /// G: responses drawn from the prompt, 1 to 256.
    public var width = 6
    /// How a response's branch points are chosen, N of them: `branching.count`. The random strategy's seed is combined
    /// with the response's place in the tree.
    public var branching = BranchOptions()
    /// T: responses that continue from one branch point, 1 to 256.
    public var continuations = 2
    /// Levels of branching; 0 draws from the prompt alone.
    public var depth = 1
    /// D of influence, see `CaptureParameters`.
    public var influenceGap = 4
    /// Where steps end, see `CaptureParameters`.
    public var separator: StepSeparator?
    /// The most tokens all responses together may draw; at least `width`.
    public var tokenBudget = Self.defaultBudget

    public static let defaultBudget = 65_536

    public init(prompt: [Int32]) { self.prompt = prompt }

    /// The default length of whole responses: the budget shared out among all that may be drawn,
    ///
    ///     budget / (G (1 + N T + (N T)^2 + ... + (N T)^depth))
    ///
    /// or among 8 G if that is fewer. Few responses have the full number of branch points.
    public var usualLength: Int {
        let branches = Double(max(branching.count, 0)) * Double(max(continuations, 0)), first = Double(max(width, 1))
        var planned = 0.0, level = first
        for _ in 0...max(depth, 0) {
            planned += level
            level *= branches
            // Further levels change nothing.
            if planned >= 8 * first || level == 0 { break }
        }
        return max(Int(Double(tokenBudget) / min(planned, 8 * first)), 1)
    }
}
