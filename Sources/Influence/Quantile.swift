/// The value below which a share of the values lies, interpolated linearly between neighbours.
///
///     position = share * (n - 1);  result = v[floor] + (position - floor) * (v[floor + 1] - v[floor]),  v ascending
///
/// This is what numpy's and torch's `quantile` compute by default. Equal neighbours give exactly their value.
///
/// - Parameters:
///   - share: In [0, 1]: 0 is the minimum, 1 the maximum.
///   - values: At least one, in any order; no NaN.
public func quantile(_ share: Double, of values: some Collection<Float>) -> Float {
    precondition(!values.isEmpty, "no values have no quantile")
    precondition(share >= 0 && share <= 1, "share \(share) is outside [0, 1]")
    let sorted = values.sorted()
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count, sorted[below] != sorted[below + 1] else { return sorted[below] }
    let (low, high) = (Double(sorted[below]), Double(sorted[below + 1]))
    return Float(low + (position - Double(below)) * (high - low))
}
