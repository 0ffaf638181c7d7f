import Basics
import Foundation
import TestSupport
import Testing

@testable import ModelFiles

@Suite("Quantised blocks")
struct GGUFBlockTests {
    private static let names: [(String, BlockFormat)] = [
        ("Q4_0", .q4_0), ("Q4_1", .q4_1), ("Q5_0", .q5_0), ("Q5_1", .q5_1), ("Q8_0", .q8_0), ("Q2_K", .q2_K),
        ("Q3_K", .q3_K), ("Q4_K", .q4_K), ("Q5_K", .q5_K), ("Q6_K", .q6_K),
    ]

    private func view(
        _ bytes: [UInt8], _ encoding: WeightEncoding, _ shape: [Int], _ order: RowOrder = .asStored
    ) -> TensorView {
        let storage = NSData(data: Data(bytes))
        return TensorView(
            name: "t", encoding: encoding, rowOrder: order, shape: shape, file: "memory",
            bytes: UnsafeRawBufferPointer(start: storage.bytes, count: storage.length), owner: storage)
    }

    private func fixture(_ name: String, _ format: BlockFormat) throws -> (view: TensorView, values: [Float]) {
        let file = try ReferenceTensors(fixture: "gguf/blocks.safetensors")
        let values = try file.floats("\(name).values")
        return (view(try file.ints("\(name).blocks").map { UInt8($0) }, .blocks(format), [values.count]), values)
    }

    @Test("each format gives the values of the gguf package, bit for bit", arguments: names)
    func values(_ name: String, _ format: BlockFormat) throws {
        let (view, values) = try fixture(name, format)
        #expect(values.count == view.bytes.count / format.byteCount * format.elementCount)
        #expect(view.floats().map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("any stretch of elements is that of the whole, as floats and rounded", arguments: names)
    func stretches(_ name: String, _ format: BlockFormat) throws {
        let (view, values) = try fixture(name, format)
        var random = SplitMix(state: 1)
        for _ in 0..<200 {
            let first = random.next(below: values.count), count = random.next(below: values.count - first) + 1
            var floats = [Float](repeating: 0, count: count), halves = [UInt16](repeating: 0, count: count)
            floats.withUnsafeMutableBufferPointer { view.copyFloats(from: first, to: $0) }
            halves.withUnsafeMutableBufferPointer { view.copyBFloat16(from: first, to: $0) }
            #expect(floats == Array(values[first..<first + count]))
            let rounded = floats.withUnsafeBytes { bytes in
                var target = [UInt16](repeating: 0, count: count)
                let stored = self.view(Array(bytes), .float32, [count])
                target.withUnsafeMutableBufferPointer { stored.copyBFloat16(to: $0) }
                return target
            }
            #expect(halves == rounded)
        }
    }

    @Test("doubles are rounded")
    func doubles() {
        let values: [Double] = [0.1, -1e-50, 3, 1e300, .infinity]
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        #expect(view(bytes, .blocks(.float64), [values.count]).floats() == values.map { Float($0) })
    }

    @Test("numbers become the blocks of the gguf package, bit for bit")
    func quantised() throws {
        let file = try ReferenceTensors(fixture: "gguf/blocks.safetensors")
        let blocks = try #require(BlockFormat.quantised(try file.floats("source")))
        #expect(blocks == (try file.ints("quantised").map { UInt8($0) }))
    }

    @Test("rows of heads whose halves alternate are found where they are")
    func rowOrder() throws {
        // Two heads of four rows; a row has three elements, and each says which row it is in Hugging Face's order.
        let stored: [Float] = [0, 2, 1, 3, 4, 6, 5, 7].flatMap { [$0, $0, $0] }
        let bytes = stored.withUnsafeBytes { Array($0) }
        let view = view(bytes, .float32, [8, 3], .alternatingHalves(headSize: 4))
        let expected = (0..<8).flatMap { row in [Float](repeating: Float(row), count: 3) }
        #expect(view.floats() == expected)
        var part = [Float](repeating: -1, count: 10)
        part.withUnsafeMutableBufferPointer { view.copyFloats(from: 4, to: $0) }
        #expect(part == Array(expected[4..<14]))
    }
}
