/// Why a call did not end well: a gRPC status with its details.
public struct RPCError: Error, Sendable, CustomStringConvertible {
    /// gRPC's status codes, with their numbers on the wire.
    public enum Code: Int, Sendable, CaseIterable {
        case cancelled = 1
        case unknown = 2
        case invalidArgument = 3
        case deadlineExceeded = 4
        case notFound = 5
        case alreadyExists = 6
        case permissionDenied = 7
        case resourceExhausted = 8
        case failedPrecondition = 9
        case aborted = 10
        case outOfRange = 11
        case unimplemented = 12
        case `internal` = 13
        case unavailable = 14
        case dataLoss = 15
        case unauthenticated = 16

        /// The name in upper case, such as `INVALID_ARGUMENT`.
        public var name: String {
            switch self {
            case .cancelled: "CANCELLED"
            case .unknown: "UNKNOWN"
            case .invalidArgument: "INVALID_ARGUMENT"
            case .deadlineExceeded: "DEADLINE_EXCEEDED"
            case .notFound: "NOT_FOUND"
            case .alreadyExists: "ALREADY_EXISTS"
            case .permissionDenied: "PERMISSION_DENIED"
            case .resourceExhausted: "RESOURCE_EXHAUSTED"
            case .failedPrecondition: "FAILED_PRECONDITION"
            case .aborted: "ABORTED"
            case .outOfRange: "OUT_OF_RANGE"
            case .unimplemented: "UNIMPLEMENTED"
            case .internal: "INTERNAL"
            case .unavailable: "UNAVAILABLE"
            case .dataLoss: "DATA_LOSS"
            case .unauthenticated: "UNAUTHENTICATED"
            }
        }
    }

    /// A machine-readable part of the error, as in `google.rpc`.
    public enum Detail: Sendable, Equatable {
        /// A reason in UPPER_SNAKE_CASE, and every dynamic value in the message by name.
        case errorInfo(reason: String, domain: String, metadata: [String: String])
        case badRequest([FieldViolation])
        case retryInfo(delay: Duration)
    }

    public struct FieldViolation: Sendable, Equatable {
        /// Path of the field, for example `sampling.temperature`.
        public let field: String
        /// What is wrong and how to fix it.
        public let description: String

        public init(field: String, description: String) {
            self.field = field
            self.description = description
        }
    }

    public var code: Code
    /// Written for the person who can fix it.
    public var message: String
    public var details: [Detail]
    /// Trailing metadata to send with the status, in addition to the details.
    public var metadata: Metadata

    public init(_ code: Code, _ message: String, details: [Detail] = [], metadata: Metadata = [:]) {
        self.code = code
        self.message = message
        self.details = details
        self.metadata = metadata
    }

    public var description: String { "\(code.name): \(message)" }
}

extension RPCError {
    /// The domain of the reasons in our errors.
    public static let domain = "attnrl"

    /// An error with its `ErrorInfo`.
    ///
    /// - Parameters:
    ///   - reason: For programs, in UPPER_SNAKE_CASE, at most 63 characters.
    ///   - values: Every dynamic value in the message, by name.
    ///   - details: Details to send besides the `ErrorInfo`, each kind at most once.
    public init(
        _ code: Code, reason: String, _ message: String, values: [String: String] = [:], details: [Detail] = []
    ) {
        let info = Detail.errorInfo(reason: reason, domain: Self.domain, metadata: values)
        self.init(code, message, details: [info] + details)
    }

    /// The reason in its `ErrorInfo`, such as `UNKNOWN_POLICY`; nil if it has none.
    public var reason: String? {
        for case .errorInfo(let reason, _, _) in details { return reason }
        return nil
    }
}
