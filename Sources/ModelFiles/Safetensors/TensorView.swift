/// Number formats of stored weights.
public enum TensorFormat: String, Sendable, Hashable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// A tensor in a mapped file, or in memory.
///
/// Row-major, little-endian, not necessarily aligned to its element size. The bytes belong to `owner` and live as long
/// as it does. After reading a file's tensor, call `finishReading`: the file may have been shortened.
public struct TensorView: @unchecked Sendable {  // the bytes are mapped read-only
    public let name: String
    public let encoding: WeightEncoding
    public let shape: [Int]
    /// The file, for messages.
    public let file: String
    public let bytes: UnsafeRawBufferPointer
    let owner: AnyObject
    let rowOrder: RowOrder
    /// What is subtracted from the stored numbers.
    private var offset: Float = 0

    public init(
        name: String, format: TensorFormat, shape: [Int], file: String, bytes: UnsafeRawBufferPointer, owner: AnyObject
    ) {
        self.init(name: name, encoding: .numbers(format), shape: shape, file: file, bytes: bytes, owner: owner)
    }

    /// - Precondition: The bytes are those of the shape's elements, in whole blocks.
    init(
        name: String, encoding: WeightEncoding, rowOrder: RowOrder = .asStored, shape: [Int], file: String,
        bytes: UnsafeRawBufferPointer, owner: AnyObject
    ) {
        self.name = name
        self.encoding = encoding
        self.rowOrder = rowOrder
        self.shape = shape
        self.file = file
        self.bytes = bytes
        self.owner = owner
    }

    /// The same tensor with a number less in every element.
    func subtracting(_ offset: Float) -> TensorView {
        var view = self
        view.offset += offset
        return view
    }

    /// One of the matrices, or rows, that lie one after the other in the tensor; nil if there are not so many.
    ///
    /// - Precondition: Each is whole blocks, and the rows are in stored order.
    func slice(_ index: Int) -> TensorView? {
        let rest = Array(shape.dropFirst())
        guard rest.count > 0, index < shape[0] else { return nil }
        let bytesEach = rest.reduce(1, *) / encoding.blockLength * encoding.blockByteCount
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[index * bytesEach..<(index + 1) * bytesEach])
        let view = TensorView(name: name, encoding: encoding, shape: rest, file: file, bytes: bytes, owner: owner)
        return view.subtracting(offset)
    }

    public var elementCount: Int { shape.reduce(1, *) }
    /// Elements of a row: of everything but the outermost dimension.
    private var rowWidth: Int { shape.dropFirst().reduce(1, *) }
}

extension TensorView {
    /// Writes elements [first, first + destination.count) as floats; exact, except for stored doubles.
    ///
    /// - Precondition: The tensor has these elements.
    public func copyFloats(from first: Int = 0, to destination: UnsafeMutableBufferPointer<Float>) {
        guard let target = destination.baseAddress, destination.count > 0 else { return }
        withExtendedLifetime(self) {
            forEachRun(from: first, count: destination.count) { base, stored, count, place in
                encoding.copyFloats(base, from: stored, count: count, to: target + place)
            }
        }
        if offset != 0 { for index in destination.indices { destination[index] -= offset } }
    }

    /// Writes elements [first, first + destination.count) as bfloat16 bits, rounded to nearest, ties to even.
    ///
    /// - Precondition: The tensor has these elements.
    public func copyBFloat16(from first: Int = 0, to destination: UnsafeMutableBufferPointer<UInt16>) {
        precondition(offset == 0, "\(name): a vector is read in bfloat16")
        guard let target = destination.baseAddress, destination.count > 0 else { return }
        withExtendedLifetime(self) {
            forEachRun(from: first, count: destination.count) { base, stored, count, place in
                encoding.copyBFloat16(base, from: stored, count: count, to: target + place)
            }
        }
    }

    /// Writes a row of a matrix as Q8_0 blocks: as they are stored, or else as llama.cpp quantises the row's floats. The
    /// last block is filled up with zeros.
    ///
    /// - Returns: Whether all numbers are finite, and blocks hold them.
    /// - Precondition: The tensor has this row.
    public func copyBlocks(ofRow row: Int, to blocks: UnsafeMutableRawPointer) -> Bool {
        let q8 = BlockFormat.q8_0, count = (rowWidth + q8.elementCount - 1) / q8.elementCount
        guard encoding == .blocks(q8) else {
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: count * q8.elementCount) { floats in
                floats.initialize(repeating: 0)
                copyFloats(
                    from: row * rowWidth, to: UnsafeMutableBufferPointer(rebasing: floats[..<rowWidth]))
                return BlockFormat.quantise(UnsafeBufferPointer(floats), to: blocks)
            }
        }
        withExtendedLifetime(self) {
            forEachRun(from: row * rowWidth, count: rowWidth) { base, stored, length, place in
                (blocks + place / q8.elementCount * q8.byteCount).copyMemory(
                    from: base + stored / q8.elementCount * q8.byteCount,
                    byteCount: length / q8.elementCount * q8.byteCount)
            }
        }
        // A block begins with its scale, a half.
        return (0..<rowWidth / q8.elementCount).allSatisfy {
            blocks.loadUnaligned(fromByteOffset: $0 * q8.byteCount, as: UInt16.self) & 0x7C00 != 0x7C00
        }
    }

    /// All elements as floats.
    public func floats() -> [Float] {
        [Float](unsafeUninitializedCapacity: elementCount) { buffer, count in
            copyFloats(to: UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount]))
            count = elementCount
        }
    }

    private func forEachRun(
        from first: Int, count: Int,
        _ body: (_ base: UnsafeRawPointer, _ stored: Int, _ count: Int, _ place: Int) -> Void
    ) {
        precondition(
            first >= 0 && first + count <= elementCount,
            "\(name): elements \(first)..<\(first + count) of \(elementCount) were asked for")
        guard let base = bytes.baseAddress else { preconditionFailure("\(name): elements without bytes") }
        rowOrder.forEachRun(of: first..<first + count, width: rowWidth) { body(base, $0, $1, $2) }
    }
}

#if canImport(Glibc)
import Glibc
#endif

extension TensorView {
    /// - Throws: `PolicyError` if the tensor's file was shortened, so that some of what was read was no longer there.
    func checkIsWhole() throws { try (owner as? MappedFile)?.checkIsWhole() }

    /// Marks the bytes as read and not needed soon: whole pages within them no longer count as this process's memory.
    /// Reading them again is safe, and reads the file again.
    ///
    /// - Throws: As `checkIsWhole`.
    public func finishReading() throws {
        guard owner is MappedFile, let base = bytes.baseAddress else { return }
        try checkIsWhole()
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (Int(bitPattern: base) + page - 1) / page * page
        let end = (Int(bitPattern: base) + bytes.count) / page * page
        guard start < end, let address = UnsafeMutableRawPointer(bitPattern: start) else { return }
        madvise(address, end - start, MADV_DONTNEED)
    }
}
