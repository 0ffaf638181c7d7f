/// Why a mathematical answer could not be read or compared.
enum MathProblem: Error, Equatable {
    /// The text is not an answer in a known notation; says what was found.
    case unreadable(String)
    /// The text is longer or nested deeper than answers are.
    case oversized(String)
    /// Comparing took more steps than allowed.
    case outOfSteps(Int)

    var verdict: Verdict {
        switch self {
        case .unreadable, .oversized: .parseError
        case .outOfSteps: .timeout
        }
    }

    var description: String {
        switch self {
        case .unreadable(let what), .oversized(let what): what
        case .outOfSteps(let limit): "comparing takes more than \(limit) steps"
        }
    }
}
