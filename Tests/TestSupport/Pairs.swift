public import Testing

/// The elements of two collections side by side, which must be equally many: `zip` alone passes over what is missing.
public func pairs<A: Collection, B: Collection>(
    _ a: A, _ b: B, sourceLocation: SourceLocation = #_sourceLocation
) -> Zip2Sequence<A, B> {
    #expect(a.count == b.count, sourceLocation: sourceLocation)
    return zip(a, b)
}
