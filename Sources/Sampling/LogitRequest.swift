/// What is needed from one row of logits, as data: the back end that computes the row answers it in place.
public struct LogitRequest: Sendable {
    /// Draws the token that follows.
    public struct Draw: Sendable {
        public var sampler: Sampler
        /// The number of tokens already drawn for the response.
        public var position: Int

        public init(sampler: Sampler, position: Int) {
            self.sampler = sampler
            self.position = position
        }
    }

    /// The token that follows, if known.
    public struct Given: Sendable {
        public var token: Int32
        /// Its position in the sequence.
        public var position: Int
        /// How the distribution before it is used.
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
    /// The detail to report about the token that follows.
    public var detail: TokenDetail

    public init(_ next: Next, detail: TokenDetail) {
        self.next = next
        self.detail = detail
    }
}

/// The result of a row of logits.
public struct LogitResult: Sendable {
    /// The drawn token; nil if it was given.
    public var token: Int32?
    /// nil if no detail was requested.
    public var statistics: TokenStatistics?

    public init(token: Int32? = nil, statistics: TokenStatistics? = nil) {
        self.token = token
        self.statistics = statistics
    }
}

extension LogitRequest {
    /// Answers the request on the CPU.
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
    /// The drawn token, and its logit before the draw changed the row.
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
