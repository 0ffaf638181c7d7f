/// What is wanted of one row of logits, as data: the back end that computes the row answers it where the row is.
public struct LogitRequest: Sendable {
    /// Draws the token that follows.
    public struct Draw: Sendable {
        public var sampler: Sampler
        /// Tokens drawn for the response before.
        public var position: Int

        public init(sampler: Sampler, position: Int) {
            self.sampler = sampler
            self.position = position
        }
    }

    /// The token that follows, where it is known.
    public struct Given: Sendable {
        public var token: Int32
        /// Its position in the sequence.
        public var position: Int
        /// What becomes of the distribution before it.
        public var distributions: DistributionUse?

        public init(token: Int32, position: Int, distributions: DistributionUse?) {
            self.token = token
            self.position = position
            self.distributions = distributions
        }
    }

    public enum Next: Sendable {
        case draw(Draw)
        case given(Given)
    }

    public var next: Next
    /// What is reported of the token that follows.
    public var detail: TokenDetail

    public init(_ next: Next, detail: TokenDetail) {
        self.next = next
        self.detail = detail
    }
}

/// What a row of logits gave.
public struct LogitResult: Sendable {
    /// The token drawn; nil where it was given.
    public var token: Int32?
    /// nil where no detail is wanted.
    public var statistics: TokenStatistics?

    public init(token: Int32? = nil, statistics: TokenStatistics? = nil) {
        self.token = token
        self.statistics = statistics
    }
}

extension LogitRequest {
    /// Answers the request on this processor.
    ///
    /// - Parameter logits: The row of V logits; overwritten.
    public func answer(_ logits: UnsafeMutableBufferPointer<Float>) throws(SamplingError) -> LogitResult {
        switch next {
        case .given(let given): try answer(given, UnsafeBufferPointer(logits))
        case .draw(let draw): try answer(draw, logits)
        }
    }

    private func answer(
        _ given: Given, _ logits: UnsafeBufferPointer<Float>
    ) throws(SamplingError) -> LogitResult {
        try given.distributions?.read(logits, before: given.token, at: given.position)
        guard !detail.isEmpty else { return LogitResult() }
        let row = try LogitStatistics(logits)
        return LogitResult(statistics: statistics(row, logit: logits[Int(given.token)], top: top(row, logits)))
    }

    private func answer(
        _ draw: Draw, _ logits: UnsafeMutableBufferPointer<Float>
    ) throws(SamplingError) -> LogitResult {
        guard !detail.isEmpty else {
            return LogitResult(token: try draw.sampler.draw(from: logits, position: draw.position))
        }
        let row = try LogitStatistics(UnsafeBufferPointer(logits)), top = top(row, UnsafeBufferPointer(logits))
        let (token, logit) = try draw.keepingLogit(logits)
        return LogitResult(token: token, statistics: statistics(row, logit: logit, top: top))
    }

    private func top(_ row: LogitStatistics, _ logits: UnsafeBufferPointer<Float>) -> [TokenLogprob] {
        detail.topLogprobs > 0 ? row.top(detail.topLogprobs, of: logits) : []
    }

    private func statistics(_ row: LogitStatistics, logit: Float, top: [TokenLogprob]) -> TokenStatistics {
        TokenStatistics(logprob: row.logprob(ofLogit: logit), entropy: Float(row.entropy), top: top)
    }
}

extension LogitRequest.Draw {
    /// The token drawn and its logit before the draw changed the row.
    fileprivate func keepingLogit(
        _ logits: UnsafeMutableBufferPointer<Float>
    ) throws(SamplingError) -> (token: Int32, logit: Float) {
        let result = withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) {
            raw -> Result<(Int32, Float), SamplingError> in
            _ = raw.initialize(from: logits)
            do throws(SamplingError) {
                let token = try sampler.draw(from: logits, position: position)
                return .success((token, raw[Int(token)]))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
