/// How long word problems are, and with what numbers.
public struct WordsSetting: Sendable, Hashable {
    let stepCount: ClosedRange<Int>
    let operands: ClosedRange<Int>
    let limit: Int
    let distractors: ClosedRange<Int>
    /// How often a step is about a person who was not there before.
    let relations: Double
    let operations: OperationMix
    /// Whether problems are lists rather than stories.
    let isShuffled: Bool
    /// In lists: people whose count is told.
    let starts: ClosedRange<Int>
    /// In lists: how often a person is said by one by whom another is said already.
    let shared: Double
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
        isShuffled = reader.flag(
            "shuffled", standard: false, "a sentence a line and a person, in any order, rather than a story")
        starts = reader.range("starts", in: 1...8, standard: 1...1, "shuffled: people whose count is told")
        shared = reader.share("shared", standard: 0, "shuffled: share of steps that use a person again")
        values = reader.values
        reader.require(
            operands.lowerBound <= limit,
            "operands are \(operands.lowerBound) or more, and limit is \(limit). Raise limit.")
        guard isShuffled else {
            reader.require(
                starts == 1...1 && shared == 0, "starts and shared are for lists. Add shuffled=true, or leave them out."
            )
            return
        }
        let most = starts.upperBound + stepCount.upperBound + distractors.upperBound, names = WordsProblem.people.count
        reader.require(
            most <= names, "starts, steps and distractors come to \(most) people, and there are \(names). Have fewer.")
        reader.require(
            stepCount.upperBound >= starts.lowerBound - 1,
            "\(starts.lowerBound) starts take \(starts.lowerBound - 1) steps to come together. Raise steps.")
    }

    /// The largest number in a prompt or response.
    var largestNumber: Int { max(limit, operands.upperBound) }
}
