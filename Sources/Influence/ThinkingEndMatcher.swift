/// Finds `</think>` in a response that arrives token by token, whether it is one token or spread over several.
///
/// A value: copy it to try something and drop the copy.
public struct ThinkingEndMatcher: Hashable, Sendable {
    /// The text that ends thinking.
    public static let marker = "</think>"

    private static let pattern = Array(marker.utf8)
    /// Bytes of the marker that the response so far ends with.
    private var matched = 0

    public init() {}

    /// Takes the next token's bytes.
    ///
    /// - Returns: Whether the marker is completed within this token.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> Bool {
        var completed = false
        for byte in bytes {
            // The marker's first byte occurs in it once, so a mismatch can only restart at the byte at hand.
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
