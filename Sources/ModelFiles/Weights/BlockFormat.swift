internal import CKernels

/// Formats that store numbers in blocks: some integers of few bits with the scales they share. Raw values are the
/// numbers they have in GGUF files.
public enum BlockFormat: UInt32, Sendable, Hashable, CaseIterable {
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q2_K = 10
    case q3_K = 11
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    /// One double a block: rounded when it is read.
    case float64 = 28

    /// Elements of one block; rows of a tensor are whole blocks.
    public var elementCount: Int { attn_block_elements(rawValue) }
    /// Bytes of one block.
    public var byteCount: Int { attn_block_bytes(rawValue) }

    /// Writes elements [first, first + count) of consecutive blocks as floats, exactly those of the `gguf` package.
    func copyFloats(_ blocks: UnsafeRawPointer, from first: Int, count: Int, to target: UnsafeMutablePointer<Float>) {
        var done = 0
        while done < count {
            let (block, offset) = (first + done).quotientAndRemainder(dividingBy: elementCount)
            let source = blocks + block * byteCount
            let whole = offset == 0 ? (count - done) / elementCount : 0
            if whole > 0 {
                attn_blocks_to_f32(rawValue, source, target + done, whole)
                done += whole * elementCount
            } else {
                let part = min(elementCount - offset, count - done)
                withUnsafeTemporaryAllocation(of: Float.self, capacity: elementCount) { scratch in
                    guard let values = scratch.baseAddress else { return }
                    attn_blocks_to_f32(rawValue, source, values, 1)
                    (target + done).update(from: values + offset, count: part)
                }
                done += part
            }
        }
    }

    /// As `copyFloats`, rounded to bfloat16: to nearest, ties to even.
    func copyBFloat16(_ blocks: UnsafeRawPointer, from first: Int, count: Int, to target: UnsafeMutablePointer<UInt16>)
    {
        let pieceLength = 256
        withUnsafeTemporaryAllocation(of: Float.self, capacity: pieceLength) { scratch in
            guard let values = scratch.baseAddress else { return }
            for start in stride(from: 0, to: count, by: pieceLength) {
                let piece = min(pieceLength, count - start)
                copyFloats(blocks, from: first + start, count: piece, to: values)
                attn_f32_to_bf16(values, target + start, piece)
            }
        }
    }
}

extension BlockFormat {
    /// The bytes of Q8_0 blocks, as llama.cpp quantises them; nil for numbers that no block holds.
    ///
    /// - Precondition: The floats are whole blocks.
    static func quantised(_ floats: [Float]) -> [UInt8]? {
        let (count, rest) = floats.count.quotientAndRemainder(dividingBy: q8_0.elementCount)
        precondition(rest == 0, "\(floats.count) floats are no whole blocks")
        var isDone = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count * q8_0.byteCount) { buffer, filled in
            if let target = buffer.baseAddress, count > 0 {
                isDone = floats.withUnsafeBufferPointer { quantise($0, to: target) }
            }
            filled = isDone ? count * q8_0.byteCount : 0
        }
        return isDone ? bytes : nil
    }

    /// Writes Q8_0 blocks for floats, unless some are beyond what a block's scale, a half, reaches, or no numbers.
    ///
    /// - Returns: Whether it did.
    /// - Precondition: The floats are whole blocks.
    static func quantise(_ floats: UnsafeBufferPointer<Float>, to blocks: UnsafeMutableRawPointer) -> Bool {
        guard floats.allSatisfy({ abs($0) <= largestQuantised }) else { return false }
        if let source = floats.baseAddress { attn_f32_to_q8_0(source, blocks, floats.count / q8_0.elementCount) }
        return true
    }

    /// 127 times the largest half.
    private static let largestQuantised: Float = 127 * 65504
}
