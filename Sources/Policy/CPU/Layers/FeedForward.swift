import CKernels
import Compute
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// y = x + W_down h,      h = silu(W_gate n(x) + b_gate) * (W_up n(x) + b_up),      silu(z) = z / (1 + e^-z)
///
/// Shapes: x, y [M, C], h [M, F]; n is RMS normalisation. Source: arXiv:2002.05202.
struct FeedForward {
    let norm: RMSNorm
    /// Gate and up projections, alternating panel by panel; the bias is the gate's. [2 F, C]
    let gateUp: Linear
    let upBias: AlignedBuffer<Float>?
    let activation: LayerPlan.Activation
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
        norm.forward(space.middle, into: space.normalised, band)
        band.barrier()
        gateUp.forward(
            space.normalised, into: space.hidden, then: gating(keeping: space.keptGateUp),
            adaptation: adaptation(.gateUp), band)
        guard isComplete else { return }
        band.barrier()
        down.forward(
            space.hidden, into: space.after, then: .add(space.middle), adaptation: adaptation(.down), band)
        band.barrier()
    }

    private func gating(keeping kept: Rows?) -> Linear.Epilogue {
        switch activation {
        case .silu: .swiGLU(upBias: upBias.map { UnsafePointer($0.pointer) }, keeping: kept)
        }
    }
}

/// The gradient of a feed-forward, from dy:
///
///     dh = dy W_down,      dgate = dh up silu'(gate),      dup = dh silu(gate),      dn = dgate W_gate + dup W_up
///     dx = dy + dn through n
///
/// and dW of each product (`LinearGradient`).
struct FeedForwardGradient {
    let activation: LayerPlan.Activation
    let norm: RMSNormGradient
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
        member.barrier()
        for band in Bands(of: rows, member) {
            // dHidden has room only for the bands at work.
            let dHidden = d.dHidden.from(band.place - band.rows.lowerBound)
            d.dResidual.round(band.share)
            band.barrier()
            down.backward(d.dResidual, into: dHidden, band)
            band.barrier()
            activate(dHidden, kept.gateUp, dGateUp: d.dGateUp.exact, hidden: space.hidden, band)
            norm.norm.forward(kept.middle, into: space.normalised, band)
            band.barrier()
            gateUp.backward(d.dGateUp, into: d.dNormalised, band)
        }
        member.barrier()
        down.add(d.dResidual, space.hidden, rows: rows, member, scratch: d.weightScratch(member))
        gateUp.add(d.dGateUp, space.normalised, rows: rows, member, scratch: d.weightScratch(member))
        member.barrier()
        norm.run(d.dNormalised, kept.middle, addingTo: d.dResidual.exact, rows: rows, member)
    }

    /// Computes dgate and dup from dh, and recomputes h.
    private func activate(_ dHidden: Rows, _ gateUp: Rows, dGateUp: Rows, hidden: Rows, _ band: Band) {
        let f = hidden.width
        let up = gateUp.columns(f..<2 * f), dUp = dGateUp.columns(f..<2 * f)
        for row in band.share {
            switch activation {
            case .silu:
                attn_swiglu_gradient(
                    dHidden.floats(row), gateUp.start(row), up.start(row), f, hidden.format, dGateUp.start(row),
                    dUp.start(row), hidden.start(row))
            }
        }
    }
}

extension FeedForward {
    /// h from one row's gate and up, as a plain loop: tests compare the kernels with it.
    static func reference(gate: [Double], up: [Double]) -> [Double] {
        gate.indices.map { gate[$0] / (1 + exp(-gate[$0])) * up[$0] }
    }
}
