import Guarding
import JSONCoding
import WireUV

/// Writes server-sent events, and a comment after a long silence: proxies and clients give up on idle streams.
///
/// Source: WHATWG HTML, section 9.2.
struct EventStream: Sendable {
    /// How long a stream may be silent.
    static let silence = Duration.seconds(8)

    private let writer: HTTPBodyWriter
    private let lastWrite = Guarded(ContinuousClock.now)

    /// A response whose body is an event stream.
    ///
    /// - Parameters:
    ///   - headers: Sent in addition to those of every event stream.
    ///   - produce: Writes the events; the stream ends when it returns. An error that it throws is not sent to the
    ///     client.
    static func response(
        headers: [(name: String, value: String)] = [], _ produce: @escaping @Sendable (EventStream) async throws -> Void
    ) -> HTTPResponse {
        var response = HTTPResponse(
            status: 200, contentType: "text/event-stream; charset=utf-8",
            body: .stream { writer in
                let events = EventStream(writer: writer)
                try await events.keepingAwake { try await produce(events) }
            })
        // A buffering proxy would defeat streaming.
        response.headers = [("cache-control", "no-cache"), ("x-accel-buffering", "no")] + headers
        return response
    }

    /// A stream as OpenAI's clients read it: an error is an event, and `[DONE]` comes last.
    static func openAI(
        headers: [(name: String, value: String)], deadline: ContinuousClock.Instant?,
        _ produce: @escaping @Sendable (EventStream) async throws -> Void
    ) -> HTTPResponse {
        response(headers: headers) { events in
            do {
                try await withDeadline(deadline) { try await produce(events) }
            } catch {
                try await events.send(DoorError(any: error, names: CompletionOptions.name).json)
            }
            try await events.send(text: "[DONE]")
        }
    }

    /// - Parameter event: The event's name, if it has one.
    func send(_ data: JSONValue, event: String? = nil) async throws {
        try await write((event.map { "event: \($0)\ndata: " } ?? "data: "), data.bytes())
    }

    func send(text: String) async throws { try await write("data: ", Array(text.utf8)) }

    private func write(_ start: String, _ line: [UInt8]) async throws {
        lastWrite.withLock { $0 = .now }
        try await writer.write(Array(start.utf8) + line + [0x0A, 0x0A])
    }

    private func keepingAwake(_ produce: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    let due = lastWrite.withLock { $0 } + Self.silence
                    if due > .now {
                        try await Task.sleep(until: due, clock: .continuous)
                    } else {
                        lastWrite.withLock { $0 = .now }
                        try await writer.write(Array(": ping\n\n".utf8))
                    }
                }
            }
            group.addTask { try await produce() }
            defer { group.cancelAll() }
            // The events end first; the pings end only with an error.
            try await group.next()
        }
    }
}
