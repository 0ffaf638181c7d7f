import CKernels
import Compute
import ModelFiles

// Attention and the feed-forward read the residual stream and add to it:
//
//     x += n_after(W f(n_before(x)))
//
// where a family has either norm, or both, or one of them.

/// n_before: what the first products of a sublayer read.
struct SublayerInput {
    /// nil if they read the residual stream as it is.
    let norm: RMSNorm?

    /// - Parameter y: Rows in the format of products.
    func forward(_ x: Rows, into y: Rows, _ band: Band) {
        if let norm { return norm.forward(x, into: y, band) }
        for row in band.share {
            switch y.format {
            case ATTN_BF16: attn_f32_to_bf16(x.start(row), y.start(row), x.width)
            default: attn_f32_to_f32(x.start(row), y.floats(row), x.width)
            }
        }
    }
}

/// The gradient of a `SublayerInput`.
struct SublayerInputGradient {
    let input: SublayerInput
    /// nil if there is no norm.
    let norm: RMSNormGradient?

    /// Adds to dx over all rows, and to the derivative of the norm's gain.
    func run(_ dy: Rows, _ x: Rows, addingTo dx: Rows, rows: Int, _ member: TeamMember) {
        if let norm { return norm.run(dy, x, addingTo: dx, rows: rows, member) }
        for band in Bands(of: rows, member) {
            for row in band.share { attn_add(dx.floats(row), dy.floats(row), dy.width) }
        }
    }
}

/// n_after: how the last product of a sublayer is added to the residual stream.
struct SublayerOutput {
    /// nil if products are added as they are.
    let norm: RMSNorm?

    /// Computes `after` = `before` + n_after(x W^T) for a band's rows.
    ///
    /// - Parameters:
    ///   - products: Where the products are kept, if they are normalised. [M, C]
    ///   - adaptation: What adapters add to the product.
    func forward(
        _ linear: Linear, _ x: Rows, onto before: Rows, into after: Rows, through products: Rows?,
        adaptation: Adaptation?, _ band: Band
    ) {
        guard let norm, let products else {
            return linear.forward(x, into: after, then: .add(before), adaptation: adaptation, band)
        }
        linear.forward(x, into: products, adaptation: adaptation, band)
        band.barrier()
        norm.add(products, to: before, into: after, band)
    }

    /// Computes no more than what gradients need again.
    func keep(_ linear: Linear, _ x: Rows, in products: Rows?, adaptation: Adaptation?, _ band: Band) {
        guard let products, norm != nil else { return }
        band.barrier()
        linear.forward(x, into: products, adaptation: adaptation, band)
        band.barrier()
    }
}

/// The gradient of a `SublayerOutput`.
struct SublayerOutputGradient {
    /// nil if there is no norm.
    let norm: RMSNormGradient?

    /// The derivative of the products, from that of the residual stream after them. Members wait for each other.
    ///
    /// - Parameters:
    ///   - products: Those of the forward half.
    ///   - dProducts: Where they go, if they are not the same.
    func backward(
        _ dAfter: Derivative, _ products: Rows?, into dProducts: Derivative?, rows: Int, _ member: TeamMember
    ) -> Derivative {
        guard let norm, let products, let dProducts else { return dAfter }
        member.barrier()
        for band in Bands(of: rows, member) {
            for group in band.groups {
                for row in group.rows { dProducts.exact.floats(row).update(repeating: 0, count: products.width) }
            }
            norm.backward(dAfter.exact, products, addingTo: dProducts.exact, band) { $0 }
        }
        member.barrier()
        norm.add(rows: rows, member)
        return dProducts
    }
}
