import CKernels
import ModelFiles

/// How the work of one forward pass is divided: rows, attention units, and rows whose logits are wanted.
///
/// Everything is flat and trivial, so that threads can read it without touching a reference count.
struct PassPlan {
    /// One sequence's rows.
    struct ChunkPlace {
        /// Index of its first row among all rows.
        let firstRow: Int
        /// Position of its first token.
        let first: Int
        let count: Int
        /// Where its blocks begin among all chunks' blocks.
        let firstBlock: Int
        /// Positions hidden from later tokens; 0..<0 if there are none.
        let hidden: Range<Int>
    }

    /// One token.
    struct RowPlace {
        let token: Int32
        let chunk: Int32
    }

    /// Some query heads of one sequence that share a key-value head.
    struct AttentionUnit {
        let chunk: Int
        let keyValueHead: Int
        let firstHead: Int
        let endHead: Int
    }

    struct LogitRow {
        let chunk: Int
        let row: Int
    }

    let chunks: [ForwardChunk]
    private let adapters: PlannedAdapters
    private let places: FixedArray<ChunkPlace>
    private let rows: FixedArray<RowPlace>
    private let blocks: FixedArray<Int32>
    private let units: FixedArray<AttentionUnit>
    private let logitRows: FixedArray<LogitRow>
    private let states: FixedArray<StateBuffer.View>
    /// Additional blocks that each row's key and value are stored in: those of row r are
    /// `copies[copyStarts[r]..<copyStarts[r + 1]]`. Both arrays are empty if there are none.
    private let copies: FixedArray<Int32>
    private let copyStarts: FixedArray<Int32>
    /// Whether all keys must be stored before any attention is computed: several units read the same key-value head of
    /// a chunk, or one chunk reads another's keys.
    let storesFirst: Bool

    /// - Parameters:
    ///   - copies: For each row, the additional blocks that hold its key and value, for chunks that continue other
    ///     chunks of the same pass; nil if no chunk does.
    ///   - adapter: The adapter of all rows; nil for the chunks' own.
    init(
        _ chunks: [ForwardChunk], configuration: PolicyConfiguration, members: Int, copies: [[Int32]]? = nil,
        adapter: CPUAdapter? = nil
    ) {
        self.chunks = chunks
        adapters = PlannedAdapters(chunks, adapter)
        var places: [ChunkPlace] = [], rows: [RowPlace] = [], blocks: [Int32] = []
        for (index, chunk) in chunks.enumerated() {
            places.append(
                ChunkPlace(
                    firstRow: rows.count, first: chunk.first, count: chunk.tokens.count, firstBlock: blocks.count,
                    hidden: chunk.hidden ?? 0..<0))
            rows += chunk.tokens.map { RowPlace(token: $0, chunk: Int32(index)) }
            blocks += chunk.blocks
        }
        (self.places, self.rows, self.blocks) = (FixedArray(places), FixedArray(rows), FixedArray(blocks))
        let whole = chunks.count * configuration.keyValueHeadCount
        // Two units per member keep the last one's wait short.
        let parts = whole >= 2 * members ? 1 : min(configuration.groupSize, (2 * members + whole - 1) / max(whole, 1))
        storesFirst = parts > 1 || copies != nil
        self.copies = FixedArray(copies.map { Array($0.joined()) } ?? [])
        copyStarts = FixedArray(
            copies.map { $0.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) } } ?? [])
        units = FixedArray(Self.units(chunks, configuration: configuration, parts: parts))
        logitRows = FixedArray(
            chunks.enumerated().flatMap { index, chunk in chunk.logitRows.map { LogitRow(chunk: index, row: $0) } })
        states = FixedArray(chunks.enumerated().compactMap { index, chunk in chunk.states?.view(ofChunk: index) })
    }

    /// The attention units, most expensive first, so that members finish together.
    private static func units(
        _ chunks: [ForwardChunk], configuration: PolicyConfiguration, parts: Int
    ) -> [AttentionUnit] {
        let group = configuration.groupSize
        let costs = chunks.map { $0.tokens.count * ($0.first + $0.tokens.count) }
        let order = chunks.indices.sorted { (costs[$1], $0) < (costs[$0], $1) }
        var units: [AttentionUnit] = []
        units.reserveCapacity(order.count * configuration.keyValueHeadCount * parts)
        for chunk in order {
            for head in 0..<configuration.keyValueHeadCount {
                for part in 0..<parts {
                    units.append(
                        AttentionUnit(
                            chunk: chunk, keyValueHead: head, firstHead: head * group + group * part / parts,
                            endHead: head * group + group * (part + 1) / parts))
                }
            }
        }
        return units
    }

    /// What the threads read; valid while `body` runs.
    struct View {
        let places: UnsafeBufferPointer<ChunkPlace>
        let rows: UnsafeBufferPointer<RowPlace>
        let blocks: UnsafePointer<Int32>
        let units: UnsafeBufferPointer<AttentionUnit>
        let logitRows: UnsafeBufferPointer<LogitRow>
        /// The kernel's views of the chunks' capture buffers.
        let captures: UnsafePointer<UnsafePointer<attn_capture>?>
        let copies: UnsafeBufferPointer<Int32>
        let copyStarts: UnsafeBufferPointer<Int32>
        let storesFirst: Bool
        let adapters: PlannedAdapters.View
        /// Where hidden states of chunks go, one for each chunk that keeps some.
        let states: UnsafeBufferPointer<StateBuffer.View>

        func copies(of row: Int) -> Slice<UnsafeBufferPointer<Int32>> {
            copyStarts.isEmpty ? copies[0..<0] : copies[Int(copyStarts[row])..<Int(copyStarts[row + 1])]
        }
    }

    func withView<R>(_ body: (View) -> R) -> R {
        withCaptures { captures in
            let captures = FixedArray(captures)
            return withExtendedLifetime((self, captures, adapters)) {
                body(
                    View(
                        places: places.buffer, rows: rows.buffer, blocks: UnsafePointer(blocks.pointer),
                        units: units.buffer, logitRows: logitRows.buffer, captures: UnsafePointer(captures.pointer),
                        copies: copies.buffer, copyStarts: copyStarts.buffer, storesFirst: storesFirst,
                        adapters: adapters.view, states: states.buffer))
            }
        }
    }

    /// Calls `body` with the kernel's views of the chunks' capture buffers, by chunk.
    private func withCaptures<R>(_ body: ([UnsafePointer<attn_capture>?]) -> R) -> R {
        var views = [UnsafePointer<attn_capture>?](repeating: nil, count: chunks.count)
        let captured = chunks.indices.filter { chunks[$0].capture != nil }
        func open(_ rest: ArraySlice<Int>) -> R {
            guard let index = rest.first, let capture = chunks[index].capture else { return body(views) }
            return capture.withKernelView {
                views[index] = $0
                return open(rest.dropFirst())
            }
        }
        return open(captured[...])
    }
}
