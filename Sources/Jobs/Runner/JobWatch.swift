/// A job's events: those stored, then new ones, each once and in order.
///
/// Ends after the event that ends the job, or when the server stops.
public struct JobWatch: AsyncSequence, Sendable {
    /// The number of events read from the store at a time.
    private static let page = 256

    let job: JobID
    let after: Int64
    /// Whether to end after the past events.
    let pastOnly: Bool
    let store: JobStore
    let signals: JobSignals
    /// Where the store is read.
    let threads: any TaskExecutor

    public struct Iterator: AsyncIteratorProtocol {
        private let watch: JobWatch
        private var last: Int64
        private var page: ArraySlice<JobEvent> = []
        private var signals: AsyncStream<Void>.Iterator
        private var isOver = false

        fileprivate init(_ watch: JobWatch) {
            self.watch = watch
            last = watch.after
            // Before the first read from the store, so that no event is missed in between.
            signals = watch.signals.subscribe(to: watch.job).makeAsyncIterator()
        }

        /// - Throws: `JobError` if the store cannot be read, or `CancellationError`.
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
                    // A finished job has no ending event after a late number, or if its history was deleted.
                    if watch.pastOnly { return nil }
                    if try await isJobOver() { return nil }
                    guard await signals.next() != nil else { return nil }
                }
            }
            return nil
        }

        private func read() async throws -> [JobEvent] {
            let (watch, last) = (watch, last)
            let reading = Task(executorPreference: watch.threads) {
                try watch.store.events(of: watch.job, after: last, limit: JobWatch.page)
            }
            return try await reading.value
        }

        /// Read after finding no more events, so that none can have come in between.
        private func isJobOver() async throws -> Bool {
            let (watch, last) = (watch, last)
            let reading = Task(executorPreference: watch.threads) {
                let job = try watch.store.job(watch.job)
                return job.state.isFinal && (job.lastSequence <= last || job.isForgotten(in: watch.store))
            }
            return try await reading.value
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension JobRecord {
    /// Whether the events were deleted because of their age.
    fileprivate func isForgotten(in store: JobStore) -> Bool {
        (try? store.events(of: id, after: lastSequence - 1, limit: 1).isEmpty) ?? false
    }
}
