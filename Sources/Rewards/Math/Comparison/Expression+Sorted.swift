extension Expression {
    /// The same value with sums and products in one order and without nesting, so that formulas which differ in nothing
    /// else are equal.
    var sorted: Expression {
        mapped { part in
            switch part {
            case .sum(let terms): .sum(Self.inOrder(terms.flatMap(\.terms)))
            case .product(let factors): .product(Self.inOrder(factors.flatMap(\.factors)))
            case .call(let function, let arguments) where function.isSymmetric:
                .call(function, Self.inOrder(arguments))
            default: part
            }
        }
    }

    private var terms: [Expression] {
        if case .sum(let terms) = self { terms } else { [self] }
    }

    private var factors: [Expression] {
        if case .product(let factors) = self { factors } else { [self] }
    }

    /// By their text, which tells different formulas apart.
    private static func inOrder(_ parts: [Expression]) -> [Expression] {
        let keyed = parts.map { (key: String(describing: $0), part: $0) }
        return keyed.sorted { $0.key < $1.key }.map(\.part)
    }
}
