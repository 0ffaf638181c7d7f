/// The events of a job: those stored, then those to come, each once and in order.
///
/// It ends after the event that ends the job, or when the server stops.
public struct JobWatch: AsyncSequence, Sendable {
    /// Read from the store at a time.
    private static let page = 256

    let job: JobID
    let after: Int64
    /// Whether to end where the past does.
    let pastOnly: Bool
    let store: JobStore
    let signals: JobSignals

    public struct Iterator: AsyncIteratorProtocol {
        private let watch: JobWatch
        private var last: Int64
        private var page: ArraySlice<JobEvent> = []
        private var signals: AsyncStream<Void>.Iterator
        private var isOver = false

        fileprivate init(_ watch: JobWatch) {
            self.watch = watch
            last = watch.after
            // Before the first look into the store, so that nothing falls between the two.
            signals = watch.signals.subscribe(to: watch.job).makeAsyncIterator()
        }

        /// - Throws: `JobError` when the store cannot be read, `CancellationError`.
        public mutating func next() async throws -> JobEvent? {
            while !isOver {
                if let event = page.popFirst() {
                    last = event.sequence
                    isOver = event.endsJob
                    return event
                }
                try Task.checkCancellation()
                page = try await read()[...]
                if page.isEmpty {
                    // A job that was over before has no ending event after a late number, or in a forgotten history.
                    if watch.pastOnly { return nil }
                    if try await isJobOver() { return nil }
                    guard await signals.next() != nil else { return nil }
                }
            }
            return nil
        }

        private func read() async throws -> [JobEvent] {
            let (watch, last) = (watch, last)
            return try await Blocking.run { try watch.store.events(of: watch.job, after: last, limit: JobWatch.page) }
        }

        /// Read after the events were found to be none, so that none can have come between.
        private func isJobOver() async throws -> Bool {
            let (watch, last) = (watch, last)
            return try await Blocking.run {
                let job = try watch.store.job(watch.job)
                return job.state.isFinal && (job.lastSequence <= last || job.isForgotten(in: watch.store))
            }
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension JobRecord {
    /// Whether the events were deleted for their age.
    fileprivate func isForgotten(in store: JobStore) -> Bool {
        (try? store.events(of: id, after: lastSequence - 1, limit: 1).isEmpty) ?? false
    }
}
