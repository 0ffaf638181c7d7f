internal import Guarding

/// Hands a job's feedback to its program, step by step: a step that is done again gets the records it had before,
/// whatever has arrived since.
final class FeedbackDelivery: Sendable {
    private struct State {
        /// The last record that the step may have; nil: all there are.
        var bound: Int64?
        /// The last record that the program has, if it asked in this step.
        var position: Int64?
    }

    private let store: JobStore
    private let job: JobID
    /// By step: the last record that had been taken when the step was stored.
    private let past: [Int: Int64]
    private let state = Guarded(State())

    /// - Parameter step: The steps done in the state that the job goes on from.
    init(_ store: JobStore, _ record: JobRecord, from step: Int) throws(JobError) {
        self.store = store
        job = record.id
        past = record.specification.feedback.enabled ? try store.feedbackTaken(by: record.id, after: step) : [:]
    }

    func begin(step: Int) { state.withLock { $0 = State(bound: past[step]) } }

    /// What belongs to the step's event: the last record taken by then; nil if the step asked for none.
    var position: Int64? { state.withLock { $0.position } }

    var source: FeedbackSource {
        FeedbackSource { [self] number, limit in
            try records(after: number, limit: limit)
        } markUsed: { [store, job] number in
            // If this fails once, the next step makes up for it.
            try? store.markFeedbackUsed(upTo: number, of: job)
        }
    }

    private func records(after number: Int64, limit: Int) throws(JobError) -> [FeedbackSource.Item] {
        let bound = state.withLock { $0.bound } ?? .max
        let records = try store.feedback(of: job, after: number, limit: limit).filter { $0.number <= bound }
        state.withLock { $0.position = records.last?.number ?? number }
        return records
    }
}
