public import CKernels

/// The precision of activations and matrix products. Sums are float32 either way.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    case float32, bfloat16

    public var byteCount: Int { self == .float32 ? 4 : 2 }

    /// The kernels' name for the precision.
    public var format: attn_format { self == .float32 ? ATTN_F32 : ATTN_BF16 }

    /// The fastest precision of this processor for a policy stored in 16 bits, or 32.
    ///
    /// bfloat16 if an instruction multiplies it and the stored weights lose nothing by it; float32 otherwise.
    public static func automatic(storedIn16Bits: Bool) -> Precision {
        storedIn16Bits && InstructionSet.current == .avx512BFloat16 ? .bfloat16 : .float32
    }
}

/// How a policy's matrices are kept in memory. Vectors (norms and biases) are float32 throughout.
public enum WeightFormat: Sendable, Hashable {
    /// As numbers of the precision that products are computed in.
    case numbers(Precision)
    /// In blocks, whatever the precision.
    case blocks(WeightBlocks)

    public static let float32 = Self.numbers(.float32)
    public static let bfloat16 = Self.numbers(.bfloat16)
    public static let q8_0 = Self.blocks(.q8_0)

    /// - Parameter blocks: nil keeps numbers.
    public init(_ blocks: WeightBlocks?, _ precision: Precision) {
        self = blocks.map(Self.blocks) ?? .numbers(precision)
    }

    public var name: String {
        switch self {
        case .numbers(let precision): precision.rawValue
        case .blocks(let blocks): blocks.rawValue
        }
    }

    /// The bytes of so many weights, without padding; nil if they are too many for an Int.
    public func byteCount(of weights: Int) -> Int? {
        let (bytes, overflow) = weights.multipliedReportingOverflow(by: bytesOfBlock)
        return overflow ? nil : bytes / blockLength
    }

    private var blockLength: Int { if case .blocks = self { Int(ATTN_Q8_LENGTH) } else { 1 } }

    private var bytesOfBlock: Int {
        switch self {
        case .numbers(let precision): precision.byteCount
        case .blocks(.q8_0): Int(ATTN_Q8_PANEL) / Int(ATTN_PANEL)
        }
    }
}

/// Blocks that weights can be kept in, by GGUF's names: integers of few bits with the scale they share.
public enum WeightBlocks: String, Sendable, Hashable, CaseIterable {
    /// w = d q: 32 integers of 8 bits and a half.
    case q8_0
}

/// The instruction sets that the kernels are built for.
public enum InstructionSet: Int, Sendable, Comparable, CustomStringConvertible {
    case none = 0
    case avx2 = 1
    case avx512 = 2
    case avx512BFloat16 = 3

    /// The set in use: the best one this processor has.
    public static var current: InstructionSet { InstructionSet(rawValue: Int(attn_current_isa().rawValue)) ?? .none }

    public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }

    public var description: String {
        switch self {
        case .none: "none of those supported"
        case .avx2: "AVX2"
        case .avx512: "AVX-512"
        case .avx512BFloat16: "AVX-512 with BF16"
        }
    }
}
