import Basics
import CKernels
import Compute
import ModelFiles

/// An adapter packed the way products read it.
final class CPUAdapter: PolicyAdapter, @unchecked Sendable {  // only read once made
    let shape: AdapterShape
    let byteCount: Int
    /// By layer and product (`index`); nil where nothing is changed.
    let forward: FixedArray<LowRank?>
    /// The same for derivatives; empty unless it is trained.
    let backward: FixedArray<LowRank?>
    /// The most values that t has in any product.
    let mostRank: Int
    private let memory: [LowRankMemory]

    /// - Parameter values: The numbers of a matrix, in float32.
    /// - Throws: `MemoryError`.
    init(
        _ shape: AdapterShape, _ configuration: PolicyConfiguration, _ precision: Precision, isTrained: Bool,
        values: @escaping (AdapterTensor) throws -> UnsafePointer<Float>
    ) throws {
        self.shape = shape
        let layout = AdapterLayout(shape, configuration)
        let packer = LowRankPacker(layout: layout, precision: precision, values: values)
        var forward: [LowRank?] = [], backward: [LowRank?] = [], memory: [LowRankMemory] = []
        for layer in 0..<configuration.layerCount {
            for product in AdaptedProduct.allCases {
                let parts = layout.parts(layer, product)
                let ahead = parts.isEmpty ? nil : try packer.forward(parts, product)
                let back = parts.isEmpty || !isTrained ? nil : try packer.backward(parts)
                forward.append(ahead?.lowRank)
                backward.append(back?.lowRank)
                memory += [ahead, back].compactMap(\.self)
            }
        }
        self.forward = FixedArray(forward)
        self.backward = FixedArray(isTrained ? backward : [])
        self.memory = memory
        byteCount = memory.reduce(0) { $0 + $1.byteCount }
        mostRank = forward.reduce(0) { max($0, $1?.rank ?? 0) }
    }

    static func index(_ layer: Int, _ product: AdaptedProduct) -> Int {
        layer * AdaptedProduct.allCases.count + product.rawValue
    }

    /// Whether gate or up are changed in any layer.
    var isGated: Bool { shape.modules.contains { $0.target == .gate || $0.target == .up } }

    /// Casts to this back end's adapters.
    static func own(_ adapter: any PolicyAdapter) -> CPUAdapter {
        guard let adapter = adapter as? CPUAdapter else { preconditionFailure("an adapter of another back end") }
        return adapter
    }
}

/// Where the targets of an adapter are in the products of a layer.
struct AdapterLayout {
    /// One target's part in a product.
    struct Part {
        let a: AdapterTensor
        let b: AdapterTensor
        /// The columns of y that are the target's.
        let columns: Range<Int>
        /// Where its values begin in t.
        let first: Int

        var rank: Int { a.shape[0] }
        /// r, rounded up to an even number: bfloat16 is read in pairs.
        var paddedRank: Int { (rank + 1) / 2 * 2 }
        /// K.
        var inputs: Int { a.shape[1] }
    }

    let shape: AdapterShape
    private let parts: [Int: [Part]]

    init(_ shape: AdapterShape, _ configuration: PolicyConfiguration) {
        self.shape = shape
        let tensors = shape.tensors(configuration)
        var parts: [Int: [Part]] = [:]
        // A and B of each module follow each other.
        for at in stride(from: 0, to: tensors.count, by: 2) {
            let module = tensors[at].module, (product, column) = Self.place(module.target, configuration)
            let index = CPUAdapter.index(module.layer, product)
            let first = parts[index]?.reduce(0) { $0 + $1.paddedRank } ?? 0
            parts[index, default: []].append(
                Part(
                    a: tensors[at], b: tensors[at + 1], columns: column..<column + tensors[at + 1].shape[0],
                    first: first))
        }
        self.parts = parts
    }

    func parts(_ layer: Int, _ product: AdaptedProduct) -> [Part] { parts[CPUAdapter.index(layer, product)] ?? [] }

    /// The product that a target's matrix is stacked in, and the column of y where it begins.
    private static func place(
        _ target: AdapterTarget, _ configuration: PolicyConfiguration
    ) -> (AdaptedProduct, column: Int) {
        switch target {
        case .query: (.queryKeyValue, 0)
        case .key: (.queryKeyValue, configuration.queryWidth)
        case .value: (.queryKeyValue, configuration.queryWidth + configuration.keyValueWidth)
        case .output: (.output, 0)
        case .gate: (.gateUp, 0)
        case .up: (.gateUp, configuration.feedForwardSize)
        case .down: (.down, 0)
        }
    }
}

/// The matrices of a `LowRank`.
final class LowRankMemory {
    private let reductions: FixedArray<LowRank.Reduction>
    private let expansions: FixedArray<LowRank.Expansion>
    private let matrices: [NarrowMatrix]
    let lowRank: LowRank

    init(
        _ reductions: [(LowRank.Reduction, NarrowMatrix)], _ expansions: [(LowRank.Expansion, NarrowMatrix)], rank: Int
    ) {
        self.reductions = FixedArray(reductions.map(\.0))
        self.expansions = FixedArray(expansions.map(\.0))
        matrices = reductions.map(\.1) + expansions.map(\.1)
        lowRank = LowRank(reductions: self.reductions.buffer, expansions: self.expansions.buffer, rank: rank)
    }

    var byteCount: Int { matrices.reduce(0) { $0 + $1.byteCount } }
}

/// A matrix W [outputs, inner] in panels whose last is only as wide as needed, initially 0.
final class NarrowMatrix {
    private let outputs: Int
    private let inner: Int
    private let format: attn_format
    private let storage: AlignedBuffer<UInt32>

    init(outputs: Int, inner: Int, _ precision: Precision) throws(MemoryError) {
        (self.outputs, self.inner, format) = (outputs, inner, precision.format)
        storage = try AlignedBuffer(count: attn_narrow_words(precision.format, outputs, inner))
    }

    var panels: UnsafeRawPointer { UnsafeRawPointer(storage.pointer) }
    var byteCount: Int { storage.count * 4 }

    /// Writes a matrix [rows, columns], or its transpose, times `scale`, from some output and inner index on.
    func write(
        _ values: UnsafePointer<Float>, rows: Int, columns: Int, isTransposed: Bool = false, scale: Double = 1,
        output: Int = 0, inner at: Int = 0
    ) {
        attn_pack_narrow(
            format, values, isTransposed ? 1 : columns, isTransposed ? columns : 1, isTransposed ? columns : rows,
            isTransposed ? rows : columns, Float(scale), output, at, outputs, inner, storage.pointer)
    }
}

/// Packs the parts of a product.
private struct LowRankPacker {
    let layout: AdapterLayout
    let precision: Precision
    let values: (AdapterTensor) throws -> UnsafePointer<Float>

    private func rank(_ parts: [AdapterLayout.Part]) -> Int { parts.reduce(0) { $0 + $1.paddedRank } }

    /// t = x (s A)^T, y += t B^T
    func forward(_ parts: [AdapterLayout.Part], _ product: AdaptedProduct) throws -> LowRankMemory {
        let rank = rank(parts), inputs = parts[0].inputs
        let a = try NarrowMatrix(outputs: rank, inner: inputs, precision)
        for part in parts {
            a.write(
                try values(part.a), rows: part.rank, columns: inputs, scale: layout.shape.scale, output: part.first)
        }
        let reduction = LowRank.Reduction(panels: a.panels, column: 0, inputs: inputs, first: 0, rank: rank)
        return LowRankMemory([(reduction, a)], try parts.map { try expansion($0, product) }, rank: rank)
    }

    private func expansion(
        _ part: AdapterLayout.Part, _ product: AdaptedProduct
    ) throws -> (LowRank.Expansion, NarrowMatrix) {
        let width = PackedMatrix.panelWidth
        // Gate and up have panels of their own.
        let panel = product == .gateUp ? 0 : part.columns.lowerBound / width
        let column = product == .gateUp ? part.columns.lowerBound : panel * width
        let lead = part.columns.lowerBound - column, outputs = lead + part.columns.count
        let b = try NarrowMatrix(outputs: outputs, inner: part.paddedRank, precision)
        b.write(try values(part.b), rows: part.columns.count, columns: part.rank, output: lead)
        let expansion = LowRank.Expansion(
            panels: b.panels, first: part.first, rank: part.paddedRank, column: column, outputs: outputs,
            firstPanel: panel)
        return (expansion, b)
    }

    /// dt = dy (s B), dx += dt A
    func backward(_ parts: [AdapterLayout.Part]) throws -> LowRankMemory {
        let rank = rank(parts), inputs = parts[0].inputs
        let reductions = try parts.map { part in
            let b = try NarrowMatrix(outputs: part.paddedRank, inner: part.columns.count, precision)
            b.write(
                try values(part.b), rows: part.columns.count, columns: part.rank, isTransposed: true,
                scale: layout.shape.scale)
            let reduction = LowRank.Reduction(
                panels: b.panels, column: part.columns.lowerBound, inputs: part.columns.count, first: part.first,
                rank: part.paddedRank)
            return (reduction, b)
        }
        let a = try NarrowMatrix(outputs: inputs, inner: rank, precision)
        for part in parts {
            a.write(try values(part.a), rows: part.rank, columns: inputs, isTransposed: true, inner: part.first)
        }
        let expansion = LowRank.Expansion(
            panels: a.panels, first: 0, rank: rank, column: 0, outputs: inputs, firstPanel: 0)
        return LowRankMemory(reductions, [(expansion, a)], rank: rank)
    }
}
