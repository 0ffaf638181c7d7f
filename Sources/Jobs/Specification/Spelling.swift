/// Guesses the intended spelling of a mistyped name.
package enum Spelling {
    /// The name with the fewest edits: insertions, deletions, replacements and swaps of neighbours.
    ///
    /// Nil if they exceed a third of the word: then it was probably not the intended name.
    package static func nearest(to word: String, in names: some Sequence<String>) -> String? {
        // Words longer than any name are not typing errors, and take time.
        guard word.utf8.count <= 64 else { return nil }
        let scored = names.map { (name: $0, distance: distance(word.lowercased(), $0)) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(word.count, best.name.count) / 3) ? best.name : nil
    }

    /// Optimal string alignment distance.
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for i in first.indices {
            var row = [i + 1]
            for j in second.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (first[i] == second[j] ? 0 : 1))
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[second.count]
    }
}
