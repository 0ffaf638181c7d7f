import CKernels
import Compute
import ModelFiles
import TestSupport
import Testing

@testable import Policy

/// A random product x W^T in the kernel's layout, and the same in Double.
private struct Product {
    let format: attn_format
    let isQuantised: Bool
    let rows: Int
    let k: Int
    let outputs: Int
    let stride: Int
    var activation = PolicyConfiguration.Activation.silu
    private let x: [Float]
    private let weights: [[Float]]
    private let second: [[Float]]
    private let bias: [Float]?
    private let secondBias: [Float]?

    init(
        _ format: attn_format, isQuantised: Bool = false, rows: Int, k: Int, outputs: Int, biased: Bool, seed: UInt64
    ) {
        (self.format, self.isQuantised, self.rows, self.k, self.outputs) = (format, isQuantised, rows, k, outputs)
        stride = (k + 1) / 2 * 2
        let random = CounterRandom(seed: seed)
        var draws: UInt64 = 0
        func numbers(_ count: Int) -> [Float] {
            (0..<count).map { _ in
                draws += 1
                return Self.rounded(Float(random.normal(at: draws)), format)
            }
        }
        x = numbers(rows * k)
        func row() -> [Float] { isQuantised ? Self.dequantised(Self.blocks(numbers(k)), k) : numbers(k) }
        weights = (0..<outputs).map { _ in row() }
        second = (0..<outputs).map { _ in row() }
        bias = biased ? numbers(outputs) : nil
        secondBias = biased ? numbers(outputs) : nil
    }

    /// The Q8_0 blocks of a row, the last filled up with zeros: the same for the numbers that they hold.
    private static func blocks(_ row: [Float]) -> [UInt8] {
        let count = (row.count + 31) / 32
        var bytes = [UInt8](repeating: 0, count: 34 * count)
        attn_f32_to_q8_0(row + Array(repeating: 0, count: 32 * count - row.count), &bytes, count)
        return bytes
    }

    private static func dequantised(_ blocks: [UInt8], _ count: Int) -> [Float] {
        var row = [Float](repeating: 0, count: blocks.count / 34 * 32)
        attn_blocks_to_f32(ATTN_BLOCK_Q8_0.rawValue, blocks, &row, blocks.count / 34)
        return Array(row.prefix(count))
    }

    private static func rounded(_ x: Float, _ format: attn_format) -> Float {
        guard format == ATTN_BF16 else { return x }
        return Float(bitPattern: UInt32(half(x)) << 16)
    }

    private static func half(_ x: Float) -> UInt16 {
        UInt16((x.bitPattern + 0x7fff + (x.bitPattern >> 16 & 1)) >> 16)
    }

    /// Rows of numbers in the kernel's format, each padded to whole words.
    private func words(_ rows: [[Float]]) -> [UInt32] {
        guard format == ATTN_BF16 else { return rows.flatMap { $0.map(\.bitPattern) } }
        return rows.flatMap { row in
            Swift.stride(from: 0, to: row.count, by: 2).map { i in
                UInt32(Self.half(row[i])) | (i + 1 < row.count ? UInt32(Self.half(row[i + 1])) << 16 : 0)
            }
        }
    }

    /// Panels of the weights; of both matrices in turns when there are two.
    private func panels(_ matrices: [[[Float]]]) -> [UInt32] {
        let perRow = format == ATTN_F32 ? k : (k + 1) / 2, blocks = (k + 31) / 32
        var result: [UInt32] = []
        for first in Swift.stride(from: 0, to: outputs, by: 64) {
            for matrix in matrices {
                let rows = Array(matrix[first..<min(first + 64, outputs)])
                guard !isQuantised else {
                    var panel = [UInt32](repeating: 7, count: blocks * Int(ATTN_Q8_PANEL) / 4)
                    attn_pack_q8_panel(rows.flatMap(Self.blocks), 34 * blocks, rows.count, blocks, &panel)
                    result += panel
                    continue
                }
                let source = words(rows)
                var panel = [UInt32](repeating: 7, count: 64 * perRow)
                attn_pack_panel(source, perRow, rows.count, perRow, &panel)
                result += panel
            }
        }
        return result
    }

    /// The kernel's result, [rows][outputs], computed in the given pieces of rows.
    func kernel(_ epilogue: attn_epilogue, split: [Range<Int>]? = nil) -> [[Float]] {
        let matrices = epilogue == ATTN_SWIGLU ? [weights, second] : [weights]
        let panels = panels(matrices), panelCount = (outputs + 63) / 64 * matrices.count
        let input = words((0..<rows).map { Array(x[$0 * k..<($0 + 1) * k]) })
        // ATTN_ADD adds to ones; a column beside the outputs must stay as it is.
        let width = outputs + 2, isHalf = epilogue == ATTN_SWIGLU && format == ATTN_BF16
        var out = [Float](repeating: 1, count: rows * width), halves = [UInt16](repeating: 0x3f80, count: rows * width)
        input.withUnsafeBufferPointer { input in
            out.withUnsafeMutableBytes { floats in
                halves.withUnsafeMutableBytes { halves in
                    run(
                        epilogue, input: input.baseAddress!, panels: panels, panelCount: panelCount,
                        out: isHalf ? halves.baseAddress! : floats.baseAddress!, width: width,
                        split: split ?? [0..<rows])
                }
            }
        }
        let numbers = isHalf ? halves.map { Float(bitPattern: UInt32($0) << 16) } : out
        return (0..<rows).map { row in
            precondition(numbers[row * width + outputs..<(row + 1) * width].allSatisfy { $0 == 1 }, "wrote too much")
            return Array(numbers[row * width..<row * width + outputs])
        }
    }

    private func run(
        _ epilogue: attn_epilogue, input: UnsafeRawPointer, panels: [UInt32], panelCount: Int,
        out: UnsafeMutableRawPointer, width: Int, split: [Range<Int>]
    ) {
        func call(_ bias: UnsafePointer<Float>?, _ second: UnsafePointer<Float>?) {
            panels.withUnsafeBytes { panels in
                var call = attn_matmul_call(
                    format: format, x: input, x_stride: format == ATTN_F32 ? k : stride, panels: panels.baseAddress,
                    quantised: isQuantised, k: k, outputs: outputs, epilogue: epilogue, bias: bias, bias_up: second,
                    out: out,
                    out_stride: width,
                    addend: epilogue == ATTN_ADD ? UnsafePointer(out.assumingMemoryBound(to: Float.self)) : nil,
                    gate: activation.gate, kept: nil, added: nil, is_added: nil)
                for rows in split { attn_matmul(&call, 0, panelCount, rows.lowerBound, rows.upperBound) }
            }
        }
        guard let bias, let secondBias else { return call(nil, nil) }
        bias.withUnsafeBufferPointer { bias in
            secondBias.withUnsafeBufferPointer { call(bias.baseAddress, $0.baseAddress) }
        }
    }

    /// The same by the definition.
    func reference(_ epilogue: attn_epilogue) -> [[Double]] {
        func product(_ row: Int, _ weights: [[Float]], _ bias: [Float]?) -> [Double] {
            Linear.reference(
                x[row * k..<(row + 1) * k].map(Double.init), weights.map { $0.map(Double.init) },
                bias?.map(Double.init))
        }
        return (0..<rows).map { row in
            let result = product(row, weights, bias)
            switch epilogue {
            case ATTN_STORE: return result
            case ATTN_ADD: return result.map { 1 + $0 }
            default: return FeedForward.reference(gate: result, up: product(row, second, secondBias), activation)
            }
        }
    }
}

@Suite("Matrix product kernel")
struct MatmulKernelTests {
    /// Of activations, and whether weights are quantised.
    private static let formats = [(ATTN_F32, false), (ATTN_BF16, false), (ATTN_F32, true), (ATTN_BF16, true)]

    @Test(
        "Products equal the definition for any shape, with every epilogue",
        arguments: [(1, 1), (1, 64), (2, 3), (7, 65), (31, 130), (64, 63), (97, 200)], [true, false])
    func definition(_ shape: (k: Int, outputs: Int), _ biased: Bool) {
        for (format, isQuantised) in Self.formats {
            for rows in 1...13 {
                let product = Product(
                    format, isQuantised: isQuantised, rows: rows, k: shape.k, outputs: shape.outputs, biased: biased,
                    seed: UInt64(rows))
                for epilogue in [ATTN_STORE, ATTN_ADD, ATTN_SWIGLU] {
                    let got = product.kernel(epilogue), want = product.reference(epilogue)
                    // Sums of K products of units: K roundings of 6e-8 of the sum; a bfloat16 result keeps 8 bits.
                    let step = format == ATTN_BF16 && epilogue == ATTN_SWIGLU ? 1.0 / 128 : 1e-5
                    for (gotRow, wantRow) in pairs(got, want) {
                        #expect(pairs(gotRow, wantRow).allSatisfy { abs(Double($0) - $1) <= step * max(10, abs($1)) })
                    }
                }
            }
        }
    }

    @Test("A gate may be a GELU")
    func gelu() {
        for format in [ATTN_F32, ATTN_BF16] {
            var product = Product(format, rows: 5, k: 31, outputs: 130, biased: true, seed: 4)
            product.activation = .geluTanh
            // As above.
            let step = format == ATTN_BF16 ? 1.0 / 128 : 1e-5
            for (gotRow, wantRow) in pairs(product.kernel(ATTN_SWIGLU), product.reference(ATTN_SWIGLU)) {
                #expect(pairs(gotRow, wantRow).allSatisfy { abs(Double($0) - $1) <= step * max(10, abs($1)) })
            }
        }
    }

    @Test("A row's bits do not depend on the rows computed with it")
    func rows() {
        for (format, isQuantised) in Self.formats {
            let product = Product(
                format, isQuantised: isQuantised, rows: 13, k: 77, outputs: 100, biased: true, seed: 3)
            for epilogue in [ATTN_STORE, ATTN_ADD, ATTN_SWIGLU] {
                let whole = product.kernel(epilogue)
                #expect(product.kernel(epilogue, split: (0..<13).map { $0..<$0 + 1 }) == whole)
                #expect(product.kernel(epilogue, split: [5..<13, 0..<5]) == whole)
            }
        }
    }
}
