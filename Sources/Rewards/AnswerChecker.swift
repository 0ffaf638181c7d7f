/// Judges a response against what a task knows about its problem.
///
/// A module of tasks provides these; `Reward` only calls them.
public protocol AnswerChecker: Sendable {
    /// Whether the response solves the problem that the reference describes.
    ///
    /// Deterministic, and bounded by steps rather than by time. An error thrown here becomes an INTERNAL verdict with
    /// the error's text.
    func judge(response: String, reference: String) throws -> Judgement
}
