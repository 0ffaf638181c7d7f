/// Judges a response against what a task knows about its problem.
///
/// Task modules provide these; `Reward` only calls them.
public protocol AnswerChecker: Sendable {
    /// Whether the response solves the problem that the reference describes.
    ///
    /// Must be deterministic, and bounded by steps rather than by time. A thrown error becomes an INTERNAL verdict with
    /// the error's text.
    func judge(response: String, reference: String) throws -> Judgement
}
