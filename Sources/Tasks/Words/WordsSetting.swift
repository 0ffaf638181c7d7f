/// How long word problems are, and with what numbers.
public struct WordsSetting: Sendable, Hashable {
    let stepCount: ClosedRange<Int>
    let operands: ClosedRange<Int>
    let limit: Int
    let distractors: ClosedRange<Int>
    /// How often a step is about a person who was not there before.
    let relations: Double
    let operations: OperationMix
    let values: [KnobValue]

    init(_ reader: inout KnobReader) {
        stepCount = reader.range("steps", in: 1...48, standard: 2...4, "operations: steps before the box")
        operands = reader.range("operands", in: 1...999, standard: 2...12, "numbers in the story")
        limit = reader.integer("limit", in: 1...99_999, standard: 100, "no count goes above this")
        distractors = reader.range(
            "distractors", in: 0...8, standard: 0...1, "people who have something and are not needed")
        relations = reader.share("relations", standard: 0.4, "share of steps that are about another person")
        operations = OperationMix(
            &reader, standard: [(.add, 4), (.subtract, 4), (.multiply, 2), (.divide, 1)])
        values = reader.values
        reader.require(
            operands.lowerBound <= limit,
            "operands are \(operands.lowerBound) or more, and limit is \(limit). Raise limit.")
    }

    /// The largest number in a prompt or response.
    var largestNumber: Int { max(limit, operands.upperBound) }
}
