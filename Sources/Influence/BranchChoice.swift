/// A step worth continuing differently.
public struct BranchPoint: Hashable, Sendable {
    /// The step to generate again, from its start.
    public var step: Int
    /// Its first token: keep tokens 0..<token of the sequence.
    public var token: Int
    /// Its score under the strategy; 0 for strategies that only look at positions.
    public var score: Float
    /// Whether it was chosen as the earliest remaining step, for lack of candidates.
    public var isFallback: Bool
    /// Human-readable.
    public var reason: String

    public init(step: Int, token: Int, score: Float, isFallback: Bool, reason: String) {
        self.step = step
        self.token = token
        self.score = score
        self.isFallback = isFallback
        self.reason = reason
    }
}

public struct BranchChoice: Hashable, Sendable {
    /// In order of position.
    public var points: [BranchPoint]
    /// The score a candidate had to reach; 0 for strategies without a threshold.
    public var threshold: Float
    /// The least distance between points, in tokens, as used.
    public var minimumGap: Int
    /// Why there are fewer points than requested; empty if there are not.
    public var note: String
}

/// Chooses steps of a response to branch at.
///
/// The strategy names candidates and the order in which they are tried. One is chosen if its first token is at least
/// the minimum gap away from the response's start and from every point chosen before. If candidates run out, the
/// earliest remaining steps fill up, whatever their score and distance, and are flagged.
///
/// Eligible steps are the response's steps except the first, which starts at the prompt's end and so is no branch, and
/// except those from the end of thinking on, unless requested. A response of one or two steps has no branch point.
///
/// Source: arXiv:2509.26628, attention-based tree branching. Departures from its released code: candidates that are far
/// enough apart are kept if others are missing, where the code falls back entirely; distance counts from the response's
/// start, not the prompt's; and all strategies that score steps use the same gap, where the code's entropy baseline has
/// none.
///
/// - Throws: `BranchError` for invalid options or missing inputs.
public func chooseBranches(
    _ input: BranchInput, options: BranchOptions = BranchOptions()
) throws(BranchError)
    -> BranchChoice
{
    try options.validate()
    let segmentation = input.segmentation
    let eligible =
        segmentation.responseSteps.count > 2
        ? segmentation.scoredSteps(includingAfterThinking: options.includesAfterThinking) : 2..<2
    let ranking = try BranchRanking(input, options: options, eligible: eligible)
    let gap = options.minimumGap.tokens(responseLength: segmentation.responseLength)

    let starts = segmentation.ranges.map(\.lowerBound)
    let taken = spacedSteps(
        ranking.candidates, starts: starts, responseStart: segmentation.promptLength,
        gap: options.strategy.keepsGap ? gap : 0, count: options.count)
    let fallbacks = eligible.filter { !taken.contains($0) }.prefix(options.count - taken.count)
    let points = (taken + fallbacks).sorted().map { step in
        let isFallback = !taken.contains(step)
        return BranchPoint(
            step: step, token: starts[step], score: ranking.scores.isEmpty ? 0 : ranking.scores[step],
            isFallback: isFallback,
            reason: isFallback ? "fallback: the earliest step left" : ranking.reason(step))
    }
    return BranchChoice(
        points: points, threshold: ranking.threshold, minimumGap: gap,
        note: note(segmentation, eligible: eligible.count, asked: options.count))
}

/// The first `count` candidates that start at least `gap` tokens after the response's start and from each other.
private func spacedSteps(_ candidates: [Int], starts: [Int], responseStart: Int, gap: Int, count: Int) -> [Int] {
    var taken: [Int] = []
    for step in candidates where taken.count < count {
        let isApart = taken.allSatisfy { abs(starts[$0] - starts[step]) >= gap }
        if isApart, starts[step] - responseStart >= gap { taken.append(step) }
    }
    return taken
}

private func note(_ segmentation: StepSegmentation, eligible: Int, asked: Int) -> String {
    guard eligible < asked else { return "" }
    switch segmentation.responseSteps.count {
    case 0: return "The response is empty; there is nothing to branch at."
    case 1: return "The response is a single step; branching needs at least three."
    case 2: return "The response has two steps; branching needs at least three."
    default: break
    }
    guard eligible > 0 else {
        return "No step lies between the first and the end of thinking; include steps after thinking to branch there."
    }
    return
        "Only \(eligible) of the \(segmentation.responseSteps.count) steps can be branched at; \(asked) were asked for."
}
