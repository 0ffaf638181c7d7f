/// In which order a file has the rows of a tensor.
///
/// GGUF files of the architecture `llama` have the rows of query and key projections in another order than Hugging
/// Face's: where the latter rotate row i of a head with row i + D/2, the former rotate neighbours, 2i with 2i + 1.
enum RowOrder: Sendable, Hashable {
    case asStored
    /// The two halves of each head of so many rows are stored alternately, row by row.
    case alternatingHalves(headSize: Int)

    /// Where row `row` is stored.
    func stored(_ row: Int) -> Int {
        switch self {
        case .asStored: return row
        case .alternatingHalves(let headSize):
            let (head, inner) = row.quotientAndRemainder(dividingBy: headSize)
            let (half, index) = inner.quotientAndRemainder(dividingBy: headSize / 2)
            return head * headSize + 2 * index + half
        }
    }

    /// Calls `body` with runs of elements that lie side by side in the file, in order.
    ///
    /// - Parameters:
    ///   - width: The elements of a row.
    ///   - body: Gets the first stored element, the count, and the place within `range`.
    func forEachRun(of range: Range<Int>, width: Int, _ body: (_ first: Int, _ count: Int, _ place: Int) -> Void) {
        guard case .alternatingHalves = self else { return body(range.lowerBound, range.count, 0) }
        var position = range.lowerBound
        while position < range.upperBound {
            let (row, column) = position.quotientAndRemainder(dividingBy: width)
            let count = min(width - column, range.upperBound - position)
            body(stored(row) * width + column, count, position - range.lowerBound)
            position += count
        }
    }
}
