public import Sampling

/// The results of a pass's wanted rows, by chunk and row.
public struct LogitResults: Sendable {
    private let results: [Result<LogitResult, SamplingError>]
    private let rows: [Place]

    /// The wanted rows of a chunk, and where they begin among those of all chunks.
    public typealias Place = (wanted: Range<Int>, first: Int)

    /// - Parameters:
    ///   - results: One for each wanted row, in order of chunks and rows.
    ///   - rows: The chunks' places.
    public init(_ results: [Result<LogitResult, SamplingError>], at rows: [Place]) {
        self.results = results
        self.rows = rows
        precondition(
            rows.reduce(0) { $0 + $1.wanted.count } == results.count, "one result for each row that is wanted")
    }

    /// Where each chunk's wanted rows begin among those of all chunks.
    public static func places(of chunks: [ForwardChunk]) -> [Place] {
        var first = 0
        return chunks.map { chunk in
            defer { first += chunk.logitRows.count }
            return (chunk.logitRows, first)
        }
    }

    /// The first error of a chunk's rows.
    public func error(_ chunk: Int) -> SamplingError? {
        of(chunk).lazy.compactMap { if case .failure(let error) = $0 { error } else { nil } }.first
    }

    /// The token drawn from a chunk's last row.
    public func draw(_ chunk: Int) -> Int32? {
        (try? of(chunk).last?.get())?.token
    }

    /// Statistics of the token that follows row `row` of a chunk; nil if its logits were not wanted.
    public func statistics(_ chunk: Int, row: Int) -> TokenStatistics? {
        let (wanted, first) = rows[chunk]
        guard wanted.contains(row) else { return nil }
        return (try? results[first + row - wanted.lowerBound].get())?.statistics
    }

    private func of(_ chunk: Int) -> ArraySlice<Result<LogitResult, SamplingError>> {
        results[rows[chunk].first..<rows[chunk].first + rows[chunk].wanted.count]
    }
}
