import CKernels
import Compute

/// y = x W^T + b
///
/// Shapes: x [M, K], W [N, K], b [N], y [M, N]. The weights are packed; matrices that read the same x are stacked into
/// one product.
struct Linear {
    let weight: PackedMatrix
    let bias: AlignedBuffer<Float>?

    /// What happens to a product before it is stored.
    enum Epilogue {
        /// y = x W^T + b
        case store
        /// y = addend + (x W^T + b). The addend's rows have the same stride as those of y, and may be the same rows.
        case add(Rows)
        /// y = g(gate) * up, for weights of gate and up alternating panel by panel, where the bias is the gate's. y
        /// is in the format of x; gate and up themselves are kept side by side, [M, 2 N], if requested.
        case swiGLU(attn_gate, upBias: UnsafePointer<Float>?, keeping: Rows?)
    }

    /// Computes a band's rows of y. x and y have the same row numbers.
    func forward(_ x: Rows, into y: Rows, then epilogue: Epilogue = .store, _ band: Band) {
        precondition(x.width == weight.inputs, "Linear: rows of \(x.width) values, weights of \(weight.inputs)")
        var call = attn_matmul_call()
        (call.format, call.x, call.x_stride) = (x.format, UnsafeRawPointer(x.base), x.stride)
        (call.panels, call.quantised) = (weight.panels, weight.format == .q8_0)
        (call.k, call.bias) = (weight.inputs, UnsafePointer(bias?.pointer))
        (call.out, call.out_stride, call.outputs) = (y.base, y.stride, y.width)
        epilogue.complete(&call)
        compute(&call, panelsAtOnce: call.epilogue == ATTN_SWIGLU ? 2 : 1, band)
    }

    /// Rows of one unit of work when members share a product: enough to reuse a panel from the cache, few enough to
    /// divide evenly.
    private static let rowBlock = 96

    private func compute(_ call: inout attn_matmul_call, panelsAtOnce: Int, _ band: Band) {
        let blocks = (band.rows.count + Self.rowBlock - 1) / Self.rowBlock
        let share = band.member.share(of: weight.panelCount / panelsAtOnce * blocks)
        var unit = share.lowerBound
        while unit < share.upperBound {
            // The units of one panel are adjacent: take all of ours at once.
            let panel = unit / blocks * panelsAtOnce
            let end = min(share.upperBound, (unit / blocks + 1) * blocks)
            let first = band.rows.lowerBound + unit % blocks * Self.rowBlock
            attn_matmul(
                &call, panel, panel + panelsAtOnce, first,
                min(band.rows.upperBound, first + (end - unit) * Self.rowBlock))
            unit = end
        }
    }
}

extension Linear.Epilogue {
    fileprivate func complete(_ call: inout attn_matmul_call) {
        switch self {
        case .store:
            call.epilogue = ATTN_STORE
        case .add(let addend):
            assert(addend.stride == call.out_stride, "Linear: an addend's rows are \(addend.stride) values apart")
            (call.epilogue, call.addend) = (ATTN_ADD, UnsafePointer(addend.floats(0)))
        case .swiGLU(let gate, let upBias, let kept):
            (call.epilogue, call.gate, call.bias_up, call.kept) = (ATTN_SWIGLU, gate, upBias, kept?.base)
        }
    }
}

/// The gradient of y = x W^T + b, from dy:
///
///     dx = dy W,      dW += dy^T x,      db[n] += sum over m of dy[m, n]
///
/// W may be several stacked trained matrices; dy has their columns side by side. Sums go over rows in order.
struct LinearGradient {
    struct Part {
        let weight: Parameter
        let bias: Parameter?
    }

    let parts: [Part]
    /// W^T of one layer at a time, shared by all layers of the same shape.
    let transposed: PackedMatrix

    /// Packs W^T for `backward`; members share the work, then wait for each other.
    func prepare(_ member: TeamMember) {
        var row = 0
        for part in parts {
            transposed.packTransposed(part.weight, at: row, member)
            row += part.weight.rows
        }
    }

    /// Computes a band's rows of dx.
    func backward(_ dy: Derivative, into dx: Rows, _ band: Band) {
        Linear(weight: transposed, bias: nil).forward(dy.rounded, into: dx, band)
    }

    /// Adds dW and db over `rows` rows; members share the rows of weights.
    func add(
        _ dy: Derivative, _ x: Rows, rows: Int, _ member: TeamMember, scratch: UnsafeMutablePointer<UInt8>
    ) {
        var first = 0
        for part in parts {
            let columns = first..<first + part.weight.rows
            addWeight(part.weight, dy.rounded.columns(columns), x, rows, member, scratch)
            if let bias = part.bias { addBias(bias, dy.exact.columns(columns), rows, member) }
            first = columns.upperBound
        }
    }

    private func addWeight(
        _ weight: Parameter, _ dy: Rows, _ x: Rows, _ rows: Int, _ member: TeamMember,
        _ scratch: UnsafeMutablePointer<UInt8>
    ) {
        precondition(x.width == weight.columns, "Linear: rows of \(x.width) values, weights of \(weight.columns)")
        var call = attn_weight_gradient_call(
            format: dy.format, dy: dy.base, dy_stride: dy.stride, x: x.base, x_stride: x.stride, rows: rows,
            k: weight.columns, gradient: weight.gradient.pointer)
        let share = member.share(of: weight.rows, grain: 6)
        attn_weight_gradient(&call, share.lowerBound, share.upperBound, scratch)
    }

    private func addBias(_ bias: Parameter, _ dy: Rows, _ rows: Int, _ member: TeamMember) {
        let share = member.share(of: bias.count, grain: 16)
        attn_column_sums(
            dy.format, dy.base, dy.stride, rows, share.lowerBound, share.upperBound, bias.gradient.pointer)
    }
}

extension Linear {
    /// What `forward` computes for one row, as a plain loop: tests compare the kernels with it.
    static func reference(_ x: [Double], _ weight: [[Double]], _ bias: [Double]?) -> [Double] {
        weight.indices.map { n in
            var y = bias?[n] ?? 0
            for k in x.indices { y += x[k] * weight[n][k] }
            return y
        }
    }
}

extension LinearGradient {
    /// What `backward` and `add` compute, as a plain loop: tests compare the kernels with it. Shapes: dy [M, N], x [M,
    /// K], weight and dWeight [N, K], dBias [N].
    static func reference(
        _ dy: [[Double]], _ x: [[Double]], _ weight: [[Double]]
    ) -> (dx: [[Double]], dWeight: [[Double]], dBias: [Double]) {
        var dx = x.map { $0.map { _ in 0.0 } }, dWeight = weight.map { $0.map { _ in 0.0 } }
        var dBias = weight.map { _ in 0.0 }
        for m in dy.indices {
            for n in weight.indices {
                dBias[n] += dy[m][n]
                for k in weight[n].indices {
                    dx[m][k] += dy[m][n] * weight[n][k]
                    dWeight[n][k] += dy[m][n] * x[m][k]
                }
            }
        }
        return (dx, dWeight, dBias)
    }
}
