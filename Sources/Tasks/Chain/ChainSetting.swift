/// How long chains of operations are, and with what numbers.
public struct ChainSetting: Sendable, Hashable {
    let operationCount: ClosedRange<Int>
    let operands: ClosedRange<Int>
    /// 0 for ordinary integers.
    let modulus: Int
    let limit: Int
    let operations: OperationMix
    let values: [KnobValue]

    static let modulusBounds = 0...999

    init(_ reader: inout KnobReader) {
        operationCount = reader.range("operations", in: 1...64, standard: 2...5, "operations: steps before the box")
        operands = reader.range("operands", in: 0...999, standard: 1...22, "numbers to start with and to apply")
        modulus = reader.integer(
            "modulus", in: Self.modulusBounds, standard: 23, "values are in 0..<modulus; 0 for whole numbers")
        limit = reader.integer(
            "limit", in: 1...999_999, standard: 999, "no value goes above this, or below 0, without a modulus")
        operations = OperationMix(&reader, standard: [(.add, 4), (.subtract, 3), (.multiply, 3)])
        values = reader.values
        reader.require(modulus != 1, "modulus is 1, so every value is 0. Give 0 for none, or at least 2.")
        reader.require(
            modulus == 0 || operands.upperBound < modulus,
            "operands go up to \(operands.upperBound), and modulus is \(modulus). Keep operands below it.")
        reader.require(
            modulus > 0 || operands.lowerBound <= limit,
            "operands are \(operands.lowerBound) or more, and limit is \(limit). Raise limit.")
    }

    /// The largest number in a prompt or response.
    var largestNumber: Int { modulus > 0 ? modulus : max(limit, operands.upperBound) }
}
