internal import Basics

/// The result a response states, unjudged, and where it is.
///
/// It is looked for after the last `</think>`, as in the checkers.
public struct StatedAnswer: Sendable, Equatable {
    /// What counts as the result.
    public enum Form: Sendable, Hashable {
        /// The content of the last box; see `BoxedAnswer`.
        case boxed
        /// The last line that is not blank.
        case lastLine
    }

    /// The result with runs of white space folded to one space, so that results differing only in that are equal.
    public let text: String
    /// Its position in the response's UTF-8 text.
    public let bytes: Range<Int>

    /// - Returns: nil if the response states none in this form.
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
