/// How many numbers there are to combine, and how large they get.
public struct CountdownSetting: Sendable, Hashable {
    let numbers: ClosedRange<Int>
    let range: ClosedRange<Int>
    let limit: Int
    let usesAll: Bool
    let operations: OperationMix
    let values: [KnobValue]

    static let numberBounds = 2...8

    init(_ reader: inout KnobReader) {
        numbers = reader.range("numbers", in: Self.numberBounds, standard: 3...4, "how many numbers are given")
        range = reader.range("range", in: 1...999, standard: 1...20, "what the given numbers are drawn from")
        limit = reader.integer("limit", in: 2...9999, standard: 99, "no value of the solution goes above this")
        usesAll = reader.flag(
            "all", standard: false, "whether every number has to be used; otherwise each at most once")
        operations = OperationMix(&reader, standard: [(.add, 4), (.subtract, 3), (.multiply, 3), (.divide, 1)])
        values = reader.values
        reader.require(
            range.upperBound <= limit,
            "range goes up to \(range.upperBound), and limit is \(limit). Keep the numbers within it.")
    }
}
