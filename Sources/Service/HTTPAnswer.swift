import Compute
import Foundation
import ModelFiles
import Policy
public import Rollouts

/// What a server reports about itself over plain HTTP.
public struct ServerState: Sendable {
    public var name: String
    public var version: String
    public var policies: [PolicyInfo]
    /// Whether new calls are accepted; false while draining.
    public var isServing: Bool

    public init(name: String = "attnrl", version: String, policies: [PolicyInfo], isServing: Bool) {
        self.name = name
        self.version = version
        self.policies = policies
        self.isServing = isServing
    }
}

/// The answer to a plain HTTP request.
public struct HTTPAnswer: Sendable, Equatable {
    /// The pages that must be answered at once, whatever the server is doing; they do not mention policies.
    public static let healthPaths: Set = ["/healthz", "/health"]

    public var status: Int
    public var contentType: String
    public var body: [UInt8]

    /// Answers GET `/healthz`, `/health` and `/version`; nil for every other path.
    ///
    /// `/healthz` returns 200 while the server accepts calls and 503 otherwise, with `{"status": ...}` as in
    /// grpc.health.v1; `/health` returns the same status without a body, as in vLLM.
    public init?(path: String, state: ServerState) {
        switch path {
        case "/health":
            self.init(status: state.isServing ? 200 : 503, contentType: "text/plain; charset=utf-8", body: [])
        case "/healthz":
            let health = Health(status: state.isServing ? "SERVING" : "NOT_SERVING")
            self.init(status: state.isServing ? 200 : 503, json: health)
        case "/version":
            self.init(status: 200, json: Version(state))
        default: return nil
        }
    }

    private init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    private init?(status: Int, json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return nil }
        self.init(status: status, contentType: "application/json", body: Array(data) + [UInt8(ascii: "\n")])
    }

    private struct Health: Encodable {
        let status: String
    }

    private struct Version: Encodable {
        struct Policy: Encodable {
            let name: String
            let version: Int
            let family: String
            let precision: String
            let weights: String
        }

        let name: String
        let version: String
        let instructionSet: String
        let policies: [Policy]

        init(_ state: ServerState) {
            name = state.name
            version = state.version
            instructionSet = InstructionSet.current.description
            policies = state.policies.map {
                Policy(
                    name: $0.name, version: $0.version, family: $0.configuration.family.rawValue,
                    precision: $0.precision.rawValue, weights: $0.weightFormat.name)
            }
        }
    }
}
