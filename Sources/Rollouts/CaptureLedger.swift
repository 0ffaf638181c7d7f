/// The memory that captured attention takes, and whose request must end when it is too much. Engine thread only.
struct CaptureLedger {
    private let limit: Int
    /// Bytes of the captures of all responses that have begun, running or stopped.
    private(set) var bytes = 0

    /// - Parameter limit: The most bytes over all requests; owners can have limits of their own.
    init(limit: Int) { self.limit = limit }

    /// Notes what a response's capture takes now.
    mutating func count(_ rollout: Rollout, bytes: Int) {
        let change = bytes - rollout.captureBytes
        self.bytes += change
        rollout.request.captureBytes += change
        rollout.captureBytes = bytes
    }

    /// The request to end, if captures take too much over all or of an owner: the one whose take the most.
    func excess(_ requests: some Collection<RunningRequest>) -> (RunningRequest, EngineError)? {
        guard bytes > 0 else { return nil }
        if bytes > limit, let request = Self.largest(requests) {
            return (request, .capturesTooLarge(bytes: request.captureBytes, limit: limit))
        }
        var owners: [RequestOwner: Int] = [:]
        for request in requests where request.captureBytes > 0 && request.owner.captureBytes != nil {
            owners[request.owner, default: 0] += request.captureBytes
        }
        for (owner, bytes) in owners {
            guard let limit = owner.captureBytes, bytes > limit,
                let request = Self.largest(requests.filter { $0.owner == owner })
            else { continue }
            // One that is within the limit by itself fits once the owner's others are over.
            let delay: Duration? = request.captureBytes > limit ? nil : .seconds(1)
            return (request, .quotaFull(.captureBytes, limit: limit, retryAfter: delay))
        }
        return nil
    }

    /// Of those that take equally much, the one that came last.
    private static func largest(_ requests: some Collection<RunningRequest>) -> RunningRequest? {
        requests.filter { $0.captureBytes > 0 }.max { ($0.captureBytes, $0.arrival) < ($1.captureBytes, $1.arrival) }
    }
}
