import Guarding
import TestSupport
import Threads
import Wire

@testable import WireUV

/// Methods with one behaviour each, and a record of how handlers ended.
struct EchoHandler: CallHandler {
    /// Longer than any test waits: a handler that sleeps so long was woken by something else.
    private static let ages = hangLimit * 10

    let log = Guarded<[String]>([])
    /// Methods whose handlers have begun.
    let begun = Guarded<[String]>([])

    /// Opened when handlers that block may go on.
    let gate = Condition(false)

    func serves(_ method: MethodName) -> Bool { method.service == "test.Echo" }
    func isPrompt(_ method: MethodName) -> Bool { method.method == "Prompt" }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        begun.withLock { $0.append(context.method.method) }
        do {
            let trailers = try await answer(context, requests, responses)
            note("\(context.method.method) done")
            return trailers
        } catch {
            note("\(context.method.method) \((error as? RPCError)?.code.name ?? "\(error)")")
            throw error
        }
    }

    /// Lets handlers go on that block.
    func release() {
        gate.withLock { $0 = true }
        gate.broadcast()
    }

    private func note(_ text: String) { log.withLock { $0.append(text) } }

    private func answer(
        _ context: CallContext, _ requests: any MessageSource, _ responses: any MessageSink
    ) async throws -> Metadata {
        switch context.method.method {
        case "Block": gate.wait { $0 ? () : nil }
        case "Echo", "Prompt":
            while let message = try await requests.next() { try await responses.send(message) }
        case "Count":
            let count = Int(String(decoding: try await requests.next() ?? [], as: UTF8.self)) ?? 0
            for index in 0..<count { try await responses.send(Array("\(index)".utf8)) }
        case "Flood":
            while true {
                try await responses.send([UInt8](repeating: 1, count: 1024))
                note("sent")
            }
        case "Sleep": try await Task.sleep(for: Self.ages)
        case "AnswerThenSleep":
            try await responses.send([1])
            try await Task.sleep(for: Self.ages)
        case "IgnoreRequests": try await responses.send([1])
        case "Fail":
            throw RPCError(
                .invalidArgument, reason: "BAD_THING", "näh: 100%\n", values: ["thing": "x"],
                details: [.badRequest([.init(field: "a.b", description: "must be c")]), .retryInfo(delay: .seconds(2))])
        case "FailLate":
            try await responses.send([1])
            throw RPCError(.dataLoss, "late")
        case "Crash": throw Unexpected()
        case "Certificate": try await responses.send(context.certificate ?? [])
        case "Metadata":
            var trailers = Metadata()
            for entry in context.metadata where entry.name.hasPrefix("x-") { trailers.add(entry.name, entry.value) }
            try await responses.send(Array(context.peer.utf8))
            return trailers
        default: throw RPCError(.unimplemented, "no such echo")
        }
        return [:]
    }

    struct Unexpected: Error {}
}

extension MethodName {
    static func echo(_ method: String) -> MethodName { MethodName(service: "test.Echo", method: method) }
}

extension ClientTransport {
    func echo(
        _ method: String, metadata: Metadata = [:], timeout: Duration? = hangLimit
    ) async throws -> ClientCall {
        try await startCall(.echo(method), metadata: metadata, deadline: timeout.map { .now + $0 })
    }

    /// One request, all responses.
    func all(_ method: String, _ request: [UInt8] = [], timeout: Duration? = hangLimit) async throws -> [[UInt8]] {
        let call = try await echo(method, timeout: timeout)
        try await call.requests.send(request)
        try await call.finishRequests()
        return try await call.responses.all()
    }
}

extension MessageSource {
    func all() async throws -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while let message = try await next() { messages.append(message) }
        return messages
    }
}

extension EchoHandler {
    /// Messages that "Flood" has sent, once it sends no more because it waits for its reader.
    ///
    /// Calls by others take far longer than a message, so one that sends is seen to send between them.
    func floodedMessages(_ other: UVClient) async throws -> Int {
        let sent = { log.withLock { $0.count { $0 == "sent" } } }
        var before = -1
        while sent() == 0 || sent() != before {
            before = sent()
            for _ in 0..<20 { _ = try await other.all("Echo", [1]) }
        }
        return before
    }
}

/// The error of something that must fail with one.
func rpcError(_ body: () async throws -> Void) async -> RPCError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? RPCError
    }
}
