/// One attention head: a layer and a query head within it, both counted from 0.
public struct HeadIndex: Hashable, Sendable {
    public let layer: Int
    public let head: Int

    public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = head
    }
}

/// The steps of a sequence as half-open token ranges; step 0 is the prompt.
public struct StepSegmentation: Hashable, Sendable {
    /// Ascending, adjacent, non-empty; `ranges[0]` is the prompt.
    public var ranges: [Range<Int>]
    public var separator: StepSeparator
    /// The first step that holds `</think>`, if any.
    public var thinkingEnd: Int?

    public init(ranges: [Range<Int>], separator: StepSeparator, thinkingEnd: Int? = nil) {
        self.ranges = ranges
        self.separator = separator
        self.thinkingEnd = thinkingEnd
    }

    public var count: Int { ranges.count }
}

/// The rows of a lower triangle: row j holds j + 1 values.
public struct LowerTriangle: Hashable, Sendable {
    /// Row-major, with rows of increasing length.
    public private(set) var values: [Float] = []
    public private(set) var rowCount = 0

    public init() {}

    public mutating func appendRow(_ row: some Collection<Float>) {
        precondition(row.count == rowCount + 1, "row \(rowCount) holds \(rowCount + 1) values, got \(row.count)")
        values.append(contentsOf: row)
        rowCount += 1
    }

    public func row(_ j: Int) -> ArraySlice<Float> {
        let start = j * (j + 1) / 2
        return values[start..<start + j + 1]
    }

    /// a[j, k] for k <= j.
    public subscript(_ j: Int, _ k: Int) -> Float { values[j * (j + 1) / 2 + k] }
}

/// Unreduced softmax rows of one head: row i of the selection holds `firstQuery + i + 1` values.
public struct RawAttention: Hashable, Sendable {
    public let head: HeadIndex
    public let firstQuery: Int
    public var rows: [[Float]]

    public init(head: HeadIndex, firstQuery: Int, rows: [[Float]]) {
        self.head = head
        self.firstQuery = firstQuery
        self.rows = rows
    }
}

/// The results of attention capture for one sequence.
public struct AttentionTrace: Sendable {
    public var segmentation: StepSegmentation
    /// D: attention to a step counts only from steps at least D later.
    public var gap: Int
    public var layerCount: Int
    public var headCount: Int
    /// y[l, h, k]: influence of step k under each head. Shape [L, H, K], zero for steps without a score.
    public var perHead: [Float]
    /// y[k]: maximum over layers and heads. Shape [K].
    public var influence: [Float]
    /// e[k]: `excessOfAttention`. Shape [K].
    public var excess: [Float] {
        excessOfAttention(
            influence, steps: segmentation.ranges, uniform: segmentation.ranges.map(uniformAttention), gap: gap)
    }
    /// Step-to-step attention, mean over all layers and heads.
    public var meanMap: LowerTriangle
    /// Step-to-step attention, maximum over all layers and heads.
    public var maxMap: LowerTriangle
    /// Step-to-step attention of the requested heads.
    public var headMaps: [HeadIndex: LowerTriangle]
    /// Whether there were too many steps for the maps, which then have no rows.
    public var mapsDropped: Bool
    public var raw: [RawAttention]

    public init(
        segmentation: StepSegmentation, gap: Int, layerCount: Int, headCount: Int, perHead: [Float],
        influence: [Float], meanMap: LowerTriangle, maxMap: LowerTriangle,
        headMaps: [HeadIndex: LowerTriangle] = [:], mapsDropped: Bool = false, raw: [RawAttention] = []
    ) {
        self.segmentation = segmentation
        self.gap = gap
        self.layerCount = layerCount
        self.headCount = headCount
        self.perHead = perHead
        self.influence = influence
        self.meanMap = meanMap
        self.maxMap = maxMap
        self.headMaps = headMaps
        self.mapsDropped = mapsDropped
        self.raw = raw
    }
}
