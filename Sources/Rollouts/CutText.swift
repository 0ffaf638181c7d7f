/// A text cut by tokens. A character belongs to the token that completes it, so the texts of adjacent ranges
/// concatenate to the text of the whole.
public struct CutText: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token's text ends, in bytes.
    public private(set) var ends: [Int] = []

    public init() {}

    /// The number of tokens.
    public var count: Int { ends.count }
    public var whole: String { String(decoding: bytes, as: UTF8.self) }

    /// The text of tokens [range).
    public func text(of range: Range<Int>) -> String {
        guard !range.isEmpty else { return "" }
        return String(decoding: bytes[start(of: range.lowerBound)..<ends[range.upperBound - 1]], as: UTF8.self)
    }

    /// Where a token's text begins, in bytes; for one past the last token, where the text ends.
    public func start(of token: Int) -> Int { token > 0 ? ends[token - 1] : 0 }

    /// Appends the text that the next token completes.
    public mutating func append(_ piece: String) {
        bytes += piece.utf8
        ends.append(bytes.count)
    }

    /// Appends to the last token's text.
    public mutating func extendLast(_ piece: String) {
        guard let last = ends.indices.last else { return }
        bytes += piece.utf8
        ends[last] = bytes.count
    }

    /// Drops everything after the given number of bytes.
    public mutating func end(atByte length: Int) {
        guard length < bytes.count else { return }
        bytes.removeSubrange(length...)
        ends = ends.map { min($0, length) }
    }

    /// Drops everything from the first occurrence of any of the given texts on.
    mutating func end(beforeFirstOf texts: [[UInt8]]) {
        let found = bytes.indices.first { start in texts.contains { bytes[start...].starts(with: $0) } }
        if let found { end(atByte: found) }
    }
}
