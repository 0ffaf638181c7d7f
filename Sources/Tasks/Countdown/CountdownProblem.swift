/// Numbers to be combined into a target by +, -, * and exact division.
///
///     3;5;2;7=24?
///
/// make 24 from these numbers, each used at most once; with `!` instead of `?`, each used exactly once. A line break
/// ends it.
struct CountdownProblem: Sendable, Hashable {
    let numbers: [Int]
    let target: Int
    let usesAll: Bool

    init(numbers: [Int], target: Int, usesAll: Bool) {
        self.numbers = numbers
        self.target = target
        self.usesAll = usesAll
    }

    /// Parses a prompt.
    init(parsing prompt: String) throws(TaskError) {
        var reader = PromptReader(prompt, .countdown)
        var numbers: [Int] = []
        repeat { numbers.append(try reader.number()) } while reader.skip(";")
        guard numbers.count <= CountdownSetting.numberBounds.upperBound else {
            throw reader.problem("there are \(numbers.count) numbers")
        }
        try reader.expect("=")
        let target = try reader.number()
        let usesAll = reader.skip("!")
        if !usesAll { try reader.expect("?") }
        try reader.expect("\n")
        guard reader.isAtEnd else { throw reader.problem("expected the end") }
        self.init(numbers: numbers, target: target, usesAll: usesAll)
    }

    var prompt: String {
        numbers.map { "\($0)" }.joined(separator: ";") + "=\(target)\(usesAll ? "!" : "?")\n"
    }
}
