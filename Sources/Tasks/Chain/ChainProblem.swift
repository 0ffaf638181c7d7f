/// A number changed by a chain of operations, each applied to the result of the one before.
///
///     %23;7;+5;*3;-4?
///
/// modulo 23: 7 plus 5, that times 3, that minus 4. Without `%23;` numbers are ordinary integers. A line break ends it.
struct ChainProblem: Sendable, Hashable {
    let modulus: Int?
    let start: Int
    let links: [Link]
    /// The result of each link.
    private let results: [Int]

    struct Link: Sendable, Hashable {
        let operation: Operation
        let operand: Int
    }

    /// Returns nil if a value leaves the range of Int.
    init?(modulus: Int?, start: Int, links: [Link]) {
        self.modulus = modulus
        self.start = start
        self.links = links
        var results: [Int] = []
        for link in links {
            let value = results.last ?? start
            let result =
                modulus.map { link.operation.apply(value, link.operand, modulo: $0) }
                ?? link.operation.apply(value, link.operand)
            guard let result else { return nil }
            results.append(result)
        }
        self.results = results
    }

    /// One attempt; nil if a value leaves the setting's limits.
    init?(_ setting: ChainSetting, _ draws: inout Draws) {
        let count = draws.integer(in: setting.operationCount)
        let start = draws.integer(in: setting.operands)
        let links = (0..<count).map { _ in
            Link(operation: setting.operations.draw(&draws), operand: draws.integer(in: setting.operands))
        }
        self.init(modulus: setting.modulus > 0 ? setting.modulus : nil, start: start, links: links)
        guard modulus != nil || ([start] + results).allSatisfy((0...setting.limit).contains) else { return nil }
    }

    /// Parses a prompt.
    init(parsing prompt: String) throws(TaskError) {
        var reader = PromptReader(prompt, .chain)
        var modulus: Int?
        if reader.skip("%") {
            let number = try reader.number()
            guard (2...ChainSetting.modulusBounds.upperBound).contains(number) else {
                throw reader.problem("the modulus is \(number)")
            }
            modulus = number
            try reader.expect(";")
        }
        func operand() throws(TaskError) -> Int {
            let number = try reader.number()
            guard modulus.map({ number < $0 }) ?? true else {
                throw reader.problem("\(number) is not below the modulus")
            }
            return number
        }
        let start = try operand()
        var links: [Link] = []
        while reader.skip(";") { links.append(Link(operation: try reader.operation(), operand: try operand())) }
        try reader.expect("?")
        try reader.expect("\n")
        guard reader.isAtEnd, !links.isEmpty else {
            throw reader.problem("expected one operation or more, and the end")
        }
        guard let problem = ChainProblem(modulus: modulus, start: start, links: links) else {
            throw reader.problem("values grow beyond 2^63")
        }
        self = problem
    }

    var prompt: String {
        let body = links.map { ";\($0.operation.text)\($0.operand)" }.joined()
        return (modulus.map { "%\($0);" } ?? "") + "\(start)\(body)?\n"
    }

    var example: TaskExample {
        let steps = links.indices.map { pieces(of: $0).text + "\n\n" }.joined()
        return TaskExample(prompt: prompt, answer: answer, response: steps + AnswerBox.text(answer))
    }

    /// The value after a link.
    func result(of link: Int) -> Int { results[link] }

    var answer: String { "\(results.last ?? start)" }

    /// The words of a step, as in `7+5=12`.
    ///
    /// - Parameter showsWhole: Whether the result is there before it is reduced, where that makes a difference:
    ///   `22+5=27=4`.
    func pieces(of link: Int, showsWhole: Bool = false) -> [StepPiece] {
        let before = link > 0 ? results[link - 1] : start, operation = links[link].operation
        let whole = operation.apply(before, links[link].operand).flatMap { $0 != results[link] ? $0 : nil }
        return [
            StepPiece("\(before)", link > 0 ? .copy : .definition),
            StepPiece(operation.text, .definition), StepPiece("\(links[link].operand)", .definition),
        ] + (showsWhole ? whole.map([StepPiece].whole) ?? [] : []) + [
            StepPiece("="), StepPiece("\(results[link])", .arithmetic),
        ]
    }

    /// Checks a response's steps: one for each operation in the prompt's order, then the box. A
    /// step may show its result before it is reduced.
    func check(_ response: String) -> TaskCheck {
        var done = 0
        return checkSteps(of: response, isRight: { $0 == answer }) { step, isLast in
            if AnswerBox.begins(step) {
                guard done == links.count else { return .early }
                return isLast ? AnswerBox.fault(in: step, content: answer) : .format
            }
            guard done < links.count else { return .format }
            let writings = [pieces(of: done), pieces(of: done, showsWhole: true)]
            if let fault = writings.fault(in: step) { return fault }
            done += 1
            return step.isClosed ? nil : .truncated
        }
    }
}
