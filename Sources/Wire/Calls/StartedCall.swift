/// A call under way, cancelled when nobody holds it any more and when a task that waits on it is cancelled.
final class StartedCall: Sendable {
    private let call: ClientCall

    init(_ call: ClientCall) { self.call = call }

    // After the call has ended this does nothing.
    deinit { call.cancel() }

    func cancel() { call.cancel() }

    /// The next response, or nil when the call ended well.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await call.responses.next()
        } onCancel: {
            call.cancel()
        }
    }

    func send(_ request: [UInt8]) async throws {
        try await withTaskCancellationHandler {
            try await call.requests.send(request)
        } onCancel: {
            call.cancel()
        }
    }

    func finishRequests() async throws { try await call.finishRequests() }

    /// Sends the one request of a call.
    ///
    /// A server may end a call before it took the request; why it did is then to be had from the responses.
    func sendOnly(_ request: [UInt8]) async throws {
        do {
            try await send(request)
            try await finishRequests()
        } catch {
            while try await next() != nil {}
            throw error
        }
    }
}
