import CKernels
public import Compute
import ModelFiles

/// The source of one output of a packed matrix: a row of a stored tensor.
struct MatrixRow {
    let tensor: TensorView
    let row: Int
}

/// A weight matrix W [outputs, inputs] in panels of 64 outputs, as `attn_matmul` reads it.
///
/// One copy serves any number of rows, from one decoded token to a prefill chunk, as well as embedding look-ups.
public final class PackedMatrix: @unchecked Sendable {  // written while it is made, then only read
    public let outputs: Int
    public let inputs: Int
    public let precision: Precision
    /// 32-bit words per output: one value, or a pair of bfloat16.
    private let words: Int
    private let storage: AlignedBuffer<UInt32>

    init(outputs: Int, inputs: Int, precision: Precision) throws(MemoryError) {
        self.outputs = outputs
        self.inputs = inputs
        self.precision = precision
        words = precision == .float32 ? inputs : (inputs + 1) / 2
        let panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
        storage = try AlignedBuffer(count: panels * Self.panelWidth * words)
    }

    static let panelWidth = Int(ATTN_PANEL)

    public var panelCount: Int { (outputs + Self.panelWidth - 1) / Self.panelWidth }
    public var byteCount: Int { storage.count * 4 }
    var panels: UnsafeRawPointer { UnsafeRawPointer(storage.pointer) }

    /// Fills the panels from stored rows, converting to this matrix's precision; the team shares the panels.
    ///
    /// - Parameter row: The stored row of each output; nil for padding.
    func pack(team: ThreadTeam, row: (Int) -> MatrixRow?) throws(MemoryError) {
        let scratch = try AlignedBuffer<UInt32>.several(team.count, count: Self.panelWidth * words)
        team.run { member in
            for panel in member.share(of: panelCount) {
                pack(panel: panel, scratch: scratch[member.index], row: row)
            }
        }
    }

    private func pack(panel: Int, scratch: AlignedBuffer<UInt32>, row: (Int) -> MatrixRow?) {
        let first = panel * Self.panelWidth
        let count = min(outputs - first, Self.panelWidth)
        for output in 0..<count {
            let target = scratch.pointer + output * words
            if let source = row(first + output) {
                source.tensor.copyRow(source.row, of: inputs, as: precision, to: target)
            } else {
                target.update(repeating: 0, count: words)
            }
        }
        attn_pack_panel(scratch.pointer, words, count, words, storage.pointer + panel * Self.panelWidth * words)
    }

    /// Fills the panels with the transpose of a trained matrix, starting at inner index `first`: stacked matrices have
    /// one transpose. Members share the panels.
    func packTransposed(_ matrix: Parameter, at first: Int, _ member: TeamMember) {
        let share = member.share(of: panelCount)
        attn_pack_transposed(
            precision.format, matrix.values.pointer, matrix.rows, matrix.columns, first, inputs, storage.pointer,
            share.lowerBound, share.upperBound)
    }

    /// The outputs of a panel.
    func outputs(ofPanel panel: Int) -> Range<Int> {
        panel * Self.panelWidth..<min((panel + 1) * Self.panelWidth, outputs)
    }

    /// A panel's weights as float32. [64, inputs]
    func copyPanel(_ panel: Int, to rows: UnsafeMutablePointer<Float>) {
        attn_unpack_panel(precision.format, storage.pointer, panel, inputs, rows)
    }

    /// One output's weights as float32: a row of an embedding table.
    func copyRow(_ output: Int, to row: UnsafeMutablePointer<Float>) {
        attn_embedding_row(precision.format, storage.pointer, output, inputs, row)
    }

    /// One output's weights, for export and tests.
    public func row(_ output: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: inputs) { buffer, count in
            copyRow(output, to: buffer.baseAddress!)
            count = inputs
        }
    }
}

extension TensorView {
    /// Copies row `row` of a [rows, columns] tensor, converted to `precision`.
    func copyRow(_ row: Int, of columns: Int, as precision: Precision, to target: UnsafeMutablePointer<UInt32>) {
        let raw = UnsafeMutableRawPointer(target), first = row * columns
        switch precision {
        case .float32:
            let floats = raw.assumingMemoryBound(to: Float.self)
            copyFloats(from: first, to: UnsafeMutableBufferPointer(start: floats, count: columns))
        case .bfloat16:
            let halves = raw.assumingMemoryBound(to: UInt16.self)
            copyBFloat16(from: first, to: UnsafeMutableBufferPointer(start: halves, count: columns))
        }
    }
}
