/// `</think>`, which ends a reasoning model's thinking.
///
/// A response should have one, and some have more: models write it in the middle of thinking, or continue thinking
/// after it. Which one counts depends on the purpose:
///
/// - **Steps** (`ThinkingEndMatcher`): the first one ends the thinking. A trace is made while the response arrives,
///   when it is unknown whether another will follow, and text once classified as thinking must remain so.
/// - **Results** (`ThinkingEnd.result(of:)`): whatever follows the last one is the result. A box before it is a draft;
///   models write several before they decide.
public enum ThinkingEnd {
    public static let marker = "</think>"

    /// The part of a response that states its result: everything after the last marker, or all of it if there is none.
    public static func result(of response: String) -> Substring {
        var matcher = ThinkingEndMatcher(), start = response.startIndex
        let bytes = response.utf8
        for index in bytes.indices where matcher.append(CollectionOfOne(bytes[index])) {
            start = bytes.index(after: index)
        }
        return response[start...]
    }
}

/// Finds `</think>` in a response that arrives token by token, whether it is one token or spread over several.
///
/// A value: copy it to try something and drop the copy.
public struct ThinkingEndMatcher: Hashable, Sendable {
    private static let pattern = Array(ThinkingEnd.marker.utf8)
    /// The number of marker bytes that the response so far ends with.
    private var matched = 0

    public init() {}

    /// Processes the next token's bytes.
    ///
    /// - Returns: Whether the marker is completed within this token.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> Bool {
        var completed = false
        for byte in bytes {
            // The marker's first byte occurs in it only once, so a mismatch can only restart at the current byte.
            if byte != Self.pattern[matched] { matched = 0 }
            if byte == Self.pattern[matched] { matched += 1 }
            if matched == Self.pattern.count {
                completed = true
                matched = 0
            }
        }
        return completed
    }
}
