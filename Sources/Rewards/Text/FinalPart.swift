internal import Foundation

/// The part of a response that states its result.
enum FinalPart {
    /// What ends a model's thinking.
    static let thinkingEnd = "</think>"

    /// The text after the last `</think>`, or all of it where there is none.
    ///
    /// A box inside the thinking is a draft: models write several before they decide.
    static func of(_ response: String) -> Substring {
        guard let end = response.range(of: thinkingEnd, options: [.backwards, .literal]) else { return response[...] }
        return response[end.upperBound...]
    }
}
