import CKernels
import Compute
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// Rotates the first R numbers of one head in pairs by the angles of one position, in place, and multiplies all by
/// `scale`:
///
///     y[i]       = scale (x[i] cos[i] - x[i + R/2] sin[i]),
///     y[i + R/2] = scale (x[i + R/2] cos[i] + x[i] sin[i]),      i < R/2
///     y[j]       = scale x[j],                                   R <= j < D
///
/// x [D], cos and sin [R/2]; the latter include the table's attention factor. R is D for most families.
struct Rotation {
    fileprivate let cosines: UnsafePointer<Float>
    fileprivate let sines: UnsafePointer<Float>
    /// R.
    fileprivate let size: Int

    func forward(_ x: UnsafeMutablePointer<Float>, headSize: Int, scale: Float = 1) {
        attn_rotate_head(x, cosines, sines, size, scale)
        if size < headSize { attn_scale(x + size, headSize - size, scale) }
    }

    /// Goes from dy to dx: the inverse rotation, times the same scale.
    func backward(_ dx: UnsafeMutablePointer<Float>, headSize: Int, scale: Float = 1) {
        attn_rotate_head_gradient(dx, cosines, sines, size, scale)
        if size < headSize { attn_scale(dx + size, headSize - size, scale) }
    }

    /// What `forward` computes, as a plain loop: tests compare the kernels with it.
    static func reference(_ x: [Double], cosines: [Double], sines: [Double], scale: Double = 1) -> [Double] {
        let half = x.count / 2
        var y = x
        for i in 0..<half {
            y[i] = scale * (x[i] * cosines[i] - x[i + half] * sines[i])
            y[i + half] = scale * (x[i + half] * cosines[i] + x[i] * sines[i])
        }
        return y
    }
}

/// Cosines and sines of rotary position embedding for every position of the longest sequence.
///
///     angle[p, i] = p * frequency[i],   i < R/2
///
/// Source: RoFormer (arXiv:2104.09864). Frequencies come from the layer plan. Computed in Double, stored as Float.
/// Positions are filled in when first needed: a table of 131,072 positions costs nothing until they are used.
final class RotaryTable: @unchecked Sendable {  // filled by the thread that starts a forward pass, before it starts
    /// Frequencies in radians per token. Shape [R/2].
    let frequencies: [Double]
    /// The factor applied to cosines and sines.
    let attentionFactor: Double
    private let half: Int
    private let cosines: AlignedBuffer<Float>
    private let sines: AlignedBuffer<Float>
    private var filled = 0

    /// - Parameter longest: The number of positions it has at most.
    init(_ rotary: LayerPlan.Rotary, longest: Int) throws(MemoryError) {
        half = rotary.size / 2
        (frequencies, attentionFactor) = rotary.frequencies()
        cosines = try AlignedBuffer(count: longest * half)
        sines = try AlignedBuffer(count: longest * half)
    }

    /// The table of each layer; layers that rotate heads alike share one.
    static func tables(_ configuration: PolicyConfiguration, longest: Int) throws(MemoryError) -> [RotaryTable] {
        var made: [LayerPlan.Rotary: RotaryTable] = [:], tables: [RotaryTable] = []
        for plan in configuration.layerPlans {
            if let table = made[plan.rotary] {
                tables.append(table)
                continue
            }
            let table = try RotaryTable(plan.rotary, longest: longest)
            made[plan.rotary] = table
            tables.append(table)
        }
        return tables
    }

    /// Makes sure that positions 0..<count can be read.
    func fill(to count: Int) {
        guard count > filled else { return }
        for position in filled..<count {
            for i in 0..<half {
                let angle = Double(position) * frequencies[i]
                cosines.pointer[position * half + i] = Float(cos(angle) * attentionFactor)
                sines.pointer[position * half + i] = Float(sin(angle) * attentionFactor)
            }
        }
        filled = count
    }

    /// The rotation of heads at one position.
    func rotation(at position: Int) -> Rotation {
        Rotation(
            cosines: UnsafePointer(cosines.pointer + position * half),
            sines: UnsafePointer(sines.pointer + position * half), size: 2 * half)
    }
}
