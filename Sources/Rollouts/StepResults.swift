import Policy

/// What the logits of one step gave: filled by the team's threads, one row each.
final class StepResults: @unchecked Sendable {  // every row is written by one thread, read after the step
    /// Of each wanted row: the draw, when it is the row of a rollout's last token.
    private var draws: [Int32?]
    private var statistics: [TokenStatistics?]
    private var errors: [SamplingError?]
    private let firstRows: [Int]
    private let work: [ChunkWork]

    init(_ work: [ChunkWork]) {
        self.work = work
        var rows = 0
        firstRows = work.map { chunk in
            defer { rows += chunk.chunk.logitRows.count }
            return rows
        }
        draws = Array(repeating: nil, count: rows)
        statistics = Array(repeating: nil, count: rows)
        errors = Array(repeating: nil, count: rows)
    }

    /// Calls `body` with a function that reads one row's logits, to be called from any thread.
    func withReader(_ body: (LogitConsumer) -> Void) {
        draws.withUnsafeMutableBufferPointer { draws in
            statistics.withUnsafeMutableBufferPointer { statistics in
                errors.withUnsafeMutableBufferPointer { errors in
                    nonisolated(unsafe) let (draws, statistics, errors) = (draws, statistics, errors)
                    body { chunk, row, logits in
                        let at = index(chunk, row)
                        do throws(SamplingError) {
                            (statistics[at], draws[at]) = try read(work[chunk], row, logits)
                        } catch {
                            errors[at] = error
                        }
                    }
                }
            }
        }
    }

    private func index(_ chunk: Int, _ row: Int) -> Int {
        firstRows[chunk] + row - work[chunk].chunk.logitRows.lowerBound
    }

    private func read(
        _ work: ChunkWork, _ row: Int, _ logits: UnsafeMutableBufferPointer<Float>
    ) throws(SamplingError) -> (TokenStatistics?, Int32?) {
        let rollout = work.rollout, detail = rollout.request.request.detail
        let next = work.chunk.first + row + 1
        let given = next < rollout.tokens.count ? rollout.tokens[next] : nil
        if let given, rollout.usesDistribution(before: next) {
            try rollout.request.request.distributions?.read(UnsafeBufferPointer(logits), before: given, at: next)
        }
        if given != nil, !rollout.wantsDetail(of: next) { return (nil, nil) }
        guard !detail.isEmpty else { return (nil, try draw(rollout, logits)) }
        let raw = UnsafeBufferPointer(logits)
        let row = try LogitStatistics(raw)
        let top = detail.topLogprobs > 0 ? row.top(detail.topLogprobs, of: raw) : []
        // Drawing overwrites the row: keep what the token's own log-probability needs.
        if let given {
            let logprob = row.logprob(ofLogit: logits[Int(given)])
            return (TokenStatistics(logprob: logprob, entropy: Float(row.entropy), top: top), nil)
        }
        let (token, logit) = try drawKeepingLogit(rollout, logits)
        let statistics = TokenStatistics(
            logprob: row.logprob(ofLogit: logit), entropy: Float(row.entropy), top: top)
        return (statistics, token)
    }

    private func draw(
        _ rollout: Rollout, _ logits: UnsafeMutableBufferPointer<Float>
    ) throws(SamplingError) -> Int32 {
        try rollout.sampler.draw(from: logits, position: rollout.drawnCount)
    }

    /// The token drawn and its logit before the draw changed the row.
    private func drawKeepingLogit(
        _ rollout: Rollout, _ logits: UnsafeMutableBufferPointer<Float>
    ) throws(SamplingError) -> (Int32, Float) {
        let result = withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) {
            raw -> Result<(Int32, Float), SamplingError> in
            _ = raw.initialize(from: logits)
            do throws(SamplingError) {
                let token = try draw(rollout, logits)
                return .success((token, raw[Int(token)]))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: After the step

    /// The first error of a chunk's rows.
    func error(_ chunk: Int) -> SamplingError? {
        errors[rows(chunk)].lazy.compactMap { $0 }.first
    }

    /// The token drawn from a chunk's last row.
    func draw(_ chunk: Int) -> Int32? {
        rows(chunk).last.flatMap { draws[$0] }
    }

    /// Statistics of the token that follows row `row` of a chunk; nil when its logits were not wanted.
    func statistics(_ chunk: Int, row: Int) -> TokenStatistics? {
        work[chunk].chunk.logitRows.contains(row) ? statistics[index(chunk, row)] : nil
    }

    private func rows(_ chunk: Int) -> Range<Int> {
        firstRows[chunk]..<firstRows[chunk] + work[chunk].chunk.logitRows.count
    }
}

/// One rollout's share of a scheduler step.
struct ChunkWork {
    let rollout: Rollout
    let chunk: ForwardChunk
    /// Steps of the response that close in this chunk.
    let closed: [Range<Int>]
}
