import CKernels
import Compute

/// y = x r w,      r = 1 / sqrt(mean over c of x[c]^2 + epsilon)
///
/// Row by row: x [M, C], w [C], y [M, C]. Source: arXiv:1910.07467.
struct RMSNorm {
    /// w. [C]
    let gain: AlignedBuffer<Float>
    let epsilon: Float

    /// Normalises a band's rows, as input of products.
    func forward(_ x: Rows, into y: Rows, _ band: Band) { forward(x, into: y, band) { $0 } }

    /// - Parameter row: The row of x that each row of y is computed from.
    func forward(_ x: Rows, into y: Rows, _ band: Band, row: (Int) -> Int) {
        for i in band.share { attn_rms_norm(x.floats(row(i)), gain.pointer, x.width, epsilon, y.format, y.start(i)) }
    }

    /// Adds a band's normalised rows: after = before + n(x), where `after` may be `before`.
    func add(_ x: Rows, to before: Rows, into after: Rows, _ band: Band) {
        for i in band.share {
            attn_rms_norm_add(x.floats(i), gain.pointer, x.width, epsilon, before.floats(i), after.floats(i))
        }
    }

    /// Normalises one query or key head, or all of a token together, in place. [D], [H D] or [G D]
    func forward(head: UnsafeMutablePointer<Float>) { attn_rms_norm_head(head, gain.pointer, gain.count, epsilon) }

    /// Goes from dy of what `forward(head:)` normalised to dx in its place, adding to dw of the same width.
    func backward(
        head dx: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, addingTo dGain: UnsafeMutablePointer<Float>
    ) {
        attn_rms_norm_head_gradient(dx, x, gain.pointer, gain.count, epsilon, dGain)
    }
}

/// The gradient of a normalisation of rows:
///
///     dx += r (dy w - x r^2 mean over c of dy[c] w[c] x[c]),      dw += sum over m of dy[m] x[m] r[m]
///
/// The sum goes over the rows of each group (`Band.Group`) first and then over groups.
struct RMSNormGradient {
    let norm: RMSNorm
    /// w; nil if it is not trained.
    let gain: Parameter?
    /// dw of each group of rows. [groups, C]
    let groupSums: Rows

    /// Adds a band's rows of dx, and computes dw of its groups.
    ///
    /// - Parameter row: The row of x and dx that each row of dy belongs to.
    func backward(_ dy: Rows, _ x: Rows, addingTo dx: Rows, _ band: Band, row: (Int) -> Int) {
        for group in band.groups {
            let dGain = groupSums.floats(group.index)
            dGain.update(repeating: 0, count: dy.width)
            for i in group.rows {
                attn_rms_norm_gradient(
                    dy.floats(i), x.floats(row(i)), norm.gain.pointer, dy.width, norm.epsilon, dx.floats(row(i)), dGain)
            }
        }
    }

    /// Adds dw of the groups of `rows` rows, all of which `backward` has seen; members share its columns.
    func add(rows: Int, _ member: TeamMember) {
        guard let gain else { return }
        let share = member.share(of: gain.count, grain: 16)
        for group in 0..<Band.Group.count(of: rows) {
            attn_add(
                gain.gradient.pointer + share.lowerBound, groupSums.floats(group) + share.lowerBound, share.count)
        }
    }

    /// Runs everything: dx, a barrier, dw.
    func run(_ dy: Rows, _ x: Rows, addingTo dx: Rows, rows: Int, _ member: TeamMember) {
        for band in Bands(of: rows, member) { backward(dy, x, addingTo: dx, band) { $0 } }
        member.barrier()
        add(rows: rows, member)
    }
}

extension RMSNorm {
    /// What `forward` computes for one row, as a plain loop: tests compare the kernels with it.
    static func reference(_ x: [Double], _ gain: [Double], epsilon: Double) -> [Double] {
        var squares = 0.0
        for value in x { squares += value * value }
        let r = 1 / (squares / Double(x.count) + epsilon).squareRoot()
        return x.indices.map { x[$0] * r * gain[$0] }
    }
}
