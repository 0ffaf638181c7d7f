extension JobRunner {
    /// A rejected record, and why it was rejected.
    public struct RefusedFeedback: Sendable, Equatable {
        /// Its index among the records offered.
        public let index: Int
        public let reason: String
    }

    private static let rewardRange = -1000.0...1000.0

    /// Stores records for a job to learn from. They are on disk when this returns.
    ///
    /// - Parameter requestID: Records offered again with the same id are stored once, and answered as before. Nil or
    ///   empty for none.
    /// - Throws: `JobError.unknownJob`, `wrongState` if the job is over, `feedbackNotEnabled`, `feedbackIDTaken`, `store`,
    ///   `outOfSpace`.
    public func offer(
        _ records: [FeedbackRecord], to id: JobID, requestID: String? = nil
    ) throws(JobError) -> [RefusedFeedback] {
        let job = try job(id)
        guard !job.state.isFinal else { throw .wrongState(job: id, state: job.state, wanted: "not over") }
        guard job.specification.feedback.enabled else { throw .feedbackNotEnabled(id) }
        var refused: [RefusedFeedback] = []
        var good: [(index: Int, record: FeedbackRecord)] = []
        for (index, record) in records.enumerated() {
            if let reason = Self.problem(record, job.specification.kind) {
                refused.append(.init(index: index, reason: reason))
            } else {
                good.append((index, record))
            }
        }
        let capacity = job.specification.feedback.capacity
        let requestID = requestID.flatMap { $0.isEmpty ? nil : $0 }
        guard let taken = try store.addFeedback(good.map(\.record), to: id, requestID: requestID, capacity: capacity)
        else { throw .feedbackIDTaken(requestID: requestID ?? "", job: id) }
        refused += good[taken...].map {
            .init(
                index: $0.index,
                reason: "\(capacity) records, or 256 MiB of them, wait to be used already. Send it again later.")
        }
        return refused.sorted { $0.index < $1.index }
    }

    private static func problem(_ record: FeedbackRecord, _ kind: JobKind) -> String? {
        if record.prompt.isEmpty { return "The prompt is empty." }
        switch record.content {
        case .answer(let answer): return answer.isEmpty ? "The answer is empty." : nil
        case .rewarded(let response, let reward):
            if kind.records == .responses {
                return "A job of kind \(kind) learns answers, and this is a response with a reward."
            }
            if response.isEmpty { return "The response is empty." }
            return rewardRange.contains(reward) ? nil : "The reward is \(reward). Give -1000 to 1000."
        }
    }
}
