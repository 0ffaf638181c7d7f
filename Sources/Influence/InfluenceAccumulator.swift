/// Builds a trace while a sequence is being computed, one closed step at a time.
///
/// When step j ends, attention kernels hand over what its tokens' softmax rows gave to each earlier step:
///
///     S[l, h, k] = sum over q in step j, t in step k of  A[l, h, q, t],      k in 0...j
///
/// from which follow the means a[l, h, j, k] = S[l, h, k] / (len_j * len_k), and
///
///     y[l, h, k] += a[l, h, j, k]      for k <= j - D.
///
/// The prompt's own row is known in advance: each of its P softmax rows sums to 1 within the prompt, so a[l, h, 0, 0] =
/// P / (P * P) = 1 / P under every head, and prompt tokens need no capture.
///
/// Memory: O(L * H * K + K^2) floats for K steps; the square is two triangles, plus one for each requested head, all
/// discarded once they would exceed `mapLimit`. Time: O(L * H * j) for step j. Error: sums are Float, with at most K
/// terms of the same sign, so the relative error stays below K * 2^-24; `InfluenceAccumulatorTests` compare them with
/// the dense definition.
public struct InfluenceAccumulator: Sendable {
    public let layerCount: Int
    public let headCount: Int
    /// D: attention to a step counts only from steps at least D later.
    public let gap: Int
    /// Steps closed so far, the prompt first.
    public private(set) var steps: [Range<Int>]

    /// y so far, before masking. Shape [K, L * H]: a new step appends a row and moves nothing.
    private var sums: [Float]
    /// max over l, h of y[l, h, k], before masking.
    private var pooled: [Float] = [0]
    /// `uniformAttention` of each step.
    private var uniform: [Float]
    private var meanMap = LowerTriangle()
    private var maxMap = LowerTriangle()
    private let mappedHeads: [HeadIndex]
    /// One for each of `mappedHeads`.
    private var headMaps: [LowerTriangle]
    /// The most values that all maps may hold together.
    private let mapLimit: Int
    /// Whether the maps were discarded because there were too many steps for them.
    public private(set) var mapsDropped = false
    // Scratch for closing a step, kept to avoid allocation: 1 / (len_j * len_k), and rows being computed.
    private var scale: [Float] = []
    private var meanRow: [Float]
    private var maxRow: [Float] = []

    /// - Parameters:
    ///   - gap: D, at least 1.
    ///   - promptLength: P, at least 1.
    ///   - heads: Heads whose individual step-to-step maps are kept; each must exist.
    ///   - mapLimit: The most values that all maps may hold together. They are discarded at the step that would exceed
    ///     it.
    public init(
        layerCount: Int, headCount: Int, gap: Int, promptLength: Int, heads: [HeadIndex] = [], mapLimit: Int = .max
    ) {
        precondition(gap >= 1, "gap \(gap): a step's attention to itself is not influence")
        precondition(promptLength > 0, "a prompt of \(promptLength) tokens is not a step")
        precondition(
            heads.allSatisfy { 0..<layerCount ~= $0.layer && 0..<headCount ~= $0.head },
            "heads \(heads) among \(layerCount) layers of \(headCount)")
        self.layerCount = layerCount
        self.headCount = headCount
        self.gap = gap
        steps = [0..<promptLength]
        uniform = [uniformAttention(0..<promptLength)]
        sums = [Float](repeating: 0, count: layerCount * headCount)
        mappedHeads = Array(Set(heads))
        headMaps = mappedHeads.map { _ in LowerTriangle() }
        self.mapLimit = mapLimit
        let promptRow = [1 / Float(promptLength)]
        meanRow = promptRow
        meanMap.appendRow(promptRow)
        maxMap.appendRow(promptRow)
        for index in headMaps.indices { headMaps[index].appendRow(promptRow) }
    }

    /// Adds a step that has ended.
    ///
    /// - Parameters:
    ///   - step: Its tokens, adjacent to the last step's.
    ///   - attention: S, shape [L * H, stride]: row `l * H + h` holds S[l, h, k] for k in 0...j, and may hold more.
    ///   - stride: Distance between rows, at least j + 1, where j is the step's index.
    /// - Precondition: Shapes are as described. Values are finite and non-negative, as from softmax.
    public mutating func close(step: Range<Int>, attention: Span<Float>, stride: Int) {
        let j = steps.count
        let heads = layerCount * headCount
        precondition(
            step.lowerBound == steps[j - 1].upperBound && !step.isEmpty, "step \(step) after step \(steps[j - 1])")
        precondition(stride > j, "rows of stride \(stride) do not hold \(j + 1) sums")
        precondition(
            attention.count >= (heads - 1) * stride + j + 1,
            "\(attention.count) sums for \(heads) rows of stride \(stride)")

        steps.append(step)
        uniform.append(uniformAttention(step))
        pooled.append(0)
        sums.append(contentsOf: repeatElement(0, count: heads))
        scale.removeAll(keepingCapacity: true)
        for earlier in steps { scale.append(1 / (Float(step.count) * Float(earlier.count))) }
        if j >= gap {
            addInfluence(
                attention, stride: stride, heads: heads, scale: scale.prefix(j - gap + 1), sums: &sums, pooled: &pooled)
        }
        appendMapRows(of: j, attention: attention, stride: stride)
    }

    private mutating func appendMapRows(of j: Int, attention: Span<Float>, stride: Int) {
        let heads = layerCount * headCount
        meanRow.removeAll(keepingCapacity: true)
        meanRow.append(contentsOf: repeatElement(0, count: j + 1))
        maxRow.removeAll(keepingCapacity: true)
        maxRow.append(contentsOf: repeatElement(0, count: j + 1))
        addMapRows(attention, stride: stride, heads: heads, scale: scale, total: &meanRow, best: &maxRow)
        for k in 0...j { meanRow[k] /= Float(heads) }
        if mapsDropped || (2 + headMaps.count) * ((j + 1) * (j + 2) / 2) > mapLimit { return dropMaps() }
        meanMap.appendRow(meanRow)
        maxMap.appendRow(maxRow)
        for (index, head) in mappedHeads.enumerated() {
            let start = (head.layer * headCount + head.head) * stride
            for k in 0...j { maxRow[k] = attention[start + k] * scale[k] }
            headMaps[index].appendRow(maxRow)
        }
    }

    private mutating func dropMaps() {
        mapsDropped = true
        meanMap = LowerTriangle()
        maxMap = LowerTriangle()
        for index in headMaps.indices { headMaps[index] = LowerTriangle() }
    }
}

extension InfluenceAccumulator {
    /// Bytes of what has been gathered.
    public var byteCount: Int {
        let maps = meanMap.values.count + maxMap.values.count + headMaps.reduce(0) { $0 + $1.values.count }
        return (sums.count + pooled.count + maps) * MemoryLayout<Float>.size
    }

    /// Mean attention over layers and heads from the last closed step to each step up to itself. Shape [j + 1].
    public var latestAttention: [Float] { meanRow }

    /// Mean attention over layers and heads from step j to each step up to itself. Shape [j + 1].
    ///
    /// - Precondition: The maps were not dropped.
    public func meanAttention(from step: Int) -> [Float] { Array(meanMap.row(step)) }

    /// y[k] of the steps closed so far; later steps can only raise it. Shape [K].
    ///
    /// - Parameter thinkingEnd: The first step that holds `</think>`, if known.
    public func influence(thinkingEnd: Int?, includesAfterThinking: Bool = false) -> [Float] {
        let scored = segmentation(.blankLine, thinkingEnd).scoredSteps(includingAfterThinking: includesAfterThinking)
        return pooled.indices.map { scored.contains($0) ? pooled[$0] : 0 }
    }

    /// e[k] of the steps closed so far, see `excessOfAttention`; later steps can raise and lower it. Shape [K].
    ///
    /// - Parameter influence: y[k] of the same steps.
    public func excess(_ influence: [Float]) -> [Float] {
        excessOfAttention(influence, steps: steps, uniform: uniform, gap: gap)
    }

    /// The trace of a sequence whose last step has been closed.
    ///
    /// - Parameters:
    ///   - separator: The separator the steps were cut by.
    ///   - thinkingEnd: The first step that holds `</think>`, if any.
    ///   - includesAfterThinking: Whether steps from there on are scored as well.
    ///   - raw: Attention rows kept in addition to the sums.
    public func trace(
        separator: StepSeparator, thinkingEnd: Int?, includesAfterThinking: Bool = false, raw: [RawAttention] = []
    ) -> AttentionTrace {
        let segmentation = segmentation(separator, thinkingEnd)
        var perHead = sumsByHead()
        maskInfluence(
            &perHead, stepCount: steps.count,
            scored: segmentation.scoredSteps(includingAfterThinking: includesAfterThinking))
        return AttentionTrace(
            segmentation: segmentation, gap: gap, layerCount: layerCount, headCount: headCount, perHead: perHead,
            influence: poolInfluence(perHead, stepCount: steps.count), meanMap: meanMap, maxMap: maxMap,
            headMaps: Dictionary(uniqueKeysWithValues: zip(mappedHeads, headMaps)), mapsDropped: mapsDropped, raw: raw)
    }

    private func segmentation(_ separator: StepSeparator, _ thinkingEnd: Int?) -> StepSegmentation {
        StepSegmentation(ranges: steps, separator: separator, thinkingEnd: thinkingEnd)
    }

    /// Transposes [K, L * H] to [L, H, K].
    private func sumsByHead() -> [Float] {
        let heads = layerCount * headCount
        var result = [Float](repeating: 0, count: sums.count)
        for k in steps.indices {
            for head in 0..<heads { result[head * steps.count + k] = sums[k * heads + head] }
        }
        return result
    }
}

/// y[l, h, k] += a[l, h, j, k] for each k that has a scale, and the maximum with it: sums only grow.
private func addInfluence(
    _ attention: Span<Float>, stride: Int, heads: Int, scale: ArraySlice<Float>, sums: inout [Float],
    pooled: inout [Float]
) {
    var sums = sums.mutableSpan
    var pooled = pooled.mutableSpan
    for head in 0..<heads {
        for k in scale.indices {
            let sum = sums[k * heads + head] + attention[head * stride + k] * scale[k]
            sums[k * heads + head] = sum
            pooled[k] = max(pooled[k], sum)
        }
    }
}

/// Adds every head's row of means to `total`, and takes the maximum with it in `best`.
private func addMapRows(
    _ attention: Span<Float>, stride: Int, heads: Int, scale: [Float], total: inout [Float], best: inout [Float]
) {
    var total = total.mutableSpan
    var best = best.mutableSpan
    for head in 0..<heads {
        for k in scale.indices {
            let value = attention[head * stride + k] * scale[k]
            total[k] += value
            best[k] = max(best[k], value)
        }
    }
}
