/// How far a problem's parts carry, each asked for with all before it told:
///
///     chained = (1 / K) sum over k of prod over j <= k of a[j],     all = prod over j of a[j]
///
/// a[j] is the share of responses that have part j right. `chained` is the share of the parts that are reached before the
/// first wrong one, on average; `all` how often the last is reached, which is what solving the whole would come to if
/// nothing but its parts were hard.
///
/// - Parameter shares: a, at least one.
///
/// Source: SPARKLE (arXiv:2506.04723), subproblems in a chain. Departure: each part is asked for with the right results of
/// those before, so that all can be asked at once; a chain ends at its first wrong part either way.
public func chainedParts(_ shares: [Double]) -> (chained: Double, all: Double) {
    var product = 1.0, sum = 0.0
    for share in shares {
        product *= share
        sum += product
    }
    return (shares.isEmpty ? 0 : sum / Double(shares.count), product)
}
