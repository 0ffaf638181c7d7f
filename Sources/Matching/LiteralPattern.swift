/// A string to search for, in time linear in the text (Knuth, Morris and Pratt).
public struct LiteralPattern: Sendable {
    public let bytes: [UInt8]
    /// For each prefix of the string, the length of its longest proper suffix that is also a prefix.
    private let borders: [Int]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var borders = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = borders[length - 1] }
            if bytes[index] == bytes[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// Calls `body` with each match in `text[range]`, from the left without overlap; an empty string has none.
    ///
    /// - Returns: The number of bytes at the end of the range that may begin another match.
    @discardableResult
    public func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) -> Int {
        guard let first = bytes.first else { return 0 }
        var length = 0
        for index in range {
            let byte = text[index]
            if length == 0, byte != first { continue }
            while length > 0, byte != bytes[length] { length = borders[length - 1] }
            if byte == bytes[length] { length += 1 }
            if length == bytes.count {
                body(index + 1 - length..<index + 1)
                length = 0
            }
        }
        return length
    }
}
