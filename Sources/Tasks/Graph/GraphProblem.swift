/// Variables defined by each other, in shuffled order, one of which is asked for.
///
///     %23;Kl*5;E9;Lj-8;G5;Jg-e;He*g?K
///
/// modulo 23: K is the value of L times 5, E is 9, and so on; H is not needed. What is K? A line break ends it.
struct GraphProblem: Sendable, Hashable {
    let modulus: Int
    /// In prompt order.
    let definitions: [Definition]
    let question: GraphName
    /// By index of name; nil for names without a definition.
    private let rules: [GraphRule?]
    /// The value of each name, by index.
    private let values: [Int]

    struct Definition: Sendable, Hashable {
        let name: GraphName
        let rule: GraphRule
    }

    /// Returns nil if a name has two definitions or none, or if definitions are circular.
    init?(modulus: Int, definitions: [Definition], question: GraphName) {
        var rules = [GraphRule?](repeating: nil, count: GraphName.count)
        for definition in definitions {
            guard rules[definition.name.index] == nil else { return nil }
            rules[definition.name.index] = definition.rule
        }
        guard rules[question.index] != nil, let values = Self.evaluate(rules, modulus) else { return nil }
        self.modulus = modulus
        self.definitions = definitions
        self.question = question
        self.rules = rules
        self.values = values
    }

    /// Computes values in rounds: each round computes whatever has all its operands.
    private static func evaluate(_ rules: [GraphRule?], _ modulus: Int) -> [Int]? {
        var values = [Int?](repeating: nil, count: rules.count)
        var open = rules.indices.filter { rules[$0] != nil }
        while !open.isEmpty {
            let left = open.filter { index in
                guard let rule = rules[index], rule.operands.allSatisfy({ values[$0.index] != nil }) else {
                    return true
                }
                values[index] = rule.value(modulus: modulus) { values[$0.index] ?? 0 }
                return false
            }
            guard left.count < open.count else { return nil }
            open = left
        }
        return values.map { $0 ?? 0 }
    }

    func rule(of name: GraphName) -> GraphRule? { rules[name.index] }

    /// The value of a defined name.
    func value(of name: GraphName) -> Int { values[name.index] }

    var prompt: String {
        let body = definitions.map { ([$0.name.definition] + $0.rule.words).joined() }.joined(separator: ";")
        return "%\(modulus);\(body)?\(question.definition)\n"
    }

    /// The variable asked for and everything its value needs, each once.
    var needed: Set<GraphName> {
        var needed: Set<GraphName> = []
        var open = [question]
        while let name = open.popLast() {
            if needed.insert(name).inserted { open += rule(of: name)?.operands ?? [] }
        }
        return needed
    }
}
