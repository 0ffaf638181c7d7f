public import Jobs

/// Decides whether a prompt that every initial rollout solved is sampled further.
///
/// Such a prompt teaches nothing yet. It continues if its mean influence, over the steps of each response and then over
/// responses, is above the running mean over all such prompts so far, including those of its own step: attention
/// suggests reasoning that may still go wrong. Otherwise it is left out. Prompts with a wrong response always continue.
///
/// Source: arXiv:2509.26628, attention-based filtering; its released code for which prompts the mean covers.
public struct AttentionFilter: Sendable, Hashable, Codable {
    /// Prompts in the running mean.
    public private(set) var count = 0
    public private(set) var sum = 0.0

    public init() {}

    /// The running mean; 0 before the first prompt.
    public var mean: Double { count > 0 ? sum / Double(count) : 0 }

    /// Decides on a step's prompts that every rollout solved, and takes them into the running mean.
    ///
    /// - Parameter influences: Mean influence of each.
    /// - Returns: For each, whether it is sampled further.
    public mutating func passes(_ influences: [Double], rule: AdaptiveSpecification.EasyPrompts) -> [Bool] {
        sum += influences.reduce(0, +)
        count += influences.count
        switch rule {
        case .attentionMean: return influences.map { $0 > mean }
        case .drop: return influences.map { _ in false }
        case .keep: return influences.map { _ in true }
        }
    }
}

/// Mean influence of a prompt: over the steps of each response, then over responses.
///
///     mean over i of (1 / K_i) sum over k of y[i, k]
///
/// with zeros counted, of steps that get no score too. Responses without steps count as 0.
///
/// - Parameter influences: y of each response's steps, the prompt's not among them.
public func meanInfluence(_ influences: [[Float]]) -> Double {
    guard !influences.isEmpty else { return 0 }
    let means = influences.map { steps in
        steps.isEmpty ? 0 : steps.reduce(0) { $0 + Double($1) } / Double(steps.count)
    }
    return means.reduce(0, +) / Double(means.count)
}
