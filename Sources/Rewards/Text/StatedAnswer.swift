internal import Basics

/// The result that a response states, without a judgement of it, and where it stands.
///
/// It is looked for after the last `</think>`, as the checkers do.
public struct StatedAnswer: Sendable, Equatable {
    /// What counts as the result.
    public enum Form: Sendable, Hashable {
        /// What the last box holds; see `BoxedAnswer`.
        case boxed
        /// The last line that is not blank.
        case lastLine
    }

    /// With one space for each stretch of white space, so that results that differ in nothing else are equal.
    public let text: String
    /// Where it stands in the response's UTF-8 text.
    public let bytes: Range<Int>

    /// - Returns: nil where the response states none in this form.
    public init?(in response: String, form: Form) {
        guard let found = Self.find(in: ThinkingEnd.result(of: response), form) else { return nil }
        text = found.foldingSpace
        let start = response.utf8.distance(from: response.startIndex, to: found.startIndex)
        bytes = start..<start + found.utf8.count
    }

    private static func find(in text: Substring, _ form: Form) -> Substring? {
        switch form {
        case .boxed: return try? BoxedAnswer.content(of: text).get()
        case .lastLine:
            let last = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
            return last?.trimmedSlice
        }
    }
}
