/// The parts of a text in which special tokens are read as text.
struct PlainRanges: Sendable {
    /// Ascending, disjoint, none empty.
    private let ranges: [Range<Int>]

    static let none = PlainRanges([])
    static let all = PlainRanges([0..<Int.max])

    init(_ ranges: [Range<Int>]) {
        var joined: [Range<Int>] = []
        for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined
    }

    var isEmpty: Bool { ranges.isEmpty }

    func overlaps(_ range: Range<Int>) -> Bool {
        let index = first(endingAfter: range.lowerBound)
        return index < ranges.count && ranges[index].lowerBound < range.upperBound
    }

    func covers(_ range: Range<Int>) -> Bool {
        let index = first(endingAfter: range.lowerBound)
        return index < ranges.count && ranges[index].lowerBound <= range.lowerBound
            && ranges[index].upperBound >= range.upperBound
    }

    /// Whether `range` is partly plain.
    func crosses(_ range: Range<Int>) -> Bool {
        overlaps(range) && !covers(range)
    }

    func clamped(to bounds: Range<Int>) -> [Range<Int>] {
        var clamped: [Range<Int>] = []
        for range in ranges[first(endingAfter: bounds.lowerBound)...] {
            guard range.lowerBound < bounds.upperBound else { break }
            clamped.append(range.clamped(to: bounds))
        }
        return clamped
    }

    /// Splits `bounds` into parts that are plain or not, in order.
    func parts(of bounds: Range<Int>) -> [(range: Range<Int>, isPlain: Bool)] {
        var parts: [(range: Range<Int>, isPlain: Bool)] = []
        var end = bounds.lowerBound
        for range in clamped(to: bounds) {
            if end < range.lowerBound { parts.append((end..<range.lowerBound, false)) }
            parts.append((range, true))
            end = range.upperBound
        }
        if end < bounds.upperBound { parts.append((end..<bounds.upperBound, false)) }
        return parts
    }

    /// The parts within `bounds`, relative to its beginning.
    func within(_ bounds: Range<Int>) -> PlainRanges {
        guard !ranges.isEmpty else { return self }
        return PlainRanges(
            clamped(to: bounds).map { $0.lowerBound - bounds.lowerBound..<$0.upperBound - bounds.lowerBound })
    }

    /// The index of the first range that ends after `position`.
    private func first(endingAfter position: Int) -> Int {
        var low = 0, high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > position { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
