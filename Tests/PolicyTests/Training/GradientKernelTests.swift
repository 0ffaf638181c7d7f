import Basics
import CKernels
import Foundation
import ModelFiles
import TestSupport
import Testing

@testable import Policy

/// Each kernel against central differences of its forward function's definition in Double.
@Suite("Gradient kernels")
struct GradientKernelTests {
    /// Central differences in Double at a step of 1e-5 are exact to about 1e-9; what is left is the kernel's float32
    /// arithmetic, some ten roundings of 6e-8 and the kernels' exponential, on numbers of about 1.
    static let tolerance = 1e-5

    private func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in Float(random.next(below: 4001)) / 1000 - 2 }
    }

    /// d f / d x[i] for every i.
    private func differences(_ x: [Float], _ f: ([Double]) -> Double) -> [Double] {
        let x = x.map(Double.init), step = 1e-5
        return x.indices.map { i in
            var (above, below) = (x, x)
            above[i] += step
            below[i] -= step
            return (f(above) - f(below)) / (2 * step)
        }
    }

    private func expectEqual(_ a: some Collection<Float>, _ b: [Double], scale: Double = 1) {
        #expect(a.count == b.count)
        for (a, b) in pairs(a, b) { #expect(abs(Double(a) - b) < Self.tolerance * max(scale, abs(b))) }
    }

    private func weighted(_ y: [Double], _ dy: [Float]) -> Double { zip(y, dy).reduce(0) { $0 + $1.0 * Double($1.1) } }

    private func normalised(_ x: [Double], _ w: [Double]) -> [Double] { RMSNorm.reference(x, w, epsilon: 1e-6) }

    @Test("RMS normalisation", arguments: [1, 7, 16, 40])
    func norm(_ n: Int) {
        let (x, w, dy) = (numbers(n, seed: 1), numbers(n, seed: 2), numbers(n, seed: 3))
        var dx = [Float](repeating: 1, count: n)  // it adds
        var dw = [Float](repeating: 2, count: n)
        attn_rms_norm_gradient(dy, x, w, n, 1e-6, &dx, &dw)
        let wide = w.map(Double.init)
        expectEqual(dx.map { $0 - 1 }, differences(x) { weighted(normalised($0, wide), dy) })
        let fixed = x.map(Double.init)
        expectEqual(dw.map { $0 - 2 }, differences(w) { weighted(normalised(fixed, $0), dy) })
        var (head, gain) = (dy, [Float](repeating: 0, count: n))
        attn_rms_norm_head_gradient(&head, x, w, n, 1e-6, &gain)
        expectEqual(head, differences(x) { weighted(normalised($0, wide), dy) })
        expectEqual(gain, dw.map { Double($0) - 2 })
    }

    @Test("Rotary embedding")
    func rotation() {
        let d = 12, (x, dy) = (numbers(d, seed: 4), numbers(d, seed: 5))
        let cosines: [Float] = (0..<d / 2).map { 1 / Float($0 + 1) }, sines: [Float] = (0..<d / 2).map { Float($0) / 7 }
        var dx = dy
        attn_rotate_head_gradient(&dx, cosines, sines, d, 0.5)
        let (c, s) = (cosines.map(Double.init), sines.map(Double.init))
        expectEqual(dx, differences(x) { weighted(Rotation.reference($0, cosines: c, sines: s, scale: 0.5), dy) })
    }

    @Test("Gated activations", arguments: [1, 16, 37], [PolicyConfiguration.Activation.silu, .geluTanh])
    func gated(_ n: Int, _ activation: PolicyConfiguration.Activation) {
        let (gate, up, dy) = (numbers(n, seed: 6), numbers(n, seed: 7), numbers(n, seed: 8))
        func hidden(_ gate: [Double], _ up: [Double]) -> [Double] {
            FeedForward.reference(gate: gate, up: up, activation)
        }
        var (dgate, dup, again) = (dy, dy, dy)
        activation.gradient(dy, gate, up, n, ATTN_F32, &dgate, &dup, &again)
        let (g, u) = (gate.map(Double.init), up.map(Double.init))
        expectEqual(dgate, differences(gate) { weighted(hidden($0, u), dy) })
        expectEqual(dup, differences(up) { weighted(hidden(g, $0), dy) })
        expectEqual(again, hidden(g, u))
    }

    @Test("Log-probabilities and entropy", arguments: [2, 16, 45])
    func logits(_ n: Int) {
        let x = numbers(n, seed: 9)
        func logSum(_ x: [Double]) -> Double { log(x.reduce(0) { $0 + exp($1) }) }
        func entropy(_ x: [Double]) -> Double {
            let sum = logSum(x)
            return x.reduce(0) { $0 - exp($1 - sum) * ($1 - sum) }
        }
        let wide = x.map(Double.init)
        var dx = x
        attn_logit_gradient(&dx, n, Float(logSum(wide)), 1.5, -0.7, Float(entropy(wide)))
        dx[1] += 1.5
        expectEqual(dx, differences(x) { 1.5 * ($0[1] - logSum($0)) - 0.7 * entropy($0) })
    }

    @Test("Attention, over blocks, for several heads on one key", arguments: [(5, 5), (70, 3), (130, 90)], [0, 3, 50])
    func attention(_ shape: (length: Int, rows: Int), _ window: Int) {
        let (length, rows) = shape
        let d = 8, group = 2, first = length - rows
        let (q, dout) = (numbers(rows * group * d, seed: 10), numbers(rows * group * d, seed: 11))
        let (keys, values) = (numbers(length * d, seed: 12), numbers(length * d, seed: 13))
        let (dq, dk, dv) = kernel(q, dout, keys, values, d: d, group: group, first: first, rows: rows, window: window)
        let reference = gradients(q, dout, keys, values, d: d, group: group, first: first, rows: rows, window: window)
        // Sums over all queries.
        expectEqual(dq, reference.dq, scale: 10)
        expectEqual(dk, reference.dk, scale: 10)
        expectEqual(dv, reference.dv, scale: 10)
    }

    private func kernel(
        _ q: [Float], _ dout: [Float], _ keys: [Float], _ values: [Float], d: Int, group: Int, first: Int, rows: Int,
        window: Int
    ) -> (dq: [Float], dk: [Float], dv: [Float]) {
        let length = first + rows, blocks = (length + 63) / 64, wide = (d + 15) / 16 * 16
        let stride = attn_gradient_block_floats(d), gradientStride = attn_block_gradient_floats(d)
        // Blocks in an order of their own.
        let order = (0..<blocks).map { Int32(blocks - 1 - $0) }
        var memory = [Float](repeating: 0, count: blocks * stride)
        for token in 0..<length {
            memory.withUnsafeMutableBufferPointer { memory in
                attn_store_for_gradient(
                    memory.baseAddress! + Int(order[token / 64]) * stride, token % 64, d,
                    Array(keys[token * d..<(token + 1) * d]), Array(values[token * d..<(token + 1) * d]))
            }
        }
        var gradients = [Float](repeating: 0, count: blocks * gradientStride)
        var dq = [Float](repeating: 0, count: q.count)
        var scratch = [UInt8](repeating: 0xff, count: attn_attention_gradient_scratch(length, d, group))
        gradients.withUnsafeMutableBufferPointer { gradients in
            dq.withUnsafeMutableBufferPointer { dq in
                memory.withUnsafeBufferPointer { memory in
                    order.withUnsafeBufferPointer { order in
                        q.withUnsafeBufferPointer { q in
                            dout.withUnsafeBufferPointer { dout in
                                var call = attn_attention_gradient_call(
                                    q: q.baseAddress, q_stride: group * d, dout: dout.baseAddress,
                                    dout_stride: group * d, dq: dq.baseAddress, dq_stride: group * d, d: d, rows: rows,
                                    first: first, window: window, blocks: order.baseAddress, memory: memory.baseAddress,
                                    gradients: gradients.baseAddress, memory_stride: stride,
                                    gradient_stride: gradientStride)
                                attn_attention_gradient(&call, 0, group, &scratch)
                            }
                        }
                    }
                }
            }
        }
        func gathered(_ offset: Int) -> [Float] {
            (0..<length).flatMap { token -> ArraySlice<Float> in
                let start = Int(order[token / 64]) * gradientStride + (offset * 64 + token % 64) * wide
                return gradients[start..<start + d]
            }
        }
        return (dq, gathered(0), gathered(1))
    }

    /// The closed form over full matrices, in Double.
    private func gradients(
        _ q: [Float], _ dout: [Float], _ keys: [Float], _ values: [Float], d: Int, group: Int, first: Int, rows: Int,
        window: Int
    ) -> (dq: [Double], dk: [Double], dv: [Double]) {
        func dot(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int) -> Double {
            (0..<d).reduce(0) { $0 + Double(a[i * d + $1]) * Double(b[j * d + $1]) }
        }
        var (dq, dk, dv) = (q.map { _ in 0.0 }, keys.map { _ in 0.0 }, values.map { _ in 0.0 })
        for row in 0..<rows * group {
            let end = first + row / group + 1, seen = (window == 0 ? 0 : max(0, end - window))..<end
            let scores = seen.map { exp(dot(q, row, keys, $0)) }, sum = scores.reduce(0, +)
            let p = scores.map { $0 / sum }, dp = seen.map { dot(dout, row, values, $0) }
            let mean = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
            for (j, p, dp) in zip(seen, zip(p, dp)).map({ ($0, $1.0, $1.1) }) {
                let ds = p * (dp - mean)
                for i in 0..<d {
                    dq[row * d + i] += ds * Double(keys[j * d + i])
                    dk[j * d + i] += ds * Double(q[row * d + i])
                    dv[j * d + i] += p * Double(dout[row * d + i])
                }
            }
        }
        return (dq, dk, dv)
    }

    @Test("Weight gradients, in both formats", arguments: [(1, 1, 1), (5, 7, 3), (300, 70, 65), (257, 200, 130)])
    func weights(_ rows: Int, _ outputs: Int, _ k: Int) {
        for format in [ATTN_F32, ATTN_BF16] {
            let (dy, dyRounded) = matrix(rows, outputs, format, seed: 14)
            let (x, xRounded) = matrix(rows, k, format, seed: 15)
            var gradient = [Float](repeating: 1, count: outputs * k)  // it adds
            var scratch = [UInt8](repeating: 0, count: attn_weight_gradient_scratch())
            let strides = format == ATTN_F32 ? (outputs, k) : ((outputs + 1) / 2 * 2, (k + 1) / 2 * 2)
            gradient.withUnsafeMutableBufferPointer { gradient in
                dy.withUnsafeBytes { dy in
                    x.withUnsafeBytes { x in
                        var call = attn_weight_gradient_call(
                            format: format, dy: dy.baseAddress, dy_stride: strides.0, x: x.baseAddress,
                            x_stride: strides.1, rows: rows, k: k, gradient: gradient.baseAddress)
                        attn_weight_gradient(&call, 0, outputs / 2, &scratch)
                        attn_weight_gradient(&call, outputs / 2, outputs, &scratch)
                    }
                }
            }
            let expected = (0..<outputs * k).map { i in
                1 + (0..<rows).reduce(0) { $0 + dyRounded[$1 * outputs + i / k] * xRounded[$1 * k + i % k] }
            }
            // Sums of `rows` products of about 1.
            expectEqual(gradient, expected, scale: Double(rows))
        }
    }

    @Test(
        "A product with packed transposes is a product with the matrix",
        arguments: [(3, 1, 1), (7, 65, 3), (9, 70, 66)])
    func transposes(_ rows: Int, _ inner: Int, _ k: Int) {
        for format in [ATTN_F32, ATTN_BF16] {
            let (dy, dyRounded) = matrix(rows, inner, format, seed: 16)
            let w = numbers(inner * k, seed: 17), rounded = matrix(inner, k, format, seed: 17).1
            let words = format == ATTN_F32 ? inner : (inner + 1) / 2, panels = (k + 63) / 64
            var packed = [UInt32](repeating: 0xffff_ffff, count: panels * words * 64)
            let cut = inner / 3
            // In two parts, as several matrices are.
            attn_pack_transposed(format, w, cut, k, 0, inner, &packed, 0, panels)
            attn_pack_transposed(format, Array(w[(cut * k)...]), inner - cut, k, cut, inner, &packed, 0, panels)
            var out = [Float](repeating: 0, count: rows * k)
            out.withUnsafeMutableBufferPointer { out in
                packed.withUnsafeBytes { packed in
                    dy.withUnsafeBytes { dy in
                        var call = attn_matmul_call(
                            format: format, x: dy.baseAddress,
                            x_stride: format == ATTN_F32 ? inner : (inner + 1) / 2 * 2, panels: packed.baseAddress,
                            quantised: false, k: inner, outputs: k, epilogue: ATTN_STORE, bias: nil, bias_up: nil,
                            out: out.baseAddress, out_stride: k, addend: nil, gate: ATTN_SILU, kept: nil, added: nil,
                            is_added: nil)
                        attn_matmul(&call, 0, panels, 0, rows)
                    }
                }
            }
            let expected = (0..<rows * k).map { i in
                (0..<inner).reduce(0) { $0 + dyRounded[i / k * inner + $1] * rounded[$1 * k + i % k] }
            }
            expectEqual(out, expected, scale: Double(inner))
        }
    }

    /// A matrix in a format, rows an even number of bfloat16 apart, and its values as they are after rounding.
    private func matrix(_ rows: Int, _ columns: Int, _ format: attn_format, seed: UInt64) -> ([UInt8], [Double]) {
        let values = numbers(rows * columns, seed: seed)
        if format == ATTN_F32 { return (values.withUnsafeBytes { Array($0) }, values.map(Double.init)) }
        let stride = (columns + 1) / 2 * 2
        var halves = [UInt16](repeating: 0, count: rows * stride), exact: [Double] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let bits = values[row * columns + column].bitPattern
                let half = UInt16((bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
                halves[row * stride + column] = half
                exact.append(Double(Float(bitPattern: UInt32(half) << 16)))
            }
        }
        return (halves.withUnsafeBytes { Array($0) }, exact)
    }

    @Test("Sums of columns and squares, and additions", arguments: [1, 15, 16, 5000])
    func sums(_ n: Int) {
        let x = numbers(3 * n, seed: 18)
        var columns = [Float](repeating: 2, count: n)
        attn_column_sums(ATTN_F32, x, n, 3, 0, n, &columns)
        expectEqual(columns, (0..<n).map { 2 + Double(x[$0]) + Double(x[n + $0]) + Double(x[2 * n + $0]) })
        let squares = x.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(attn_sum_of_squares(x, 3 * n) - squares) < 1e-6 * squares)
        var target = Array(x[..<n])
        attn_add(&target, Array(x[n..<2 * n]), n)
        #expect(target == (0..<n).map { x[$0] + x[n + $0] })
    }
}
