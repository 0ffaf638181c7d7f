import Guarding
import Jobs
import Wire

/// The newest job events in encoded form: many callers may watch one job, and each event is encoded only once.
final class EventEncodings: Sendable {
    private struct Entry {
        let job: JobID
        let sequence: Int64
        let bytes: [UInt8]
    }

    private static let limit = 64

    private let newest = Guarded<[Entry]>([])

    func bytes(of event: JobEvent, job: JobID) -> [UInt8] {
        let known = newest.withLock { entries in
            entries.last { $0.sequence == event.sequence && $0.job == job }?.bytes
        }
        if let known { return known }
        let bytes = V1.JobEvent(event).serializedBytes()
        newest.withLock { entries in
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append(Entry(job: job, sequence: event.sequence, bytes: bytes))
        }
        return bytes
    }
}
