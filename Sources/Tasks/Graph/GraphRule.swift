/// How a variable gets its value.
enum GraphRule: Sendable, Hashable {
    case constant(Int)
    case withConstant(GraphName, Operation, Int)
    case ofVariables(GraphName, Operation, GraphName)

    /// The variables whose values it needs, in the order it names them.
    var operands: [GraphName] {
        switch self {
        case .constant: []
        case .withConstant(let name, _, _): [name]
        case .ofVariables(let left, _, let right): [left, right]
        }
    }

    /// The value, given those of the operands.
    func value(modulus: Int, _ value: (GraphName) -> Int) -> Int {
        switch self {
        case .constant(let number): number
        case .withConstant(let name, let operation, let number):
            operation.apply(value(name), number, modulo: modulus)
        case .ofVariables(let left, let operation, let right):
            operation.apply(value(left), value(right), modulo: modulus)
        }
    }

    /// Its words, as stated in a definition.
    var words: [String] {
        switch self {
        case .constant(let number): ["\(number)"]
        case .withConstant(let name, let operation, let number): [name.value, operation.text, "\(number)"]
        case .ofVariables(let left, let operation, let right): [left.value, operation.text, right.value]
        }
    }
}
