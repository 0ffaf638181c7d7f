import CKernels

/// How the work of one forward pass divides: rows, attention units, and rows whose logits are wanted.
struct PassPlan {
    /// Some query heads of one sequence that share a key-value head.
    struct AttentionUnit {
        let chunk: Int
        let keyValueHead: Int
        let heads: Range<Int>
    }

    struct LogitRow {
        let chunk: Int
        let row: Int
    }

    let chunks: [ForwardChunk]
    /// First row of each chunk among all rows.
    let firstRows: [Int]
    let rowCount: Int
    /// Tokens of the longest sequence after this pass.
    let longest: Int
    let units: [AttentionUnit]
    /// Whether several units read the same key-value head of a chunk, so that keys must be stored before any starts.
    let splitsGroups: Bool
    let logitRows: [LogitRow]

    init(_ chunks: [ForwardChunk], configuration: PolicyConfiguration, members: Int) {
        self.chunks = chunks
        var firsts: [Int] = []
        var rows = 0
        for chunk in chunks {
            firsts.append(rows)
            rows += chunk.tokens.count
        }
        firstRows = firsts
        rowCount = rows
        longest = chunks.map { $0.first + $0.tokens.count }.max() ?? 0
        let whole = chunks.count * configuration.keyValueHeadCount
        // Two units per member keep the last one's wait short.
        let parts = whole >= 2 * members ? 1 : min(configuration.groupSize, (2 * members + whole - 1) / max(whole, 1))
        splitsGroups = parts > 1
        units = Self.units(chunks, configuration: configuration, parts: parts)
        logitRows = chunks.enumerated().flatMap { index, chunk in
            chunk.logitRows.map { LogitRow(chunk: index, row: $0) }
        }
    }

    /// The most expensive units first, so that members finish together.
    private static func units(
        _ chunks: [ForwardChunk], configuration: PolicyConfiguration, parts: Int
    ) -> [AttentionUnit] {
        let group = configuration.groupSize
        let order = chunks.indices.sorted { cost(chunks[$0]) > cost(chunks[$1]) }
        return order.flatMap { chunk in
            (0..<configuration.keyValueHeadCount).flatMap { head in
                (0..<parts).map { part in
                    let first = head * group
                    return AttentionUnit(
                        chunk: chunk, keyValueHead: head,
                        heads: first + group * part / parts..<first + group * (part + 1) / parts)
                }
            }
        }
    }

    /// Query-key pairs.
    private static func cost(_ chunk: ForwardChunk) -> Int {
        chunk.tokens.count * (chunk.first + chunk.tokens.count)
    }

    /// The kernel's views of the chunks' capture buffers, by chunk, while `body` runs.
    func withCaptures<R>(_ body: ([UnsafePointer<attn_capture>?]) -> R) -> R {
        collect(chunks[...], [], body)
    }

    private func collect<R>(
        _ rest: ArraySlice<ForwardChunk>, _ views: [UnsafePointer<attn_capture>?],
        _ body: ([UnsafePointer<attn_capture>?]) -> R
    ) -> R {
        guard chunks.contains(where: { $0.capture != nil }), let chunk = rest.first else {
            return body(views + rest.map { _ in nil })
        }
        guard let capture = chunk.capture else { return collect(rest.dropFirst(), views + [nil], body) }
        return capture.withKernelView { collect(rest.dropFirst(), views + [$0], body) }
    }
}
