import Compute

/// Rows that go through some phases of a layer together, and who computes them.
struct Band {
    let rows: Range<Int>
    /// A team of one, or, where there are few rows, everybody.
    let member: TeamMember
    /// Where the band begins in memory that holds no more than the rows at work: see `Bands.roomFor`.
    let place: Int

    /// Waits for the other members that compute the band, if there are any.
    func barrier() { member.barrier() }

    /// The rows of it that this member takes where a phase goes row by row.
    var share: Range<Int> {
        let share = member.share(of: rows.count)
        return rows.lowerBound + share.lowerBound..<rows.lowerBound + share.upperBound
    }

    /// Rows whose sums are made first, before those of all groups are added: the same rows whichever member computes
    /// them, so a sum over all rows has one order.
    struct Group {
        let index: Int
        let rows: Range<Int>

        static let size = 48

        /// How many groups `rows` rows make.
        static func count(of rows: Int) -> Int { (rows + size - 1) / size }
    }

    /// The groups of it that this member takes.
    var groups: some Sequence<Group> {
        let first = rows.lowerBound / Group.size
        return member.share(of: Group.count(of: rows.count)).lazy.map { [rows] index in
            let begin = (first + index) * Group.size
            return Group(index: first + index, rows: begin..<min(begin + Group.size, rows.upperBound))
        }
    }
}

/// The rows of a pass, as one member goes through them.
///
/// Many rows are divided among the members, and each takes its own through consecutive phases a band at a time, so that what
/// one phase writes is still in the cache when the next reads it and nobody waits. Few rows are one band of everybody, who
/// share the columns of each product: then all weights are read once.
struct Bands: Sequence, IteratorProtocol {
    /// Rows of a band: enough that a product's weights, which are read once for each, are no burden; few enough for a level
    /// 2 cache to hold its activations.
    static let size = 4 * Band.Group.size

    private let member: TeamMember
    private let isShared: Bool
    private var rest: Range<Int>

    init(of rows: Int, _ member: TeamMember) {
        self.member = member
        isShared = member.count > 1 && rows < 2 * Self.size * member.count
        if isShared {
            rest = 0..<rows
        } else {
            let share = member.share(of: Band.Group.count(of: rows)), size = Band.Group.size
            rest = Swift.min(share.lowerBound * size, rows)..<Swift.min(share.upperBound * size, rows)
        }
    }

    /// Rows of memory that suffice for the bands at work at any time, when passes have up to `rows` rows.
    static func roomFor(_ rows: Int, members: Int) -> Int { Swift.min(rows, 2 * size * members) }

    mutating func next() -> Band? {
        guard !rest.isEmpty else { return nil }
        let end = isShared ? rest.upperBound : Swift.min(rest.lowerBound + Self.size, rest.upperBound)
        defer { rest = end..<rest.upperBound }
        return Band(
            rows: rest.lowerBound..<end, member: isShared ? member : member.alone,
            place: isShared ? 0 : member.index * Self.size)
    }
}

extension TeamMember {
    /// This member's share of `count` items in runs of `grain`.
    func share(of count: Int, grain: Int) -> Range<Int> {
        let runs = share(of: (count + grain - 1) / grain)
        return min(runs.lowerBound * grain, count)..<min(runs.upperBound * grain, count)
    }
}
