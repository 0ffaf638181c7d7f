import CKernels
import Compute

/// A matrix that is not trained, whose transpose derivatives need.
struct FrozenMatrix {
    /// W. [N, K]
    let matrix: PackedMatrix
    /// The outputs of each of two matrices that alternate panel by panel in W, and follow each other in the transpose;
    /// nil if there is no such.
    let alternating: Int?
    /// Room for a panel in float32, one per team member.
    let unpacked: [AlignedBuffer<Float>]

    /// Packs W^T; members share the panels of W.
    func packTransposed(into transposed: PackedMatrix, _ member: TeamMember) {
        let rows = unpacked[member.index].pointer
        for panel in member.share(of: matrix.panelCount) {
            let place = place(of: panel)
            matrix.copyPanel(panel, to: rows)
            transposed.pack(rows, count: place.count, at: place.lowerBound)
        }
    }

    /// The inner indices of the transpose that a panel's outputs are.
    private func place(of panel: Int) -> Range<Int> {
        let width = PackedMatrix.panelWidth
        guard let size = alternating else { return matrix.outputs(ofPanel: panel) }
        let first = panel / 2 * width, start = panel % 2 * size
        return start + first..<start + min(first + width, size)
    }
}

extension PackedMatrix {
    /// Writes rows [count, outputs] in float32 as inner indices from `first` on, an even number.
    fileprivate func pack(_ rows: UnsafePointer<Float>, count: Int, at first: Int) {
        guard case .numbers(let precision) = format else { preconditionFailure("transposes are not made in blocks") }
        attn_pack_transposed(
            precision.format, rows, count, outputs, first, inputs, UnsafeMutableRawPointer(mutating: panels), 0,
            panelCount)
    }
}
