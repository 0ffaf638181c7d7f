/// Whether a continuation goes another way than the response that it leaves:
///
///     d(a, b) / n >= least
///
/// d is the edit distance between the first n tokens behind the place, n the tokens that were drawn ahead. Where either ends
/// before that, it does.
///
/// Source: LATR, arXiv:2510.24302: branches that stay similar over a look-ahead are pruned; its code has n = 20, 30 and 50,
/// and 0.4.
///
/// - Parameters:
///   - continuation: Its tokens so far.
///   - original: The response's tokens behind the place.
///   - ahead: n, at least 1.
func diverges(_ continuation: [Int32], from original: some Collection<Int32>, ahead: Int, least: Double) -> Bool {
    guard continuation.count >= ahead, original.count >= ahead else { return true }
    let distance = editDistance(Array(continuation.prefix(ahead)), Array(original.prefix(ahead)))
    return Double(distance) >= least * Double(ahead)
}

/// The fewest insertions, deletions and replacements that make one list from the other.
func editDistance(_ first: [Int32], _ second: [Int32]) -> Int {
    var last = Array(0...second.count)
    for i in first.indices {
        var row = [i + 1]
        for j in second.indices {
            row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (first[i] == second[j] ? 0 : 1)))
        }
        last = row
    }
    return last[second.count]
}
