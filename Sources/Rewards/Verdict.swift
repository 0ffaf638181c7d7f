/// What became of checking one response.
///
/// A score alone would hide why it is zero: a model that reasons wrongly, one that never states an answer and a checker
/// that gave up call for different remedies. Raw values are what logs and JSON carry; they do not change.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The answer agrees with the reference.
    case correct = "CORRECT"
    /// The answer was read and disagrees.
    case incorrect = "INCORRECT"
    /// The answer was read, and no means at hand tells whether it agrees.
    case undecided = "UNDECIDED"
    /// The response states no answer in the form asked for.
    case noAnswer = "NO_ANSWER"
    /// The answer, or the reference, cannot be read as what it should be.
    case parseError = "PARSE_ERROR"
    /// Checking needed more steps than it was allowed.
    case timeout = "TIMEOUT"
    /// The checker itself failed.
    case `internal` = "INTERNAL"
}
