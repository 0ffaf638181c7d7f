/// Divides a list into consecutive ranges whose total sizes stay within a limit; an element larger than the limit is in
/// a range by itself.
public func ranges(ofSizes sizes: [Int], upTo limit: Int) -> [Range<Int>] {
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
