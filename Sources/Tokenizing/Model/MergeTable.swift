/// The merges of a byte-pair model: which two neighbouring tokens become which token, and how early.
struct MergeTable: Sendable {
    struct Merge: Sendable, Equatable {
        /// Position in the list of merges; lower is applied first.
        var rank: UInt32
        /// The token the two become.
        var token: Int32
    }

    private struct Slot {
        var pair: UInt64
        var merge: Merge
    }

    private static let vacant = UInt64.max

    /// Open addressing; the count is a power of two, at most half full.
    private var slots: [Slot]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: Slot(pair: Self.vacant, merge: Merge(rank: 0, token: 0)), count: size)
    }

    /// Adds a merge.
    ///
    /// A pair listed twice keeps its later place, as in the reference implementation.
    ///
    /// - Precondition: No more pairs are inserted than the given capacity.
    mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
        let pair = Self.key(left, right)
        slots[slot(of: pair)] = Slot(pair: pair, merge: merge)
    }

    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        let pair = Self.key(left, right)
        let found = slots[slot(of: pair)]
        return found.pair == pair ? found.merge : nil
    }

    private func slot(of pair: UInt64) -> Int {
        var slot = Self.hash(pair) & (slots.count - 1)
        while slots[slot].pair != pair, slots[slot].pair != Self.vacant { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func hash(_ pair: UInt64) -> Int {
        let mixed = pair &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 29) >> 1)
    }
}
