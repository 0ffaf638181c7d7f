internal import CKernels

/// How the numbers of a stored tensor are written.
public enum WeightEncoding: Sendable, Hashable {
    /// One after the other.
    case numbers(TensorFormat)
    /// In blocks with shared scales.
    case blocks(BlockFormat)

    public static let float32 = Self.numbers(.float32)
    public static let float16 = Self.numbers(.float16)
    public static let bfloat16 = Self.numbers(.bfloat16)

    /// Whether an element takes at most 16 bits.
    public var fits16Bits: Bool {
        switch self {
        case .numbers(let format): format.byteCount == 2
        case .blocks(let format): format.byteCount <= 2 * format.elementCount
        }
    }

    /// As files name it: F32, BF16, Q4_K.
    public var name: String {
        switch self {
        case .numbers(let format): format.rawValue
        case .blocks(.float64): "F64"
        case .blocks(let format): "\(format)".uppercased()
        }
    }

    /// The elements that are stored together: rows are multiples of it.
    var blockLength: Int {
        switch self {
        case .numbers: 1
        case .blocks(let format): format.elementCount
        }
    }

    /// Bytes of `blockLength` elements.
    var blockByteCount: Int {
        switch self {
        case .numbers(let format): format.byteCount
        case .blocks(let format): format.byteCount
        }
    }

    /// Writes elements [first, first + count) of stored ones as floats.
    func copyFloats(_ base: UnsafeRawPointer, from first: Int, count: Int, to target: UnsafeMutablePointer<Float>) {
        switch self {
        case .numbers(let format):
            let source = base + first * format.byteCount
            switch format {
            case .float16: attn_f16_to_f32(source, target, count)
            case .bfloat16: attn_bf16_to_f32(source, target, count)
            case .float32: attn_f32_to_f32(source, target, count)
            }
        case .blocks(let format): format.copyFloats(base, from: first, count: count, to: target)
        }
    }

    /// Writes elements [first, first + count) of stored ones as bfloat16 bits, rounded to nearest, ties to even.
    func copyBFloat16(_ base: UnsafeRawPointer, from first: Int, count: Int, to target: UnsafeMutablePointer<UInt16>) {
        switch self {
        case .numbers(let format):
            let source = base + first * format.byteCount
            switch format {
            case .float16: attn_f16_to_bf16(source, target, count)
            case .bfloat16: attn_bf16_to_bf16(source, target, count)
            case .float32: attn_f32_to_bf16(source, target, count)
            }
        case .blocks(let format): format.copyBFloat16(base, from: first, count: count, to: target)
        }
    }
}
