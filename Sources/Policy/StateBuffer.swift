import CKernels
public import Compute

/// Where a forward pass adds up one sequence's hidden states: a sum for each step that the tokens of one chunk belong to.
///
/// Hidden states are numbered as in transformers: `x_0` is the embedding, `x_n` what layer n ends with, counted from 1, and
/// `x_L`, of the last one, what its output is after the final normalisation. For token i of step j the pass adds
///
///     sums[slot(j), c] += x_n[i, c],      c in 0..<C
///
/// where slot 0 is the step that was open before the chunk, slot 1 the one after it, and so on. Tokens of the prompt are
/// left out, so that it may come from shared blocks. Sums are float64 and go from token to token, so they are the same
/// bits however a response is cut into chunks.
public final class StateBuffer: @unchecked Sendable {  // engine thread, and one thread of the pass at a time
    /// n, from 0 to L.
    public let layer: Int
    /// C.
    public let width: Int
    private let promptTokens: Int
    private var slotCapacity = 0
    private var sums: AlignedBuffer<Double>?
    /// One row after the final normalisation.
    private var normalised: AlignedBuffer<Float>?
    /// By row of the chunk about to run; -1 for the prompt's.
    private var slots = FixedArray<Int32>([])

    public init(layer: Int, width: Int, promptTokens: Int) {
        self.layer = layer
        self.width = width
        self.promptTokens = promptTokens
    }

    /// Bytes of the sums.
    public var byteCount: Int { slotCapacity * slotBytes }

    /// Bytes that one slot takes.
    public var slotBytes: Int { width * MemoryLayout<Double>.size }

    /// Prepares for a chunk of tokens.
    ///
    /// - Parameters:
    ///   - first: Position of the chunk's first token.
    ///   - stepEnds: Positions of tokens that end their step, ascending: within the chunk, or the one before it.
    /// - Throws: `MemoryError`.
    public func prepare(first: Int, count: Int, stepEnds: [Int]) throws(MemoryError) {
        try reserve(slots: stepEnds.count + 1)
        var slot = 0
        slots = FixedArray(
            (first..<first + count).map { position in
                while slot < stepEnds.count, position > stepEnds[slot] { slot += 1 }
                return position < promptTokens ? -1 : Int32(slot)
            })
    }

    /// Sums of one step that closed in the last chunk. Shape [C].
    public func sum(slot: Int) -> [Double] {
        guard let sums else { return Array(repeating: 0, count: width) }
        return Array(UnsafeBufferPointer(start: sums.pointer + slot * width, count: width))
    }

    /// Called once the closed steps have been read: the open step's sum becomes slot 0, the others zero.
    public func finish(closed: Int) {
        guard closed > 0, let sums else { return }
        guard closed < slotCapacity else { return sums.pointer.update(repeating: 0, count: slotCapacity * width) }
        sums.pointer.update(from: sums.pointer + closed * width, count: width)
        (sums.pointer + width).update(repeating: 0, count: closed * width)
    }

    /// Adds to the open step what steps that join it came to. Shape [C].
    public func join(_ closed: [Double]) {
        guard let sums else { return }
        for column in closed.indices { sums.pointer[column] += closed[column] }
    }

    private func reserve(slots: Int) throws(MemoryError) {
        if normalised == nil { normalised = try AlignedBuffer(count: width) }
        guard slots > slotCapacity else { return }
        let grown = try AlignedBuffer<Double>(count: slots * width)
        // Only slot 0 holds anything between chunks.
        if let sums { grown.pointer.update(from: sums.pointer, count: width) }
        (sums, slotCapacity) = (grown, slots)
    }

    /// What a pass needs to know of a buffer; valid as long as the buffer, and until it is prepared again.
    struct View {
        let chunk: Int
        let layer: Int
        fileprivate let sums: UnsafeMutablePointer<Double>
        fileprivate let slots: UnsafePointer<Int32>
        fileprivate let normalised: UnsafeMutablePointer<Float>
    }

    /// - Parameter chunk: The number of the chunk that the buffer was prepared for.
    func view(ofChunk chunk: Int) -> View {
        guard let sums, let normalised else { preconditionFailure("a pass runs before its buffer was prepared") }
        return View(
            chunk: chunk, layer: layer, sums: sums.pointer, slots: UnsafePointer(slots.pointer),
            normalised: normalised.pointer)
    }
}

extension StateBuffer.View {
    /// Adds the states of a chunk's rows, one row after the other.
    ///
    /// - Parameters:
    ///   - states: The residual stream, of which the chunk has `rows`.
    ///   - norm: The final normalisation, where it is part of the state.
    func add(_ states: Rows, _ rows: Range<Int>, _ norm: RMSNorm?) {
        for (index, row) in rows.enumerated() where slots[index] >= 0 {
            var state = UnsafePointer(states.floats(row))
            if let norm {
                attn_rms_norm(state, norm.gain.pointer, states.width, norm.epsilon, ATTN_F32, normalised)
                state = UnsafePointer(normalised)
            }
            let sum = sums + Int(slots[index]) * states.width
            for column in 0..<states.width { sum[column] += Double(state[column]) }
        }
    }
}
