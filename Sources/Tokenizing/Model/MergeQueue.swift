/// Merges a long piece with a priority queue: O(n log n) for n symbols, where scanning would be quadratic.
struct MergeQueue {
    private let merges: MergeTable
    private var tokens: [Int32]
    /// Links between the remaining symbols; -1 at both ends.
    private var next: [Int32]
    private var previous: [Int32]
    /// Rank of the merge of symbol `i` with its right neighbour, or `none`.
    ///
    /// A heap entry whose rank differs from this is stale.
    private var ranks: [UInt32]
    /// Candidates as rank, then position, in one number: the smallest is the leftmost merge of the lowest rank.
    private var heap: [UInt64] = []

    private static let none = UInt32.max

    init(_ tokens: [Int32], _ merges: MergeTable) {
        self.merges = merges
        self.tokens = tokens
        let count = Int32(tokens.count)
        next = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
        previous = (0..<count).map { $0 - 1 }
        ranks = Array(repeating: Self.none, count: tokens.count)
        for index in tokens.indices { refresh(index) }
    }

    /// Runs all merges and appends the remaining symbols.
    mutating func run(into ids: inout [Int32]) {
        while let entry = pop() {
            let index = Int(entry & 0xFFFF_FFFF)
            guard ranks[index] == UInt32(entry >> 32) else { continue }
            merge(index)
        }
        var index = tokens.isEmpty ? -1 : 0
        while index >= 0 {
            ids.append(tokens[index])
            index = Int(next[index])
        }
    }

    private mutating func merge(_ index: Int) {
        let right = Int(next[index])
        guard right >= 0, let merge = merges.merge(tokens[index], tokens[right]) else { return }
        tokens[index] = merge.token
        ranks[right] = Self.none
        next[index] = next[right]
        if next[right] >= 0 { previous[Int(next[right])] = Int32(index) }
        refresh(index)
        if previous[index] >= 0 { refresh(Int(previous[index])) }
    }

    /// Looks up the merge at `index` again and adds it as a candidate.
    private mutating func refresh(_ index: Int) {
        ranks[index] = Self.none
        guard next[index] >= 0, let merge = merges.merge(tokens[index], tokens[Int(next[index])]) else { return }
        ranks[index] = merge.rank
        push(UInt64(merge.rank) << 32 | UInt64(index))
    }

    // MARK: Binary heap

    private mutating func push(_ entry: UInt64) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2] > entry {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = entry
    }

    private mutating func pop() -> UInt64? {
        guard let smallest = heap.first, let last = heap.popLast() else { return nil }
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[parent] = heap[child]
            parent = child
        }
        if !heap.isEmpty { heap[parent] = last }
        return smallest
    }
}
