import JSONCoding
import Wire
import WireUV

/// A method of a service, called with JSON.
///
/// A single request is one JSON object, as is a single response: Connect's unary form. Streamed responses are
/// server-sent events if the client accepts `text/event-stream`, and JSON lines otherwise. Streamed requests are JSON
/// lines.
struct TranscodedCall: Sendable {
    let method: MethodType
    let request: DoorRequest
    let calls: Calls

    func respond() async throws -> HTTPResponse {
        guard request.http.method == "POST" else {
            var error = DoorError(405, "\(method.name) is called with POST.")
            error.headers = [("allow", "POST")]
            throw error
        }
        let requests = try messages()
        if method.responsesStream { return stream(method.response, requests) }
        return .json(try await one(method.response, requests))
    }

    private func one<Response: CMessage>(
        _ type: Response.Type, _ requests: [any ProtobufMessage]
    ) async throws -> JSONValue {
        let (calls, method) = (calls, method)
        return try await withDeadline(request.deadline) {
            try await calls.one(method.name, requests, type).jsonValue()
        }
    }

    // MARK: Requests

    private func messages() throws -> [any ProtobufMessage] {
        guard method.requestsStream else { return [try Self.message(try request.json(), of: method)] }
        try DoorRequest.checkIsJSON(request.http)
        return try request.http.body.split(separator: UInt8(ascii: "\n")).enumerated().map { line, bytes in
            do {
                return try Self.message(try JSONReader.parse(Array(bytes)), of: method)
            } catch let error as JSONError {
                throw DoorError(400, "Line \(line + 1) is not valid JSON: \(error.reason).", code: "invalid_json")
            }
        }
    }

    private static func message(_ json: JSONValue, of method: MethodType) throws -> any ProtobufMessage {
        func read<Message: CMessage>(_ type: Message.Type) throws(JSONMessageError) -> any ProtobufMessage {
            try JSONMessageReader.read(type, from: json).message
        }
        do throws(JSONMessageError) {
            return try read(method.request)
        } catch {
            throw RPCError(
                .invalidArgument, reason: "INVALID_JSON", "\(error)",
                details: [.badRequest(error.problems.map { .init(field: $0.path, description: $0.reason) })])
        }
    }

    // MARK: Streamed responses

    private func stream<Response: CMessage>(
        _ type: Response.Type, _ requests: [any ProtobufMessage]
    ) -> HTTPResponse {
        let (calls, method, deadline) = (calls, method, request.deadline)
        @Sendable func run(_ write: @escaping @Sendable (JSONValue) async throws -> Void) async throws {
            try await withDeadline(deadline) {
                try await calls.run(method.name, requests) { (response: Response) in
                    try await write(response.jsonValue())
                }
            }
        }
        if request.accepts.contains("text/event-stream") {
            return EventStream.response { events in
                do {
                    try await run { try await events.send($0) }
                } catch {
                    try await events.send(DoorError(any: error).connect, event: "error")
                }
            }
        }
        return HTTPResponse(
            status: 200, contentType: "application/jsonl",
            body: .stream { writer in
                do {
                    try await run { try await writer.write($0.bytes() + [0x0A]) }
                } catch {
                    try await writer.write(JSONValue.fields(["error": DoorError(any: error).connect]).bytes() + [0x0A])
                }
            })
    }
}

extension DoorError {
    /// In Connect's form.
    ///
    /// Source: connectrpc.com/docs/protocol, "Error end-stream".
    var connect: JSONValue {
        let cause = cause ?? RPCError(rpcCode, message)
        return .fields([
            "code": .string(cause.code.name.lowercased().replacing("cancelled", with: "canceled")),
            "message": .string(message),
            "details": cause.details.isEmpty ? nil : .array(StatusDetails.packed(cause.details).map(\.connect)),
        ])
    }

    var connectResponse: HTTPResponse {
        var response = HTTPResponse(status: status, contentType: "application/json", body: connect.bytes())
        response.headers = headers
        return response
    }

    /// The code of an error that arose in the door.
    private var rpcCode: RPCError.Code {
        switch status {
        case 404: .notFound
        case 405, 415, 501: .unimplemented
        case 500...: .internal
        default: .invalidArgument
        }
    }
}

extension WellKnown.AnyMessage {
    fileprivate var connect: JSONValue {
        .fields([
            "type": .string(typeUrl.split(separator: "/").last.map(String.init) ?? ""),
            "value": .string(Base64.encode(value)), "debug": jsonValue(),
        ])
    }
}
