public import Testing

/// Compares byte by byte: Swift's own comparison takes canonically equivalent strings for equal.
public func expectSame(_ text: String, _ expected: String, _ comment: Comment? = nil) {
    #expect(Array(text.utf8) == Array(expected.utf8), comment ?? "\(text.debugDescription)")
}
