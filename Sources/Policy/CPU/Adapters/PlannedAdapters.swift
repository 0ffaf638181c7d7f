/// The adapters of a pass's rows.
struct PlannedAdapters {
    private let adapters: [CPUAdapter]
    private let units: FixedArray<Adaptation.Unit>
    private let products: FixedArray<UnsafePointer<LowRank?>>
    private let isGated: FixedArray<UInt8>
    private let mostRank: Int

    /// - Parameter adapter: The adapter of all rows; nil for the chunks' own.
    init(_ chunks: [ForwardChunk], _ adapter: CPUAdapter?) {
        var adapters: [CPUAdapter] = [], numbers: [ObjectIdentifier: Int] = [:]
        var units: [Adaptation.Unit] = [], isGated: [UInt8] = [], row = 0
        for chunk in chunks {
            defer { row += chunk.tokens.count }
            guard let adapter = adapter ?? chunk.adapter.map(CPUAdapter.own) else {
                continue
            }
            let number = numbers[ObjectIdentifier(adapter)] ?? adapters.count
            if number == adapters.count {
                adapters.append(adapter)
                numbers[ObjectIdentifier(adapter)] = number
            }
            Self.append(row..<row + chunk.tokens.count, number, to: &units)
            isGated += Array(repeating: 0, count: row - isGated.count)
            isGated += Array(repeating: adapter.isGated ? 1 : 0, count: chunk.tokens.count)
        }
        if !adapters.isEmpty { isGated += Array(repeating: 0, count: row - isGated.count) }
        self.adapters = adapters
        self.units = FixedArray(units)
        self.isGated = FixedArray(isGated)
        products = FixedArray(adapters.map { UnsafePointer($0.forward.pointer) })
        mostRank = adapters.reduce(0) { max($0, $1.mostRank) }
    }

    /// Adds rows of one adapter, to the last unit as far as they fit into it.
    private static func append(_ rows: Range<Int>, _ adapter: Int, to units: inout [Adaptation.Unit]) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            var first = row
            if let last = units.last, last.adapter == adapter, last.rows.upperBound == row,
                last.count < Adaptation.Unit.size, !row.isMultiple(of: Band.Group.size)
            {
                first = last.firstRow
                units.removeLast()
            }
            let group = (first / Band.Group.size + 1) * Band.Group.size
            let end = min(rows.upperBound, first + Adaptation.Unit.size, group)
            units.append(Adaptation.Unit(firstRow: first, count: end - first, adapter: adapter))
            row = end
        }
    }

    struct View {
        let units: UnsafeBufferPointer<Adaptation.Unit>
        fileprivate let products: UnsafePointer<UnsafePointer<LowRank?>>
        fileprivate let isGated: UnsafePointer<UInt8>
        fileprivate let mostRank: Int
    }

    var view: View {
        View(
            units: units.buffer, products: UnsafePointer(products.pointer), isGated: UnsafePointer(isGated.pointer),
            mostRank: mostRank)
    }
}

extension PassPlan.View {
    /// What adapters add to a product of a layer; nil if no row has an adapter.
    func adaptation(of product: AdaptedProduct, _ layer: Int, _ space: ForwardWorkspace.View) -> Adaptation? {
        guard !adapters.units.isEmpty else { return nil }
        return Adaptation(
            units: adapters.units, adapters: adapters.products, index: CPUAdapter.index(layer, product),
            reduced: space.reduced.narrowed(to: adapters.mostRank), gatingRoom: space.gating, isGated: adapters.isGated)
    }
}

extension Rows {
    /// As many narrower rows one after the other in the same memory.
    fileprivate func narrowed(to width: Int) -> Rows { Rows(base: base, stride: width, width: width, format: format) }
}
