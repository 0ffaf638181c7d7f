/// Ranges of elements that go into a message each, in order; an element larger than the limit is alone.
func messageRanges(ofSizes sizes: [Int], limit: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0, total = 0
    for (index, size) in sizes.enumerated() {
        if index > start, total + size > limit {
            ranges.append(start..<index)
            (start, total) = (index, 0)
        }
        total += size
    }
    if start < sizes.count { ranges.append(start..<sizes.count) }
    return ranges
}
