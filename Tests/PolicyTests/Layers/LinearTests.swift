import Basics
import CKernels
import Compute
import TestSupport
import Testing

@testable import ModelFiles
@testable import Policy

/// A product with trained matrices one below the other, on rows of random numbers.
private struct Product {
    let parts: [LinearGradient.Part]
    let gradient: LinearGradient
    let linear: Linear
    let x: Rows
    let dy: Derivative
    let out: Rows
    let rows: Int
    private let memory = RowMemory()

    /// - Parameter blocks: What to keep weights in; nil keeps numbers.
    init(
        _ precision: Precision, _ blocks: WeightBlocks? = nil, rows: Int, inputs: Int, outputs: [Int], isBiased: Bool
    ) throws {
        self.rows = rows
        var random = SplitMix(state: 5)
        func fill(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
            for i in 0..<count { values[i] = Float(random.next(below: 33)) / 16 - 1 }  // exact in bfloat16
        }
        func parameter(_ shape: [Int]) throws -> Parameter {
            let parameter = try Parameter(TensorSpecification(weight: .embedding, shape: shape))
            fill(parameter.values.pointer, parameter.count)
            return parameter
        }
        /// Numbers that blocks hold exactly: multiples of 1/128, with a scale of that.
        func weight(_ rows: Int) throws -> Parameter {
            let parameter = try parameter([rows, inputs])
            guard blocks != nil else { return parameter }
            for i in 0..<parameter.count {
                let isFirst = i % inputs % 32 == 0
                parameter.values.pointer[i] = isFirst ? 127 / 128 : Float(random.next(below: 255)) / 128 - 127 / 128
            }
            return parameter
        }
        parts = try outputs.map {
            LinearGradient.Part(weight: try weight($0), bias: isBiased ? try parameter([$0]) : nil)
        }
        let all = outputs.reduce(0, +)
        x = try memory.rows(rows, width: inputs, precision)
        dy = try memory.derivative(rows, width: all, precision)
        out = try memory.rows(rows, width: max(all, inputs))
        let exact = try memory.rows(rows, width: inputs)
        for row in 0..<rows {
            fill(exact.floats(row), inputs)
            fill(dy.exact.floats(row), all)
        }
        Derivative(exact, rounded: x).round(0..<rows)
        if precision == .float32 { x.floats(0).update(from: exact.floats(0), count: rows * inputs) }
        gradient = LinearGradient(
            parts: parts, transposed: try PackedMatrix(outputs: inputs, inputs: all, format: .numbers(precision)))
        linear = try Self.packed(parts, inputs, all, WeightFormat(blocks, precision))
    }

    private static func packed(
        _ parts: [LinearGradient.Part], _ inputs: Int, _ outputs: Int, _ format: WeightFormat
    ) throws -> Linear {
        let matrix = try PackedMatrix(outputs: outputs, inputs: inputs, format: format)
        let sources = parts.flatMap { part in
            (0..<part.weight.rows).map { MatrixRow(tensor: part.weight.view, row: $0) }
        }
        try matrix.pack(team: ThreadTeam(count: 1)) { sources[$0] }
        guard parts[0].bias != nil else { return Linear(weight: matrix, bias: nil) }
        let bias = try AlignedBuffer<Float>(count: outputs)
        var at = 0
        for value in parts.compactMap(\.bias).flatMap({ Array($0.values.buffer) }) {
            bias.pointer[at] = value
            at += 1
        }
        return Linear(weight: matrix, bias: bias)
    }

    var weights: [[Double]] {
        parts.flatMap { part in
            (0..<part.weight.rows).map { row in
                (0..<part.weight.columns).map { Double(part.weight.values.pointer[row * part.weight.columns + $0]) }
            }
        }
    }
    var bias: [Double]? { linear.bias?.buffer.map(Double.init) }

    static func numbers(_ rows: Rows, _ count: Int) -> [[Double]] {
        (0..<count).map { row in
            (0..<rows.width).map { i in
                guard rows.format == ATTN_BF16 else { return Double(rows.floats(row)[i]) }
                let bits = rows.start(row).loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                return Double(Float(bitPattern: UInt32(bits) << 16))
            }
        }
    }
}

/// All numbers are multiples of 1/16 between -1 and 1, or of 1/128 in blocks, so sums of some hundred products are exact
/// in float32.
@Suite("Linear")
struct LinearTests {
    static let shapes: [(rows: Int, inputs: Int, outputs: [Int])] = [
        (1, 1, [1]), (3, 7, [5, 2]), (200, 65, [64, 3, 3]), (97, 66, [130]),
    ]

    static let formats: [(Precision, WeightBlocks?)] = Precision.allCases.flatMap { precision in
        [(precision, nil)] + WeightBlocks.allCases.map { (precision, $0) }
    }

    @Test("Forward equals its definition, whoever shares the work", arguments: shapes, [true, false])
    func forward(_ shape: (rows: Int, inputs: Int, outputs: [Int]), _ isBiased: Bool) throws {
        for (precision, blocks) in Self.formats {
            let product = try Product(
                precision, blocks, rows: shape.rows, inputs: shape.inputs, outputs: shape.outputs, isBiased: isBiased)
            let y = product.out.columns(0..<product.dy.exact.width), weights = product.weights
            let x = Product.numbers(product.x, shape.rows)
            let expected = x.map { Linear.reference($0, weights, product.bias) }
            for threads in [1, 3] {
                ThreadTeam(count: threads).run { member in
                    for band in Bands(of: shape.rows, member) { product.linear.forward(product.x, into: y, band) }
                }
                #expect(Product.numbers(y, shape.rows) == expected)
            }
            ThreadTeam(count: 2).run { member in
                for band in Bands(of: shape.rows, member) {
                    product.linear.forward(product.x, into: y, then: .add(y), band)
                }
            }
            #expect(Product.numbers(y, shape.rows) == expected.map { $0.map { 2 * $0 } })
        }
    }

    @Test("Backward equals its definition, whoever shares the work", arguments: shapes, [true, false])
    func backward(_ shape: (rows: Int, inputs: Int, outputs: [Int]), _ isBiased: Bool) throws {
        for precision in Precision.allCases {
            let product = try Product(
                precision, rows: shape.rows, inputs: shape.inputs, outputs: shape.outputs, isBiased: isBiased)
            let dx = product.out.columns(0..<shape.inputs), team = ThreadTeam(count: 3)
            let scratch = try AlignedBuffer<UInt8>.several(3, count: attn_weight_gradient_scratch())
            team.run { member in
                product.gradient.prepare(member)
                member.barrier()
                for band in Bands(of: shape.rows, member) {
                    product.dy.round(band.share)
                    band.barrier()
                    product.gradient.backward(product.dy, into: dx, band)
                }
                member.barrier()
                product.gradient.add(
                    product.dy, product.x, rows: shape.rows, member, scratch: scratch[member.index].pointer)
            }
            let expected = LinearGradient.reference(
                Product.numbers(product.dy.exact, shape.rows), Product.numbers(product.x, shape.rows), product.weights)
            #expect(Product.numbers(dx, shape.rows) == expected.dx)
            let dWeights = product.parts.flatMap { Array($0.weight.gradient.buffer) }
            #expect(dWeights.map(Double.init) == expected.dWeight.flatMap(\.self))
            guard isBiased else { continue }
            let dBias = product.parts.compactMap(\.bias).flatMap { Array($0.gradient.buffer) }
            #expect(dBias.map(Double.init) == expected.dBias)
        }
    }

    /// In a process of its own: the instruction set is the process's, and other tests run beside this one.
    @Test("Forward equals its definition on every instruction set")
    func instructionSets() async {
        await #expect(processExitsWith: .success) {
            for isa in [ATTN_ISA_AVX512_BF16, ATTN_ISA_AVX512, ATTN_ISA_AVX2] {
                attn_limit_isa(isa)
                // All counts of rows that a tile has.
                for rows in 1...9 {
                    for (precision, blocks) in LinearTests.formats {
                        let product = try Product(
                            precision, blocks, rows: rows, inputs: 97, outputs: [70], isBiased: true)
                        let y = product.out.columns(0..<70), x = Product.numbers(product.x, rows)
                        ThreadTeam(count: 1).run { member in
                            for band in Bands(of: rows, member) { product.linear.forward(product.x, into: y, band) }
                        }
                        let expected = x.map { Linear.reference($0, product.weights, product.bias) }
                        precondition(Product.numbers(y, rows) == expected)
                    }
                }
            }
        }
    }
}
