/// Runs `body` on every element, at most `limit` at a time, and returns the results in the order of the elements. The
/// first error cancels the others and is thrown.
package func mapAtOnce<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Int, Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: elements.count)
        for (index, element) in elements.enumerated() {
            if index >= limit, let (done, result) = try await group.next() { results[done] = result }
            group.addTask { (index, try await body(index, element)) }
        }
        for try await (done, result) in group { results[done] = result }
        return results.map { $0! }
    }
}
