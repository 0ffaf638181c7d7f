import Dispatch
import Wire

@testable import WireUV

/// The first byte says in pieces of how many bytes the rest arrives; 0 is all at once.
func cutAsFirstByteSays(_ input: [UInt8]) -> (bytes: ArraySlice<UInt8>, pieceSize: Int)? {
    guard let first = input.first else { return nil }
    return (input.dropFirst(), first == 0 ? max(1, input.count) : Int(first))
}

/// A whole connection, HTTP/2 or HTTP/1.1: it must come to an end, and all handlers with it.
func fuzzHTTP2(_ input: [UInt8]) {
    guard let (bytes, pieceSize) = cutAsFirstByteSays(input) else { return }
    let harness = ServerHarness(handler: EchoCalls(), http: EchoPage())
    let done = DispatchSemaphore(value: 0)
    harness.serve(Array(bytes), pieceSize: pieceSize) { _ in done.signal() }
    guard done.wait(timeout: .now() + 20) == .success else { fatalError("the connection did not end") }
}

/// Sends messages back; the first byte of one asks for an error, or for more than a window of answer.
private struct EchoCalls: CallHandler {
    func serves(_ method: MethodName) -> Bool { method.service == "a.B" }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        while let message = try await requests.next() {
            try await responses.send(message)
            if message.first == 1 { throw RPCError(.aborted, "as asked") }
            if message.first == 2 { try await responses.send([UInt8](repeating: 0, count: 200_000)) }
        }
        return context.metadata
    }
}

private struct EchoPage: HTTPHandler {
    func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, body: request.body) }
}

/// Requests, and then perhaps a failure, must be the same however the bytes are cut.
func fuzzHTTP1(_ input: [UInt8]) {
    guard let (bytes, pieceSize) = cutAsFirstByteSays(input) else { return }
    let whole = requests(in: bytes, pieceSize: max(1, bytes.count))
    let cut = requests(in: bytes, pieceSize: pieceSize)
    precondition(whole.events == cut.events && whole.failure == cut.failure, "\(whole) when whole, \(cut) when cut")
}

private func requests(
    in bytes: ArraySlice<UInt8>, pieceSize: Int
) -> (events: [HTTP1RequestParser.Event], failure: HTTP1RequestParser.Failure?) {
    var limits = HTTP1RequestParser.Limits()
    (limits.requestLineBytes, limits.headerBytes, limits.headerCount, limits.bodyBytes) = (200, 400, 8, 300)
    var parser = HTTP1RequestParser(limits: limits)
    var events: [HTTP1RequestParser.Event] = []
    var rest = bytes
    do throws(HTTP1RequestParser.Failure) {
        while !rest.isEmpty {
            parser.append(rest.prefix(pieceSize))
            rest = rest.dropFirst(pieceSize)
            while case let event = try parser.next(), event != .needsMore {
                // Depends on whether the body came along.
                if case .bodyFollows = event { continue }
                events.append(event)
            }
        }
    } catch {
        return (events, error)
    }
    return (events, nil)
}
