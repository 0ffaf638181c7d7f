/// Bytes on their way between ranks. They stay where they are for as long as anybody refers to them, which a transfer does
/// that was given up but may still be going on.
final class RankBytes: @unchecked Sendable {
    // Sendable because whoever writes to it has its only reference then, or is the transfer that receives it.
    let buffer: UnsafeMutableRawBufferPointer

    init(count: Int) { buffer = .allocate(byteCount: count, alignment: 64) }

    convenience init(_ bytes: some Collection<UInt8>) {
        self.init(count: bytes.count)
        buffer.copyBytes(from: bytes)
    }

    deinit { buffer.deallocate() }

    var count: Int { buffer.count }
    var array: [UInt8] { Array(buffer) }

    /// One of several vectors of floats that lie one after the other.
    func floats(_ number: Int, of count: Int) -> UnsafeMutableBufferPointer<Float> {
        let all = buffer.bindMemory(to: Float.self)
        return UnsafeMutableBufferPointer(rebasing: all[number * count..<(number + 1) * count])
    }
}
