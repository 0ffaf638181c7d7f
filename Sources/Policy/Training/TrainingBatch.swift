/// Trees of tokens laid out for one training pass: rows, what each row predicts, and where keys and values go.
///
/// Rows are the tokens of all nodes, tree by tree and node by node. A node is one chunk of the forward pass, which
/// finds the keys and values of the nodes above it in the blocks it shares with them: each shared token is computed
/// once. If several nodes continue in the middle of a block, the first continues in that block and each of the others
/// has a copy, filled by storing the rows before the fork several times.
public struct TrainingBatch: @unchecked Sendable {  // chunks capture no attention, which is what keeps them from it
    /// A token of the batch, identified by its row in each activation matrix and in the results of passes.
    struct Row: Hashable, Comparable, Sendable {
        // Half of an Int: there are two for each prediction.
        private let number: Int32

        init(_ index: Int) { number = Int32(index) }

        var index: Int { Int(number) }

        static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    }

    /// A row that predicts a token, and the row of that token.
    struct Prediction {
        let from: Row
        let row: Row
        let token: Int32
    }

    public let trees: [TokenTree]
    /// For each node of each tree, the rows of its tokens.
    private let rows: [[Range<Int>]]
    public let rowCount: Int
    let chunks: [ForwardChunk]
    /// For each tree, its chunks.
    let chunksOfTree: [Range<Int>]
    /// For each row, the additional blocks that hold its key and value.
    let copies: [[Int32]]
    let blockCount: Int
    /// Every token but the first of each sequence, by the row that predicts it.
    let predictions: [Prediction]
    let longest: Int

    public init(_ trees: [TokenTree]) {
        var layout = Layout()
        for tree in trees { layout.add(tree) }
        self.trees = trees
        rows = layout.rows
        rowCount = layout.copies.count
        chunks = layout.chunks
        chunksOfTree = layout.chunksOfTree
        copies = layout.copies
        blockCount = Int(layout.nextBlock)
        // Rows that predict several tokens are computed once: their predictions are adjacent.
        predictions = layout.predictions.sorted { ($0.from, $0.row) < ($1.from, $1.row) }
        longest = layout.longest
    }

    /// The rows of a node's tokens in the results of passes over the batch.
    public func rows(of node: TokenTree.Index, ofTree tree: Int) -> Range<Int> { rows[tree][node.number] }

    /// Whether a row's token is predicted by a row before it; the first token of a sequence is not.
    public func predicted() -> [Bool] {
        var result = [Bool](repeating: false, count: rowCount)
        for prediction in predictions { result[prediction.row.index] = true }
        return result
    }

    private struct Layout {
        var rows: [[Range<Int>]] = []
        var chunks: [ForwardChunk] = []
        var chunksOfTree: [Range<Int>] = []
        var copies: [[Int32]] = []
        var predictions: [Prediction] = []
        var nextBlock: Int32 = 0
        var longest = 0

        /// What a node passes on to those that continue it.
        private struct End {
            /// Rows from the root to here, in order of position.
            var rows: [Row] = []
            var blocks: [Int32] = []
            /// Whether the last block, if it has room, can still be continued.
            var isOpen = true
        }

        mutating func add(_ tree: TokenTree) {
            var ends: [End] = []
            var ranges: [Range<Int>] = []
            let firstChunk = chunks.count
            for node in tree.nodes {
                let start = node.parent.map { ends[$0.number] } ?? End()
                let first = copies.count
                ranges.append(first..<first + node.tokens.count)
                guard !node.tokens.isEmpty else {
                    ends.append(start)
                    // One of the two continues the block that both end in.
                    ends[ends.count - 1].isOpen = false
                    continue
                }
                if let parent = node.parent { ends[parent.number].isOpen = false }
                ends.append(append(node.tokens, after: start))
            }
            rows.append(ranges)
            chunksOfTree.append(firstChunk..<chunks.count)
        }

        /// Adds a chunk that continues a sequence.
        private mutating func append(_ tokens: [Int32], after start: End) -> End {
            var end = start
            end.isOpen = true
            let position = start.rows.count, size = BlockPool.blockTokens
            let begun = position % size
            if begun > 0, !start.isOpen {
                end.blocks[end.blocks.count - 1] = nextBlock
                for row in start.rows.suffix(begun) { copies[row.index].append(nextBlock) }
                nextBlock += 1
            }
            while end.blocks.count * size < position + tokens.count {
                end.blocks.append(nextBlock)
                nextBlock += 1
            }
            for token in tokens {
                let row = Row(copies.count)
                if let last = end.rows.last { predictions.append(Prediction(from: last, row: row, token: token)) }
                end.rows.append(row)
                copies.append([])
            }
            chunks.append(ForwardChunk(tokens: tokens, first: position, blocks: end.blocks, logitRows: 0..<0))
            longest = max(longest, position + tokens.count)
            return end
        }
    }
}

/// The results of a pass, by row of the batch. Rows that nothing predicts, because they begin a sequence, have NaN and
/// loss 0.
public struct TrainingResult: Sendable {
    public internal(set) var logprobs: [Float]
    public internal(set) var entropies: [Float]
    public internal(set) var losses: [Float]
    /// For a policy loss, the estimated divergences; 0 for rows that are not trained on. See `PolicyLoss.Value`.
    public internal(set) var divergences: [Double]
    /// For a policy loss, whether a bound replaced the ratio.
    public internal(set) var isClipped: [Bool]
    /// Whether all logits were finite. Rows whose logits were not have NaN and contributed no gradient.
    public internal(set) var isFinite: Bool

    /// The sum of all losses, in order of rows.
    public var loss: Double { losses.reduce(0) { $0 + Double($1) } }
}
