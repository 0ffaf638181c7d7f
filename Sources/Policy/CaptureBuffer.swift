import CKernels
public import Compute

/// Where the attention kernel folds one sequence's softmax rows: sums of probability per step and head, for the steps
/// that the tokens of one chunk belong to.
///
/// For query token i in step j and every earlier step k (and j itself) the kernel adds
///
///     sums[slot(j), l, h, k] += sum over t in step k, t <= i of A[l, h, i, t]
///
/// where slot 0 is the step that was open before the chunk, slot 1 the one after it, and so on. The code that closes a
/// step reads its slot. Memory is O(slots * L * H * K): nothing grows with the square of the tokens.
public final class CaptureBuffer: @unchecked Sendable {  // engine thread, and the kernels during a pass
    /// Rows of raw attention to keep; `rows` holds row i of the range as i + 1 values.
    public final class RawRows {
        public let layer: Int
        public let head: Int
        public let queries: Range<Int>
        /// nil before the first chunk.
        fileprivate var values: AlignedBuffer<Float>?

        public init(layer: Int, head: Int, queries: Range<Int>) {
            self.layer = layer
            self.head = head
            self.queries = queries
        }

        fileprivate func reserve() throws(MemoryError) {
            if values == nil { values = try AlignedBuffer(count: Self.valueCount(queries)) }
        }

        fileprivate var byteCount: Int { (values?.count ?? 0) * MemoryLayout<Float>.size }

        /// The total number of values in these queries' rows.
        public static func valueCount(_ queries: Range<Int>) -> Int {
            queries.count * (queries.lowerBound + 1 + queries.upperBound) / 2
        }

        /// The row of one query token: `query + 1` probabilities.
        public func row(_ query: Int) -> [Float] {
            guard let values else { preconditionFailure("raw rows are read before they were computed") }
            let before = (query - queries.lowerBound) * (queries.lowerBound + 1 + query) / 2
            return Array(UnsafeBufferPointer(start: values.pointer + before, count: query + 1))
        }
    }

    /// The first token of every step so far, ascending; step 0 is the prompt.
    public private(set) var starts: [UInt32] = [0]
    public let raw: [RawRows]
    private let headRows: Int
    private var stepCapacity = 0
    private var slotCapacity = 0
    private var sums: AlignedBuffer<Float>?
    private var rawCalls: [attn_raw_rows] = []
    /// The steps of the chunk about to run.
    private var steps: [UInt32] = []
    private var slots: [UInt32] = []

    public init(layers: Int, heads: Int, promptTokens: Int, raw: [RawRows] = []) {
        headRows = layers * heads
        self.raw = raw
        starts.append(UInt32(promptTokens))
    }

    /// The number of steps begun, including the prompt. The last one is open.
    public var stepCount: Int { starts.count }

    /// Bytes of the sums.
    var byteCount: Int { slotCapacity * headRows * stepCapacity * MemoryLayout<Float>.size }

    /// Bytes of the sums and of raw rows.
    public var allBytes: Int { byteCount + raw.reduce(0) { $0 + $1.byteCount } }

    /// The number of values one slot takes if there are `steps` steps.
    public func slotSize(steps: Int) -> Int { headRows * steps }

    /// Prepares for a chunk of tokens.
    ///
    /// - Parameters:
    ///   - first: Position of the chunk's first token.
    ///   - stepEnds: Positions of tokens that end their step, ascending: within the chunk, or the one before it.
    /// - Throws: `MemoryError`; the buffer is then unchanged.
    public func prepare(first: Int, count: Int, stepEnds: [Int]) throws(MemoryError) {
        try reserveRaw()
        try reserve(steps: starts.count + stepEnds.count, slots: stepEnds.count + 1)
        let open = starts.count - 1
        for end in stepEnds { starts.append(UInt32(end + 1)) }
        steps.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        var slot = 0
        for position in first..<first + count {
            while slot < stepEnds.count, position > stepEnds[slot] { slot += 1 }
            let inPrompt = position < Int(starts[1])
            steps.append(inPrompt ? 0 : UInt32(open + slot))
            slots.append(inPrompt ? 0 : UInt32(slot))
        }
    }

    /// Sums of one step that closed in the last chunk. Row l * H + h starts at that index times the stride and holds
    /// values for steps 0...step.
    public func withSums<R>(slot: Int, _ body: (UnsafeBufferPointer<Float>, _ stride: Int) -> R) -> R {
        let size = headRows * stepCapacity
        return body(UnsafeBufferPointer(start: sums.map { $0.pointer + slot * size }, count: size), stepCapacity)
    }

    /// Called once the closed steps have been read: the open step's sums become slot 0, the others zero.
    public func finish(closed: Int) {
        guard closed > 0, let sums else { return }
        let size = headRows * stepCapacity
        // At the end of a sequence the last step closes without another that is open.
        guard closed < slotCapacity else { return sums.pointer.update(repeating: 0, count: slotCapacity * size) }
        sums.pointer.update(from: sums.pointer + closed * size, count: size)
        (sums.pointer + size).update(repeating: 0, count: closed * size)
    }

    /// Makes all steps behind the prompt one, which is open.
    ///
    /// - Parameter closed: What the tokens of those that are closed paid to the prompt and to each other. Shape
    ///   [L * H, 2]; empty if there are none.
    public func join(_ closed: [Float]) {
        defer { starts.removeLast(starts.count - 2) }
        guard let sums else { return }
        for head in 0..<headRows {
            let row = sums.pointer + head * stepCapacity
            for step in 2..<max(2, starts.count) {
                row[1] += row[step]
                row[step] = 0
            }
            guard !closed.isEmpty else { continue }
            row[0] += closed[2 * head]
            row[1] += closed[2 * head + 1]
        }
    }

    private func reserveRaw() throws(MemoryError) {
        guard rawCalls.count < raw.count else { return }
        for rows in raw { try rows.reserve() }
        rawCalls = raw.compactMap { rows in
            rows.values.map {
                attn_raw_rows(
                    layer: rows.layer, head: rows.head, begin: rows.queries.lowerBound,
                    end: rows.queries.upperBound, rows: $0.pointer)
            }
        }
    }

    private func reserve(steps: Int, slots: Int) throws(MemoryError) {
        guard steps > stepCapacity || slots > slotCapacity else { return }
        let newSteps = steps > stepCapacity ? max(32, steps + steps / 2) : stepCapacity
        // One early chunk with many steps must not determine the capacity for all later ones.
        let newSlots = steps > stepCapacity ? slots : max(slots, slotCapacity)
        let grown = try AlignedBuffer<Float>(count: newSlots * headRows * newSteps)
        if let sums {
            // Only slot 0 holds anything between chunks.
            for row in 0..<headRows {
                (grown.pointer + row * newSteps).update(from: sums.pointer + row * stepCapacity, count: stepCapacity)
            }
        }
        (sums, stepCapacity, slotCapacity) = (grown, newSteps, newSlots)
    }

    /// Calls `body` with the kernel's view of this buffer.
    func withKernelView<R>(_ body: (UnsafePointer<attn_capture>) -> R) -> R {
        // One past the last start bounds the last step that can have closed; the open one ends with the row itself.
        starts.withUnsafeBufferPointer { starts in
            steps.withUnsafeBufferPointer { steps in
                slots.withUnsafeBufferPointer { slots in
                    rawCalls.withUnsafeBufferPointer { raw in
                        var view = attn_capture(
                            starts: starts.baseAddress, steps: steps.baseAddress, slots: slots.baseAddress,
                            sums: sums?.pointer, slot_stride: headRows * stepCapacity, head_stride: stepCapacity,
                            raw: raw.baseAddress, raw_count: raw.count)
                        return body(&view)
                    }
                }
            }
        }
    }
}
