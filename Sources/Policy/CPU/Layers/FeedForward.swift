import CKernels
import Compute
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// What follows attention in a layer.
enum LayerFeedForward {
    case dense(FeedForward)
    case experts(MixtureOfExperts)

    /// Its products.
    var linears: [Linear] {
        switch self {
        case .dense(let feedForward): [feedForward.gateUp, feedForward.down]
        case .experts(let mixture): [mixture.router] + mixture.experts.flatMap { [$0.gateUp, $0.down] }
        }
    }
}

/// The gradient of what follows attention in a layer.
enum LayerFeedForwardGradient {
    case dense(FeedForwardGradient)
    case experts(MixtureGradient)
}

/// y = x + n'(W_down h),      h = g(W_gate n(x) + b_gate) * (W_up n(x) + b_up)
///
/// with g(z) = silu(z) = z / (1 + e^-z), or gelu(z) with the approximation of `ATTN_GELU_TANH`.
///
/// Shapes: x, y [M, C], h [M, F]; n and n' are RMS normalisation, or nothing. Source: arXiv:2002.05202.
struct FeedForward {
    let input: SublayerInput
    let end: SublayerOutput
    /// Gate and up projections, alternating panel by panel; the bias is the gate's. [2 F, C]
    let gateUp: Linear
    let upBias: AlignedBuffer<Float>?
    let activation: PolicyConfiguration.Activation
    /// [C, F]
    let down: Linear

    /// Takes a band's rows from the residual stream in the middle of a layer to the one after it.
    ///
    /// - Parameters:
    ///   - adaptation: What adapters add to a product.
    ///   - isComplete: Whether to compute y, in addition to what is kept for gradients.
    func forward(
        _ space: ForwardWorkspace.View, adaptation: (AdaptedProduct) -> Adaptation?, isComplete: Bool, _ band: Band
    ) {
        input.forward(space.middle, into: space.normalised, band)
        band.barrier()
        gateUp.forward(
            space.normalised, into: space.hidden,
            then: .swiGLU(
                activation.gate, upBias: upBias.map { UnsafePointer($0.pointer) }, keeping: space.keptGateUp),
            adaptation: adaptation(.gateUp), band)
        let products = space.feedForwardProducts
        guard isComplete else { return end.keep(down, space.hidden, in: products, adaptation: adaptation(.down), band) }
        band.barrier()
        end.forward(
            down, space.hidden, onto: space.middle, into: space.after, through: products, adaptation: adaptation(.down),
            band)
        band.barrier()
    }
}

/// The gradient of a feed-forward, from dy:
///
///     dz = dy through n',      dh = dz W_down,      dgate = dh up g'(gate),      dup = dh g(gate)
///     dn = dgate W_gate + dup W_up,      dx = dy + dn through n
///
/// and dW of each product (`LinearGradient`).
struct FeedForwardGradient {
    let activation: PolicyConfiguration.Activation
    let input: SublayerInputGradient
    let end: SublayerOutputGradient
    /// Gate and up, side by side in dy.
    let gateUp: LinearGradient
    let down: LinearGradient

    /// Goes from dy in `d.dResidual` to dx in the same place, over all rows.
    ///
    /// - Parameters:
    ///   - space: Its normalised rows and h are recomputed.
    ///   - d: Derivatives.
    func backward(
        _ kept: ActivationTape.Layer, _ space: ForwardWorkspace.View, _ d: GradientWorkspace, rows: Int,
        _ member: TeamMember
    ) {
        down.prepare(member)
        gateUp.prepare(member)
        let dOut = end.backward(
            d.dResidual, kept.feedForwardProducts, into: d.dProducts, rows: rows, member)
        member.barrier()
        for band in Bands(of: rows, member) {
            // dHidden has room only for the bands at work.
            let dHidden = d.dHidden.from(band.place - band.rows.lowerBound)
            dOut.round(band.share)
            band.barrier()
            down.backward(dOut, into: dHidden, band)
            band.barrier()
            activate(dHidden, kept.gateUp, dGateUp: d.dGateUp.exact, hidden: space.hidden, band)
            input.input.forward(kept.middle, into: space.normalised, band)
            band.barrier()
            gateUp.backward(d.dGateUp, into: d.dNormalised, band)
        }
        member.barrier()
        down.add(dOut, space.hidden, rows: rows, member, scratch: d.weightScratch(member))
        gateUp.add(d.dGateUp, space.normalised, rows: rows, member, scratch: d.weightScratch(member))
        member.barrier()
        input.run(d.dNormalised, kept.middle, addingTo: d.dResidual.exact, rows: rows, member)
    }

    /// Computes dgate and dup from dh, and recomputes h.
    private func activate(_ dHidden: Rows, _ gateUp: Rows, dGateUp: Rows, hidden: Rows, _ band: Band) {
        let f = hidden.width
        let up = gateUp.columns(f..<2 * f), dUp = dGateUp.columns(f..<2 * f)
        for row in band.share {
            activation.gradient(
                dHidden.floats(row), gateUp.start(row), up.start(row), f, hidden.format, dGateUp.start(row),
                dUp.start(row), hidden.start(row))
        }
    }
}

extension PolicyConfiguration.Activation {
    /// As kernels call it.
    var gate: attn_gate {
        switch self {
        case .silu: ATTN_SILU
        case .geluTanh: ATTN_GELU_TANH
        }
    }

    /// The kernel that computes dgate and dup from dh, and h again: dh, gate, up, F, the format, dgate, dup, h.
    var gradient:
        (
            UnsafePointer<Float>, UnsafeRawPointer, UnsafeRawPointer, Int, attn_format, UnsafeMutableRawPointer,
            UnsafeMutableRawPointer, UnsafeMutableRawPointer
        ) -> Void
    {
        switch self {
        case .silu: { attn_swiglu_gradient($0, $1, $2, $3, $4, $5, $6, $7) }
        case .geluTanh: { attn_geglu_gradient($0, $1, $2, $3, $4, $5, $6, $7) }
        }
    }
}

extension FeedForward {
    /// h from one row's gate and up, as a plain loop: tests compare the kernels with it.
    static func reference(
        gate: [Double], up: [Double], _ activation: PolicyConfiguration.Activation = .silu
    ) -> [Double] {
        gate.indices.map { index in
            let z = gate[index]
            return switch activation {
            case .silu: z / (1 + exp(-z)) * up[index]
            case .geluTanh: z / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z))) * up[index]
            }
        }
    }
}
