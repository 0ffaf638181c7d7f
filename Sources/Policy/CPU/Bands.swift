import Compute

/// Rows that go through some phases of a layer together, and the threads that compute them.
struct Band {
    let rows: Range<Int>
    /// A team of one, or the whole team if there are few rows.
    let member: TeamMember
    /// Where the band begins in memory that holds only the rows at work: see `Bands.roomFor`.
    let place: Int

    /// Waits for the other members that compute the band, if there are any.
    func barrier() { member.barrier() }

    /// The band's rows that this member takes in a phase that goes row by row.
    var share: Range<Int> {
        let share = member.share(of: rows.count)
        return rows.lowerBound + share.lowerBound..<rows.lowerBound + share.upperBound
    }

    /// Rows that are summed before the sums of all groups are added: the same rows whichever member computes them, so
    /// the order of a sum over all rows is fixed.
    struct Group {
        let index: Int
        let rows: Range<Int>

        static let size = 48

        /// The number of groups in `rows` rows.
        static func count(of rows: Int) -> Int { (rows + size - 1) / size }
    }

    /// The band's groups that this member takes.
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
/// Many rows are divided among the members. Each takes its own through consecutive phases a band at a time, so what one
/// phase writes is still in the cache when the next reads it, and nobody waits. Few rows form one band of the whole
/// team, whose members share the columns of each product, so all weights are read only once.
struct Bands: Sequence, IteratorProtocol {
    /// Rows of a band: enough to amortise reading a product's weights, which are read once per band; few enough for a
    /// level 2 cache to hold its activations.
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

    /// The rows of memory that suffice for the bands at work at any time, in passes of up to `rows` rows.
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
