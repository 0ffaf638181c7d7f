public import CKernels

/// The precision of stored weights and matrix products. Sums are float32 either way.
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
