/// The beginning of a solution that a hint gives away:
///
///     hint l of B:  the first floor(l K / B) of the solution's K steps,     l in 0..<B
///
/// Steps end at blank lines, or at line breaks where there is none. A solution of one step has no hint but the empty one,
/// and no hint has the last step.
///
/// - Parameters:
///   - level: l, 0 for no hint.
///   - blocks: B.
///
/// Source: SPARKLE (arXiv:2506.04723), partial step scaffolding, which cuts solutions into 4 blocks. Departure: levels end at
/// B - 1; with the whole solution given there is nothing left to learn but its end.
public func hint(_ solution: String, level: Int, of blocks: Int) -> String {
    let separator = solution.contains("\n\n") ? "\n\n" : "\n"
    // A line break at the end begins no step.
    var steps = solution.split(separator: separator, omittingEmptySubsequences: false).map { $0 + separator }
    if let last = steps.last, last == separator { steps.removeLast() }
    guard level > 0, steps.count > 1 else { return "" }
    return steps.prefix(min(level * steps.count / blocks, steps.count - 1)).joined()
}
