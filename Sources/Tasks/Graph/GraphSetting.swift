/// How large graph problems are, and how hard to follow.
public struct GraphSetting: Sendable, Hashable {
    let leaves: ClosedRange<Int>
    let derived: ClosedRange<Int>
    let need: ClosedRange<Int>
    let distractors: ClosedRange<Int>
    let modulus: Int
    let names: Int
    let constants: Double
    let locality: Double
    let operations: OperationMix
    let values: [KnobValue]

    static let modulusBounds = 2...999
    /// How far back an operand counts as near for `locality`.
    static let nearness = 4

    init(_ reader: inout KnobReader) {
        leaves = reader.range("leaves", in: 1...12, standard: 1...2, "variables that are plain numbers")
        derived = reader.range(
            "derived", in: 1...20, standard: 2...3, "variables computed from others; the last is asked for")
        need = reader.range(
            "need", in: 1...26, standard: 3...5, "variables the answer needs, itself included: steps before the box")
        distractors = reader.range("distractors", in: 0...12, standard: 0...1, "further variables nobody needs")
        modulus = reader.integer("modulus", in: Self.modulusBounds, standard: 23, "values are in 0..<modulus")
        names = reader.integer("names", in: 1...GraphName.count, standard: 16, "letters to name variables with")
        constants = reader.share("constants", standard: 0.4, "share of operations with a number as second operand")
        locality = reader.share(
            "locality", standard: 0.75, "share of variables made from the \(Self.nearness) before them")
        operations = OperationMix(&reader, standard: [(.add, 4), (.subtract, 3), (.multiply, 3)])
        values = reader.values
        let most = leaves.upperBound + derived.upperBound + distractors.upperBound
        reader.require(
            most <= names,
            "leaves, derived and distractors come to \(most) variables, and names is \(names). Raise names (up to "
                + "\(GraphName.count)) or have fewer variables.")
        let reach = leaves.upperBound + derived.upperBound
        reader.require(
            need.lowerBound <= reach,
            "need is at least \(need.lowerBound), and leaves and derived come to \(reach) at most. Lower need.")
    }
}
