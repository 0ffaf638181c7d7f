internal import Basics
internal import Matching

/// Compares what a pattern captures with the reference.
///
/// The last match after the last `</think>` counts; its first group is the answer, which is compared with the reference
/// as by `ExactChecker`. Patterns have PCRE2's syntax, Unicode classes, and `^` and `$` at line breaks.
public struct PatternChecker: AnswerChecker {
    /// Why a pattern cannot be used.
    public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// The most steps one search may take: PCRE2's match limit. Takes some 10 ms; no pattern that reads an answer needs
    /// a hundredth of it.
    public static let matchLimit: UInt32 = 1_000_000

    public let pattern: String
    public let ignoresCase: Bool
    private let expression: RegularExpression

    /// - Parameters:
    ///   - pattern: Must have at least one group, the first of which captures the answer: `Answer: (.+)`.
    ///   - ignoresCase: Whether to ignore case when comparing answers; matching the pattern is unaffected.
    /// - Throws: `Problem` if the pattern is invalid or captures nothing.
    public init(_ pattern: String, ignoresCase: Bool = false) throws(Problem) {
        do {
            expression = try RegularExpression(pattern)
        } catch {
            throw Problem(description: "the pattern cannot be used: \(error.message). Mend it, in PCRE2's syntax.")
        }
        guard expression.groupCount > 0 else {
            let remedy = "Put parentheses around the answer: Answer: (.+)"
            throw Problem(description: "the pattern '\(pattern)' captures nothing. \(remedy)")
        }
        self.pattern = pattern
        self.ignoresCase = ignoresCase
    }

    public func judge(response: String, reference: String) -> Judgement {
        switch expression.lastMatch(in: String(ThinkingEnd.result(of: response)), limit: Self.matchLimit) {
        case .noMatch: return Judgement(.noAnswer, detail: "the pattern matches nowhere in the result")
        case .overLimit: return Judgement(.timeout, detail: "the pattern takes more than \(Self.matchLimit) steps")
        case .match(let groups):
            guard let answer = groups[1]?.trimmed, !answer.isEmpty else {
                return Judgement(.noAnswer, detail: "the pattern matches and captures nothing")
            }
            let isEqual = folded(answer) == folded(reference)
            return Judgement(isEqual ? .correct : .incorrect, answer: answer)
        }
    }

    private func folded(_ text: String) -> String {
        (ignoresCase ? text.lowercased() : text).foldingSpace
    }
}
