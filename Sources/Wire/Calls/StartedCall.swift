/// A call in progress, cancelled when its last reference is released or a task waiting on it is cancelled.
final class StartedCall: Sendable {
    private let call: ClientCall

    init(_ call: ClientCall) { self.call = call }

    // Does nothing if the call has already ended.
    deinit { call.cancel() }

    func cancel() { call.cancel() }

    /// The next response, or nil if the call ended well.
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

    /// Sends the only request of a call.
    ///
    /// A server may end a call before taking the request; the responses then carry the reason.
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
