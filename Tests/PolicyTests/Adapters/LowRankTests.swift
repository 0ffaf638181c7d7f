import Basics
import CKernels
import Compute
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Low-rank products")
struct LowRankTests {
    /// A matrix [rows, columns] of multiples of 1/16, which are exact in bfloat16.
    private func matrix(_ rows: Int, _ columns: Int, _ random: inout SplitMix) -> [[Double]] {
        (0..<rows).map { _ in (0..<columns).map { _ in Double(random.next(below: 33)) / 16 - 1 } }
    }

    /// Sums of a few hundred such products are exact in float32, but t is rounded to 8 bits before it is multiplied by B:
    /// by up to 2^-9 of its largest part, in each of r products.
    @Test(
        "Kernels compute what the plain loop does, for odd ranks and widths",
        arguments: [(1, 16, 64), (3, 45, 20), (8, 64, 130), (16, 48, 96), (33, 10, 77), (70, 128, 64)])
    func kernels(rank: Int, inputs: Int, outputs: Int) throws {
        for precision in Precision.allCases {
            var random = SplitMix(state: UInt64(rank))
            let rows = 9, padded = (rank + 1) / 2 * 2, memory = RowMemory()
            let a = matrix(rank, inputs, &random), b = matrix(outputs, rank, &random)
            let values = matrix(rows, inputs, &random)
            let x = try memory.rows(rows, width: inputs, precision), t = try memory.rows(rows, width: padded, precision)
            let exact = try memory.rows(rows, width: inputs), y = try memory.rows(rows, width: outputs)
            for row in 0..<rows {
                for column in 0..<inputs { exact.floats(row)[column] = Float(values[row][column]) }
                for column in 0..<outputs { y.floats(row)[column] = Float(column) }
            }
            Derivative(exact, rounded: x).round(0..<rows)
            if precision == .float32 { x.floats(0).update(from: exact.floats(0), count: rows * inputs) }
            let lowRank = try packed(a, b, padded: padded, precision)
            lowRank.lowRank.reduce(x, into: t, 0..<rows)
            lowRank.lowRank.expand(t, into: y, 0..<rows)
            for row in 0..<rows {
                let wanted = LowRank.reference(values[row], a: a, b: b, scale: 0.5)
                let largest = a.map { Linear.reference(values[row], [$0], nil)[0] }.map(abs).max()!
                let tolerance = precision == .float32 ? 0 : Double(rank) * largest / 512
                for column in 0..<outputs {
                    let found = Double(y.floats(row)[column]) - Double(column)
                    #expect(abs(found - wanted[column]) <= tolerance + 1e-4, "row \(row), column \(column)")
                }
            }
        }
    }

    private func packed(
        _ a: [[Double]], _ b: [[Double]], padded: Int, _ precision: Precision
    ) throws -> LowRankMemory {
        let (rank, inputs, outputs) = (a.count, a[0].count, b.count)
        let down = try NarrowMatrix(outputs: padded, inner: inputs, precision)
        down.write(a.joined().map { Float($0) }, rows: rank, columns: inputs, scale: 0.5)
        let up = try NarrowMatrix(outputs: outputs, inner: padded, precision)
        up.write(b.joined().map { Float($0) }, rows: outputs, columns: rank)
        return LowRankMemory(
            [(LowRank.Reduction(panels: down.panels, column: 0, inputs: inputs, first: 0, rank: padded), down)],
            [
                (
                    LowRank.Expansion(
                        panels: up.panels, first: 0, rank: padded, column: 0, outputs: outputs, firstPanel: 0), up
                )
            ], rank: padded)
    }

    @Test("Units of rows keep to one adapter, six rows and a group")
    func units() throws {
        let policy = try ReferencePolicy("llama")
        let first = try AdapterFixture.random(policy, rank: 2, seed: 1)
        let second = try AdapterFixture.random(policy, rank: 3, seed: 2)
        func chunk(_ count: Int, _ adapter: CPUAdapter?) -> ForwardChunk {
            ForwardChunk(
                tokens: Array(repeating: 1, count: count), first: 0, blocks: [0], logitRows: 0..<0, adapter: adapter)
        }
        let chunks = [
            chunk(3, first), chunk(2, first), chunk(4, second), chunk(7, nil), chunk(40, second), chunk(1, first),
        ]
        let plan = PassPlan(chunks, configuration: policy.configuration, members: 1)
        let found = plan.withView { view in view.adapters.units.map { [$0.firstRow, $0.count, $0.adapter] } }
        #expect(found.prefix(2) == [[0, 5, 0], [5, 4, 1]])
        #expect(found.last == [56, 1, 0])
        #expect(found.dropFirst(2).dropLast().allSatisfy { $0[2] == 1 && $0[1] <= 6 })
        #expect(found.dropFirst(2).dropLast().map { $0[1] }.reduce(0, +) == 40)
        // Rows 16 to 55; the group ends before 48.
        #expect(found.allSatisfy { ($0[0] < 48) == ($0[0] + $0[1] <= 48) })
    }
}
