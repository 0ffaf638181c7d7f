import Compute

/// The products of a layer that adapters change: each reads one x, and has stacked matrices.
enum AdaptedProduct: Int, CaseIterable {
    case queryKeyValue, output, gateUp, down
}

/// What the adapters of a pass's rows add to one product.
///
/// Rows come in units of a few with the same adapter, in order; rows without an adapter are in none.
struct Adaptation {
    /// Consecutive rows of one adapter, within one group of rows (`Band.Group`).
    struct Unit {
        let firstRow: Int
        let count: Int
        /// Which of the pass's adapters.
        let adapter: Int

        /// The most rows of a unit: those of a kernel's tile.
        static let size = 6

        var rows: Range<Int> { firstRow..<firstRow + count }
    }

    let units: UnsafeBufferPointer<Unit>
    /// By adapter, its products of all layers.
    let adapters: UnsafePointer<UnsafePointer<LowRank?>>
    /// Which of those products.
    let index: Int
    /// t. [M, R]
    let reduced: Rows
    /// Room for what is added to gate and up, for the bands at work. [Bands.roomFor(M), 2 F]
    let gatingRoom: Rows
    /// Rows whose adapters change gate or up in any layer.
    let isGated: UnsafePointer<UInt8>

    private func part(_ unit: Unit) -> LowRank? { adapters[unit.adapter][index] }

    /// The units of some rows, which begin and end where groups do.
    private func units(of rows: Range<Int>) -> Slice<UnsafeBufferPointer<Unit>> {
        func first(from row: Int) -> Int {
            var low = 0, high = units.count
            while low < high {
                let middle = (low + high) / 2
                if units[middle].firstRow < row { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return units[first(from: rows.lowerBound)..<first(from: rows.upperBound)]
    }

    /// Computes t of a band's rows; its members share them.
    func reduce(_ x: Rows, _ band: Band) {
        let units = units(of: band.rows), share = band.member.share(of: units.count)
        for unit in units.dropFirst(share.lowerBound).prefix(share.count) {
            part(unit)?.reduce(x, into: reduced, unit.rows)
        }
    }

    /// Adds to y what adapters add in the columns of one panel, once the base's product is there.
    func add(to y: Rows, panel: Int, _ rows: Range<Int>) {
        for unit in units(of: rows) { part(unit)?.expand(reduced, into: y, panel: panel, unit.rows) }
    }

    /// Room for what is added to gate and up, with the row numbers of a band.
    func gating(in band: Band) -> Rows { gatingRoom.from(band.place - band.rows.lowerBound) }

    /// Writes what adapters add to gate and up in the columns of one panel of each.
    func writeGating(to y: Rows, panel: Int, _ rows: Range<Int>) {
        for unit in units(of: rows) where isGated[unit.firstRow] != 0 {
            let part = part(unit), size = y.width / 2
            for start in [0, size] where part?.writes(column: start) != true {
                Self.clear(y, panel: panel, of: start..<start + size, unit.rows)
            }
            part?.expand(reduced, into: y, panel: panel, unit.rows, adds: false)
        }
    }

    private static func clear(_ y: Rows, panel: Int, of columns: Range<Int>, _ rows: Range<Int>) {
        let first = columns.lowerBound + panel * PackedMatrix.panelWidth
        let count = min(PackedMatrix.panelWidth, columns.upperBound - first)
        for row in rows { (y.floats(row) + first).update(repeating: 0, count: count) }
    }
}
