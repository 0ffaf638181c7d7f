/// Values drawn as lengths and heights.
package enum Bars {
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    private static let heights = Array("▁▂▃▄▅▆▇█")

    /// A bar for a share of a width, exact to an eighth of a column.
    ///
    /// Any share above 0 shows at least an eighth.
    package static func horizontal(_ share: Double, width: Int) -> String {
        guard share > 0, width > 0 else { return "" }
        let units = max(Int((min(share, 1) * Double(width) * 8).rounded()), 1)
        return String(repeating: "█", count: units / 8) + eighths[units % 8]
    }

    /// One character per value, as high as its share of the largest.
    ///
    /// Values that are not positive, or not finite, are shown as dots.
    ///
    /// With more values than columns, each column shows the largest of its values.
    package static func sparkline(_ values: [Float], width: Int = .max) -> String {
        let columns = pooled(values.map { $0.isFinite ? $0 : 0 }, to: width)
        guard let largest = columns.max(), largest > 0 else { return String(repeating: "·", count: columns.count) }
        return String(
            columns.map { value in
                guard value > 0 else { return "·" }
                return heights[min(Int(value / largest * Float(heights.count)), heights.count - 1)]
            })
    }

    /// At most `count` values: maxima over intervals of equal length.
    package static func pooled(_ values: [Float], to count: Int) -> [Float] {
        guard values.count > count, count > 0 else { return values }
        return (0..<count).map { column in
            values[(values.count * column / count)..<(values.count * (column + 1) / count)].max() ?? 0
        }
    }
}
