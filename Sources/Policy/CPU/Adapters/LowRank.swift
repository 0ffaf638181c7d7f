import CKernels
import Compute

/// The low-rank part of a product, for the targets of one adapter whose matrices are stacked in it:
///
///     y += t B^T,      t = s x A^T
///
/// Shapes: x [M, K], t [M, R], y [M, N], with the ranks of the targets side by side in R, each padded to an even number.
/// Forward, all A are one product, since they read the same x, and each B writes the columns of its target. Backward, it
/// is the other way round: dt = s dy B target by target, and dx += dt A at once.
///
/// A and B are in the policy's precision, and t is rounded to it. Sums go over inner indices in ascending order for any
/// number of rows, so a row's numbers depend on its own x and adapter only. Trivial: the memory is a `CPUAdapter`'s.
struct LowRank {
    /// t[first ..< first + rank] = x[column ..< column + inputs] W^T
    struct Reduction {
        let panels: UnsafeRawPointer
        let column: Int
        let inputs: Int
        let first: Int
        let rank: Int
    }

    /// y[column ..< column + outputs] += t[first ..< first + rank] W^T
    struct Expansion {
        let panels: UnsafeRawPointer
        let first: Int
        let rank: Int
        /// A multiple of 64, so that panels are those of the base's product, from `firstPanel` on: columns before the
        /// target's have weight 0.
        let column: Int
        let outputs: Int
        let firstPanel: Int
    }

    let reductions: UnsafeBufferPointer<Reduction>
    let expansions: UnsafeBufferPointer<Expansion>
    /// R.
    let rank: Int

    /// Computes t of some rows.
    func reduce(_ x: Rows, into t: Rows, _ rows: Range<Int>) {
        for reduction in reductions {
            let x = x.columns(reduction.column..<reduction.column + reduction.inputs)
            let t = t.columns(reduction.first..<reduction.first + reduction.rank)
            var call = attn_reduce_call(
                format: x.format, x: x.base, x_stride: x.stride, panels: reduction.panels, k: reduction.inputs,
                rank: reduction.rank, t: t.base, t_stride: t.stride)
            attn_reduce(&call, rows.lowerBound, rows.upperBound)
        }
    }

    /// Adds to some rows of y, or writes them, in the columns of one panel of the base's product.
    func expand(_ t: Rows, into y: Rows, panel: Int, _ rows: Range<Int>, adds: Bool = true) {
        for expansion in expansions where expansion.places.contains(panel) {
            expansion.run(t, into: y, panel..<panel + 1, rows, adds: adds)
        }
    }

    /// Adds to some rows of y, in all columns.
    func expand(_ t: Rows, into y: Rows, _ rows: Range<Int>) {
        for expansion in expansions { expansion.run(t, into: y, expansion.places, rows, adds: true) }
    }

    /// Whether a target's columns begin here.
    func writes(column: Int) -> Bool { expansions.contains { $0.column == column } }
}

extension LowRank.Expansion {
    /// The base's panels it writes to.
    fileprivate var places: Range<Int> {
        firstPanel..<firstPanel + (outputs + PackedMatrix.panelWidth - 1) / PackedMatrix.panelWidth
    }

    fileprivate func run(_ t: Rows, into y: Rows, _ panels: Range<Int>, _ rows: Range<Int>, adds: Bool) {
        let t = t.columns(first..<first + rank)
        var call = attn_expand_call(
            format: t.format, t: t.base, t_stride: t.stride, panels: self.panels, rank: rank, outputs: outputs,
            out: y.columns(column..<column + outputs).floats(0), out_stride: y.stride, adds: adds ? 1 : 0)
        attn_expand(
            &call, panels.lowerBound - firstPanel, panels.upperBound - firstPanel, rows.lowerBound, rows.upperBound)
    }
}

extension LowRank {
    /// What an adapter adds to one row of y, as a plain loop: tests compare the kernels with it.
    static func reference(_ x: [Double], a: [[Double]], b: [[Double]], scale: Double) -> [Double] {
        let t = Linear.reference(x, a, nil).map { scale * $0 }
        return Linear.reference(t, b, nil)
    }
}
