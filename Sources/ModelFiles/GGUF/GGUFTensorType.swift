/// The type of a tensor's numbers in a GGUF file.
struct GGUFTensorType: Equatable, Sendable {
    let code: UInt32

    /// nil for types that weights are not read from.
    var encoding: WeightEncoding? {
        switch code {
        case 0: .float32
        case 1: .float16
        case 30: .bfloat16
        default: BlockFormat(rawValue: code).map { .blocks($0) }
        }
    }

    /// Types that weights are read from, for messages.
    static let readable = "F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q4_K, Q3_K, Q2_K, Q5_1, Q5_0, Q4_1 and Q4_0"

    /// As the `gguf` package spells it.
    var name: String { Self.names[code].map { "\($0)" } ?? "type \(code)" }

    private static let names: [UInt32: String] = [
        0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
        12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
        20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
        29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4", 41: "Q1_0",
    ]
}
