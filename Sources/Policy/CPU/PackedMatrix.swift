import CKernels
public import Compute
import ModelFiles
import Synchronization

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
    public let format: WeightFormat
    private let layout: PanelLayout
    private let storage: AlignedBuffer<UInt32>

    init(outputs: Int, inputs: Int, format: WeightFormat) throws(MemoryError) {
        self.outputs = outputs
        self.inputs = inputs
        self.format = format
        layout = PanelLayout(format, inputs: inputs)
        let panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
        storage = try AlignedBuffer(count: panels * layout.panelWords)
    }

    static let panelWidth = Int(ATTN_PANEL)

    public var panelCount: Int { (outputs + Self.panelWidth - 1) / Self.panelWidth }
    public var byteCount: Int { storage.count * 4 }
    var panels: UnsafeRawPointer { UnsafeRawPointer(storage.pointer) }

    /// Fills the panels from stored rows, converting to this matrix's format; the team shares the panels.
    ///
    /// - Parameter row: The stored row of each output; nil for padding.
    /// - Throws: `MemoryError`; `PolicyError` naming the tensor if the format does not hold some of its numbers.
    func pack(team: ThreadTeam, row: (Int) -> MatrixRow?) throws {
        let scratch = try AlignedBuffer<UInt32>.several(team.count, count: Self.panelWidth * layout.rowWords)
        let unfit = Atomic<Int>(-1)
        team.run { member in
            for panel in member.share(of: panelCount) {
                guard let output = pack(panel: panel, scratch: scratch[member.index], row: row) else { continue }
                unfit.store(output, ordering: .relaxed)
            }
        }
        let output = unfit.load(ordering: .relaxed)
        guard output >= 0, let tensor = row(output)?.tensor else { return }
        guard case .blocks = format else { throw PolicyError.notFinite(tensor) }
        throw PolicyError(
            .invalid,
            "tensor '\(tensor.name)' in \(tensor.file) has numbers that are not finite or beyond 8 million, which "
                + "\(format.name) cannot hold. Serve it with --weights auto, or download it again.")
    }

    /// - Returns: An output whose stored row could not be converted, if any.
    private func pack(panel: Int, scratch: AlignedBuffer<UInt32>, row: (Int) -> MatrixRow?) -> Int? {
        let first = panel * Self.panelWidth
        let count = min(outputs - first, Self.panelWidth)
        var unfit: Int?
        for output in 0..<count {
            let target = scratch.pointer + output * layout.rowWords
            if let source = row(first + output) {
                let isDone = source.tensor.copyRow(source.row, of: inputs, as: format, to: target)
                if !isDone { unfit = first + output }
            } else {
                target.update(repeating: 0, count: layout.rowWords)
            }
        }
        layout.pack(scratch.pointer, rows: count, to: storage.pointer + panel * layout.panelWords)
        return unfit
    }

    /// Fills the panels with the transpose of a trained matrix, starting at inner index `first`: stacked matrices have
    /// one transpose. Members share the panels.
    ///
    /// - Precondition: The panels hold numbers.
    func packTransposed(_ matrix: Parameter, at first: Int, _ member: TeamMember) {
        guard case .numbers(let precision) = format else { preconditionFailure("transposes are not made in blocks") }
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
        switch format {
        case .numbers(let precision): attn_unpack_panel(precision.format, storage.pointer, panel, inputs, rows)
        case .blocks(.q8_0):
            for output in outputs(ofPanel: panel) {
                copyRow(output, to: rows + output % Self.panelWidth * inputs)
            }
        }
    }

    /// One output's weights as float32: a row of an embedding table.
    func copyRow(_ output: Int, to row: UnsafeMutablePointer<Float>) {
        switch format {
        case .numbers(let precision): attn_embedding_row(precision.format, storage.pointer, output, inputs, row)
        case .blocks(.q8_0): attn_q8_embedding_row(storage.pointer, output, inputs, row)
        }
    }

    /// One output's weights, for export and tests.
    public func row(_ output: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: inputs) { buffer, count in
            copyRow(output, to: buffer.baseAddress!)
            count = inputs
        }
    }
}

/// The sizes of rows to be packed and of packed panels, in words of 32 bits.
private struct PanelLayout {
    let rowWords: Int
    let panelWords: Int
    /// Q8_0 blocks of a row; 0 if rows are numbers.
    private let blocks: Int

    init(_ format: WeightFormat, inputs: Int) {
        switch format {
        case .numbers(let precision):
            // One value, or a pair of bfloat16.
            rowWords = precision == .float32 ? inputs : (inputs + 1) / 2
            (blocks, panelWords) = (0, PackedMatrix.panelWidth * rowWords)
        case .blocks(.q8_0):
            blocks = (inputs + Int(ATTN_Q8_LENGTH) - 1) / Int(ATTN_Q8_LENGTH)
            panelWords = blocks * Int(ATTN_Q8_PANEL) / 4
            rowWords = (panelWords + PackedMatrix.panelWidth - 1) / PackedMatrix.panelWidth
        }
    }

    func pack(_ source: UnsafePointer<UInt32>, rows: Int, to panel: UnsafeMutablePointer<UInt32>) {
        if blocks == 0 {
            attn_pack_panel(source, rowWords, rows, rowWords, panel)
        } else {
            attn_pack_q8_panel(source, 4 * rowWords, rows, blocks, panel)
        }
    }
}

extension TensorView {
    /// Copies row `row` of a [rows, columns] tensor, converted to `format`.
    ///
    /// - Returns: Whether all are finite, and blocks hold them.
    fileprivate func copyRow(
        _ row: Int, of columns: Int, as format: WeightFormat, to target: UnsafeMutablePointer<UInt32>
    ) -> Bool {
        let raw = UnsafeMutableRawPointer(target), first = row * columns
        switch format {
        case .numbers(.float32):
            let floats = UnsafeMutableBufferPointer(start: raw.assumingMemoryBound(to: Float.self), count: columns)
            copyFloats(from: first, to: floats)
            return TensorFormat.float32.holds(UnsafeBufferPointer(floats))
        case .numbers(.bfloat16):
            let halves = UnsafeMutableBufferPointer(start: raw.assumingMemoryBound(to: UInt16.self), count: columns)
            copyBFloat16(from: first, to: halves)
            return TensorFormat.areFinite(bfloat16: UnsafeBufferPointer(halves))
        case .blocks(.q8_0): return copyBlocks(ofRow: row, to: raw)
        }
    }
}
