/// What is wrong with JSON that should be a message.
package struct JSONMessageError: Error, Equatable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// Where, by the names that the JSON has: `sampling.maxTokens`, `messages[2].content`, `metrics["a b"]`. Empty for
        /// the whole.
        package var path: String
        /// What, and what to do about it.
        package var reason: String

        package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
    }

    /// Full name of the message type that was read.
    package var message: String
    /// Those found first, `limit` at most.
    package var problems: [Problem]
    /// How many there are, also beyond the limit.
    package var count: Int

    /// Problems that are told: a list of a million bad numbers needs no million lines.
    package static let limit = 32

    package var description: String {
        let more = count > problems.count ? " (\(count) problems in all.)" : ""
        return "\(message): \(problems.map(\.description).joined(separator: " "))\(more)"
    }
}
