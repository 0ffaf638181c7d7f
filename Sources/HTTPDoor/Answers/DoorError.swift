import Basics
import JSONCoding
import Wire
import WireUV

/// Why an HTTP request failed.
struct DoorError: Error {
    var status: Int
    var message: String
    /// The field at fault, as the request names it.
    var field: String?
    /// For programs, such as `model_not_found`.
    var code: String?
    /// The error of the method that the door called.
    var cause: RPCError?
    var headers: [(name: String, value: String)] = []

    init(_ status: Int, _ message: String, field: String? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.field = field
        self.code = code
    }

    /// A field with an invalid value.
    static func field(_ field: String, _ message: String) -> DoorError {
        DoorError(400, "\(field): \(message)", field: field, code: "invalid_value")
    }

    /// A known field that is not supported.
    static func unsupported(_ field: String, _ message: String) -> DoorError {
        DoorError(400, "\(field) is not supported: \(message)", field: field, code: "unsupported_parameter")
    }

    /// - Parameter names: Maps a message's field to the request's name for it.
    init(_ error: RPCError, names: (String) -> String = { $0 }) {
        self.init(error.code.httpStatus, error.message, code: error.reason?.lowercased())
        cause = error
        for case .badRequest(let violations) in error.details {
            guard let first = violations.first else { continue }
            field = names(first.field)
            message = violations.map { "\(names($0.field)): \($0.description)" }.joined(separator: " ")
        }
        if error.code == .unauthenticated { headers.append(("www-authenticate", "Bearer")) }
        if error.reason == "UNKNOWN_POLICY" { code = "model_not_found" }
        for case .retryInfo(let delay) in error.details {
            headers.append(("retry-after", String(delay.wholeSeconds)))
            headers.append(("retry-after-ms", String(max(1, delay / .milliseconds(1)).rounded(.up).description)))
        }
    }

    /// Describes any error to the sender of the request.
    init(any error: any Error, names: (String) -> String = { $0 }) {
        switch error {
        case let error as DoorError: self = error
        case let error as RPCError: self.init(error, names: names)
        case is CancellationError: self.init(RPCError.callCancelled)
        default:
            self.init(RPCError(.internal, reason: "HANDLER_FAILED", "The request failed. The server's log says why."))
        }
    }
}

extension DoorError {
    /// In OpenAI's form, plus the gRPC status and details of the method's error.
    var json: JSONValue {
        .fields([
            "error": .fields([
                "message": .string(message), "type": .string(type), "param": field.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null, "status": cause.map { .string($0.code.name) },
                "details": cause.flatMap { error in
                    error.details.isEmpty ? nil : .array(StatusDetails.packed(error.details).map { $0.jsonValue() })
                },
            ])
        ])
    }

    var response: HTTPResponse {
        var response = HTTPResponse(status: status, contentType: "application/json", body: json.bytes() + [0x0A])
        response.headers = headers
        return response
    }

    private var type: String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}

extension DoorError: JSONCursorError {
    package init(document: String, path: String, _ message: String) {
        self = path.isEmpty ? DoorError(400, "The body \(message)", code: "invalid_value") : .field(path, message)
    }
}

extension RPCError.Code {
    /// The HTTP status that Connect and Google's APIs map the code to.
    var httpStatus: Int {
        switch self {
        case .cancelled: 499
        case .invalidArgument, .failedPrecondition, .outOfRange: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .alreadyExists, .aborted: 409
        case .resourceExhausted: 429
        case .unimplemented: 501
        case .unavailable: 503
        case .deadlineExceeded: 504
        case .unknown, .internal, .dataLoss: 500
        }
    }
}
