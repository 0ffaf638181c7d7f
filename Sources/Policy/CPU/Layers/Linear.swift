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
    ///
    /// - Parameter adaptation: What adapters add to the product.
    func forward(
        _ x: Rows, into y: Rows, then epilogue: Epilogue = .store, adaptation: Adaptation? = nil, _ band: Band
    ) {
        if let adaptation {
            adaptation.reduce(x, band)
            band.barrier()
        }
        precondition(x.width == weight.inputs, "Linear: rows of \(x.width) values, weights of \(weight.inputs)")
        var call = attn_matmul_call()
        (call.format, call.x, call.x_stride) = (x.format, UnsafeRawPointer(x.base), x.stride)
        (call.panels, call.quantised) = (weight.panels, weight.format == .q8_0)
        (call.k, call.bias) = (weight.inputs, UnsafePointer(bias?.pointer))
        (call.out, call.out_stride, call.outputs) = (y.base, y.stride, y.width)
        epilogue.complete(&call)
        if call.epilogue == ATTN_SWIGLU {
            let gating = adaptation?.gating(in: band)
            (call.added, call.is_added) = (gating.map { UnsafePointer($0.floats(0)) }, adaptation?.isGated)
            compute(&call, panelsAtOnce: 2, band) { panel, rows, product in
                if let gating { adaptation?.writeGating(to: gating, panel: panel / 2, rows) }
                product()
            }
        } else {
            compute(&call, panelsAtOnce: 1, band) { panel, rows, product in
                product()
                adaptation?.add(to: y, panel: panel, rows)
            }
        }
    }

    /// Rows of one unit of work when members share a product: enough to reuse a panel from the cache, few enough to
    /// divide evenly.
    private static let rowBlock = 96

    /// - Parameter unit: Called for each unit of work, to call for the product.
    @inline(__always)
    private func compute(
        _ call: inout attn_matmul_call, panelsAtOnce: Int, _ band: Band,
        unit body: (_ panel: Int, _ rows: Range<Int>, _ product: () -> Void) -> Void
    ) {
        let blocks = (band.rows.count + Self.rowBlock - 1) / Self.rowBlock
        let share = band.member.share(of: weight.panelCount / panelsAtOnce * blocks)
        var unit = share.lowerBound
        while unit < share.upperBound {
            band.member.giveWay()
            // The units of one panel are adjacent: take all of ours at once.
            let panel = unit / blocks * panelsAtOnce
            let end = min(share.upperBound, (unit / blocks + 1) * blocks)
            let first = band.rows.lowerBound + unit % blocks * Self.rowBlock
            let rows = first..<min(band.rows.upperBound, first + (end - unit) * Self.rowBlock)
            body(panel, rows) {
                attn_matmul(&call, panel, panel + panelsAtOnce, rows.lowerBound, rows.upperBound)
            }
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
/// W may be several stacked matrices; dy has their columns side by side. Sums go over rows in order. If the matrices are
/// not trained themselves, there is only dx, and what an adapter adds to it (`AdapterGradient`).
struct LinearGradient {
    struct Part {
        let weight: Parameter
        let bias: Parameter?
    }

    /// What is trained; empty if W is not.
    let parts: [Part]
    /// W, if it is not trained.
    let frozen: FrozenMatrix?
    let adapter: AdapterGradient?
    /// W^T of one layer at a time, shared by all layers of the same shape.
    let transposed: PackedMatrix

    init(
        parts: [Part], frozen: FrozenMatrix? = nil, adapter: AdapterGradient? = nil, transposed: PackedMatrix
    ) {
        (self.parts, self.frozen, self.adapter, self.transposed) = (parts, frozen, adapter, transposed)
    }

    /// Packs W^T for `backward`; members share the work, then wait for each other.
    func prepare(_ member: TeamMember) {
        frozen?.packTransposed(into: transposed, member)
        var row = 0
        for part in parts {
            transposed.packTransposed(part.weight, at: row, member)
            row += part.weight.rows
        }
    }

    /// Computes a band's rows of dx.
    func backward(_ dy: Derivative, into dx: Rows, _ band: Band) {
        Linear(weight: transposed, bias: nil).forward(dy.rounded, into: dx, band)
        guard let adapter else { return }
        band.barrier()
        adapter.backward(dy.rounded, into: dx, band)
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
        adapter?.add(dy.rounded, x, rows: rows, member, scratch: scratch)
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
