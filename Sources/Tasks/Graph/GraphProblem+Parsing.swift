extension GraphProblem {
    /// Parses a prompt.
    init(parsing prompt: String) throws(TaskError) {
        var reader = PromptReader(prompt, .graph)
        try reader.expect("%")
        let modulus = try reader.number()
        guard GraphSetting.modulusBounds.contains(modulus) else { throw reader.problem("the modulus is \(modulus)") }
        try reader.expect(";")
        var definitions: [Definition] = []
        repeat {
            guard let name = GraphName(definition: reader.word()) else {
                throw reader.problem("expected a capital letter")
            }
            definitions.append(Definition(name: name, rule: try Self.rule(&reader, modulus)))
        } while reader.skip(";")
        try reader.expect("?")
        guard let question = GraphName(definition: reader.word()) else {
            throw reader.problem("expected a capital letter")
        }
        try reader.expect("\n")
        guard reader.isAtEnd else { throw reader.problem("expected the end") }
        guard let problem = GraphProblem(modulus: modulus, definitions: definitions, question: question) else {
            throw reader.problem("a name is defined twice, not at all, or by itself")
        }
        self = problem
    }

    private static func rule(_ reader: inout PromptReader, _ modulus: Int) throws(TaskError) -> GraphRule {
        guard let name = GraphName(value: reader.next) else { return .constant(try constant(&reader, modulus)) }
        _ = reader.word()
        let operation = try reader.operation()
        if let other = GraphName(value: reader.next) {
            _ = reader.word()
            return .ofVariables(name, operation, other)
        }
        return .withConstant(name, operation, try constant(&reader, modulus))
    }

    private static func constant(_ reader: inout PromptReader, _ modulus: Int) throws(TaskError) -> Int {
        let number = try reader.number()
        guard number < modulus else { throw reader.problem("\(number) is not below the modulus \(modulus)") }
        return number
    }
}
