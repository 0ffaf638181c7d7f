#if canImport(Glibc)
import Glibc
#endif

/// How many responses each prompt is given of a budget, in proportion to the deviation of what they are worth:
///
///     n[i] = N sigma[i] / sum over j of sigma[j],     least <= n[i] <= most,     sum of n = N
///
/// Where a bound holds, the others share what it leaves or takes: n[i] = clamp(x sigma[i]) with the x that makes them sum
/// to N. Of the shares that are not whole, the largest remainders are rounded up, the first of equal ones. Prompts
/// without a deviation get what the others cannot take, in equal shares.
///
/// - Parameters:
///   - budget: N, from `least` to `most` times the number of prompts.
///   - deviations: sigma, each finite and at least 0.
/// - Returns: One number for each prompt; their sum is the budget.
///
/// Source: CurES (arXiv:2510.01037), which has no bounds and sigma by gradients; sqrt(p (1 - p)) is its proxy here, equal
/// to it where all responses have gradients of the same length and those of right and wrong ones cancel on average.
public func allocatedRollouts(budget: Int, deviations: [Double], bounds: ClosedRange<Int>) -> [Int] {
    let count = deviations.count
    let possible = bounds.lowerBound * count...bounds.upperBound * count
    precondition(possible.contains(budget), "\(budget) rollouts of \(count) prompts")
    guard count > 0 else { return [] }
    // So small that it matters only once all others have what they can take.
    let greatest = deviations.max() ?? 0, floor = greatest > 0 ? greatest * 1e-12 : 1
    let sigmas = deviations.map { max($0, floor) }
    func shares(_ scale: Double) -> [Double] {
        sigmas.map { min(max(scale * $0, Double(bounds.lowerBound)), Double(bounds.upperBound)) }
    }
    return apportioned(shares(scale(of: sigmas, budget: budget, bounds, shares)), budget, most: bounds.upperBound)
}

/// The x for which the clamped shares sum to the budget: their sum rises with it, so halving finds it.
private func scale(
    of sigmas: [Double], budget: Int, _ bounds: ClosedRange<Int>, _ shares: (Double) -> [Double]
) -> Double {
    // Logarithms, since deviations differ by orders of magnitude.
    var low = log(Double(max(bounds.lowerBound, 1)) / (sigmas.max() ?? 1)) - 1
    var high = log(Double(bounds.upperBound) / (sigmas.min() ?? 1)) + 1
    for _ in 0..<100 {
        let middle = (low + high) / 2
        if shares(exp(middle)).reduce(0, +) < Double(budget) { low = middle } else { high = middle }
    }
    return exp(high)
}

/// Whole numbers near the shares that sum to the budget.
private func apportioned(_ shares: [Double], _ budget: Int, most: Int) -> [Int] {
    // Halving ends within a part in 10^13 of a share that is whole.
    var counts = shares.map { Int(($0 + 1e-9).rounded(.down)) }
    let byRemainder = shares.indices.sorted {
        (shares[$0] - Double(counts[$0]), -$0) > (shares[$1] - Double(counts[$1]), -$1)
    }
    var rest = budget - counts.reduce(0, +)
    while rest > 0 {
        for index in byRemainder where rest > 0 && counts[index] < most {
            counts[index] += 1
            rest -= 1
        }
    }
    return counts
}
