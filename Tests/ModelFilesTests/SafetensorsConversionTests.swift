import ModelFiles
import TestSupport
import Testing

/// The memory of a test's tensor.
private final class Memory {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 16) }
    deinit { bytes.deallocate() }
}

/// A tensor of these elements that starts at an odd address, as tensors in files may.
private func tensor<Element: BitwiseCopyable>(_ values: [Element], _ format: TensorFormat) -> TensorView {
    let memory = Memory(byteCount: values.count * format.byteCount + 1)
    let bytes = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[1...])
    values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    return TensorView(
        name: "x", format: format, shape: [values.count], file: "none", bytes: UnsafeRawBufferPointer(bytes),
        owner: memory)
}

private func bfloat16(_ tensor: TensorView) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
        count = tensor.elementCount
        tensor.copyBFloat16(to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
}

/// Rounds by comparing with the two neighbours: slow and obvious.
private func nearestBFloat16(_ value: Float) -> UInt16 {
    let down = UInt16(truncatingIfNeeded: value.bitPattern >> 16)
    if value.isNaN { return down | 0x40 }
    let rest = value.bitPattern & 0xFFFF
    let goesUp = rest > 0x8000 || (rest == 0x8000 && down & 1 == 1)
    return goesUp ? down + 1 : down
}

/// Every pattern of the upper 16 bits, with lower bits around the rounding boundary.
private let floatsAroundTies: [Float] = (0...UInt32(UInt16.max)).flatMap { upper in
    [0x0000, 0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF].map { Float(bitPattern: upper << 16 | $0) }
}

@Suite("Conversion of safetensors formats")
struct SafetensorsConversionTests {
    private let patterns = Array(UInt16.min...UInt16.max)

    @Test("widens all 65,536 float16 patterns exactly")
    func float16() {
        let floats = tensor(patterns, .float16).floats()
        for pattern in patterns {
            let expected = Float(Float16(bitPattern: pattern))
            let actual = floats[Int(pattern)]
            guard actual.bitPattern != expected.bitPattern, !(actual.isNaN && expected.isNaN) else { continue }
            Issue.record("\(pattern) became \(actual), not \(expected)")
        }
    }

    @Test("widens all 65,536 bfloat16 patterns exactly")
    func bfloat16() {
        let floats = tensor(patterns, .bfloat16).floats()
        for pattern in patterns {
            #expect(floats[Int(pattern)].bitPattern == UInt32(pattern) << 16)
        }
    }

    @Test("rounds floats to bfloat16 to nearest, ties to even, at every boundary")
    func roundsToBFloat16() {
        let rounded = ModelFilesTests.bfloat16(tensor(floatsAroundTies, .float32))
        for (value, result) in pairs(floatsAroundTies, rounded) where result != nearestBFloat16(value) {
            Issue.record("\(value) became \(result), not \(nearestBFloat16(value))")
        }
    }

    @Test("turns all 65,536 float16 patterns into the nearest bfloat16, and copies bfloat16 as it is")
    func float16ToBFloat16() {
        let rounded = ModelFilesTests.bfloat16(tensor(patterns, .float16))
        for pattern in patterns {
            let expected = nearestBFloat16(Float(Float16(bitPattern: pattern)))
            let isNaN = Float16(bitPattern: pattern).isNaN
            let actual = rounded[Int(pattern)]
            guard actual != expected, !(isNaN && Float(bitPattern: UInt32(actual) << 16).isNaN) else { continue }
            Issue.record("\(pattern) became \(actual), not \(expected)")
        }
        #expect(ModelFilesTests.bfloat16(tensor(patterns, .bfloat16)) == patterns)
    }

    @Test("reads a range of elements")
    func range() {
        let view = tensor([1, 2, 3, 4] as [Float16], .float16)
        let middle = [Float](unsafeUninitializedCapacity: 2) { buffer, count in
            view.copyFloats(from: 1, to: UnsafeMutableBufferPointer(rebasing: buffer[..<2]))
            count = 2
        }
        #expect(middle == [2, 3])
    }
}
