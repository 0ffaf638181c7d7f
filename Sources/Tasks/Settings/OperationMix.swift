/// Weights with which each operation is drawn.
struct OperationMix: Sendable, Hashable {
    private var weights: [Int]
    private let operations: [Operation]

    static let weightBounds = 0...100

    init(_ reader: inout KnobReader, standard: [(Operation, Int)]) {
        operations = standard.map(\.0)
        weights = standard.map { operation, weight in
            reader.integer(
                operation.knob, in: Self.weightBounds, standard: weight, "how often to \(operation.knob), as a weight")
        }
        if weights.allSatisfy({ $0 == 0 }) {
            let names = operations.map(\.knob).joined(separator: ", ")
            reader.require(false, "\(names) are all 0, so there is no operation to draw. Make one of them positive.")
        }
    }

    func draw(_ draws: inout Draws) -> Operation {
        operations[draws.choice(weights: weights)]
    }
}

extension Operation {
    /// The knob that sets its weight.
    fileprivate var knob: String {
        switch self {
        case .add: "add"
        case .subtract: "subtract"
        case .multiply: "multiply"
        case .divide: "divide"
        }
    }
}
