import CKernels
import Compute
import ModelFiles

/// The gradient of an adapter's part in a product, y += t B^T with t = s x A^T, from dy:
///
///     dt = s dy B,      dx += dt A,      dA += dt^T x,      dB += dy^T t
///
/// dt and t are rounded to the policy's precision, as other operands of products are. Sums go over rows in order.
struct AdapterGradient {
    /// Memory of one product, for rows of a pass.
    final class Room {
        let rank: Int
        /// t and dt. [M, R]
        fileprivate let t: Rows
        fileprivate let dt: Rows
        private let memory = RowMemory()

        init(rank: Int, rows: Int, _ precision: Precision) throws(MemoryError) {
            self.rank = rank
            t = try memory.rows(rows, width: rank, precision)
            dt = try memory.rows(rows, width: rank, precision)
        }
    }

    private struct Part {
        let a: Parameter
        let b: Parameter
        /// Of dy.
        let columns: Range<Int>
        /// Of t.
        let reduced: Range<Int>
    }

    private let parts: [Part]
    private let forward: LowRank
    private let backward: LowRank
    private let t: Rows
    private let dt: Rows

    init(
        parts: [AdapterLayout.Part], _ parameters: CPUAdapterParameters, forward: LowRank, backward: LowRank, room: Room
    ) {
        self.parts = parts.map { part in
            Part(
                a: parameters[part.a], b: parameters[part.b], columns: part.columns,
                reduced: part.first..<part.first + part.rank)
        }
        (self.forward, self.backward, t, dt) = (forward, backward, room.t, room.dt)
    }

    /// Computes a band's rows of dt, and adds to those of dx, which the base's part is in already.
    func backward(_ dy: Rows, into dx: Rows, _ band: Band) {
        let share = band.share
        guard !share.isEmpty else { return }
        backward.reduce(dy, into: dt, share)
        backward.expand(dt, into: dx, share)
    }

    /// Adds dA and dB over `rows` rows; members share the rows of each.
    func add(_ dy: Rows, _ x: Rows, rows: Int, _ member: TeamMember, scratch: UnsafeMutablePointer<UInt8>) {
        let share = member.share(of: rows)
        if !share.isEmpty { forward.reduce(x, into: t, share) }
        member.barrier()
        for part in parts {
            Self.add(to: part.a, dt.columns(part.reduced), x, rows, member, scratch)
            Self.add(to: part.b, dy.columns(part.columns), t.columns(part.reduced), rows, member, scratch)
        }
    }

    private static func add(
        to parameter: Parameter, _ dy: Rows, _ x: Rows, _ rows: Int, _ member: TeamMember,
        _ scratch: UnsafeMutablePointer<UInt8>
    ) {
        var call = attn_weight_gradient_call(
            format: dy.format, dy: dy.base, dy_stride: dy.stride, x: x.base, x_stride: x.stride, rows: rows,
            k: parameter.columns, gradient: parameter.gradient.pointer)
        let share = member.share(of: parameter.rows, grain: 6)
        attn_weight_gradient(&call, share.lowerBound, share.upperBound, scratch)
    }
}
