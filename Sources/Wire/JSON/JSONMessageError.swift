/// What is wrong with JSON that should be a message.
package struct JSONMessageError: Error, Equatable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// Where, by the names used in the JSON: `sampling.maxTokens`, `messages[2].content`, `metrics["a b"]`. Empty
        /// for the whole document.
        package var path: String
        /// What is wrong and how to fix it.
        package var reason: String

        package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
    }

    /// Full name of the message type that was read.
    package var message: String
    /// The problems found first, at most `limit`.
    package var problems: [Problem]
    /// The total number of problems, including those beyond the limit.
    package var count: Int

    /// The most problems reported: a list of a million bad numbers does not need a million lines.
    package static let limit = 32

    package var description: String {
        let more = count > problems.count ? " (\(count) problems in all.)" : ""
        return "\(message): \(problems.map(\.description).joined(separator: " "))\(more)"
    }
}
