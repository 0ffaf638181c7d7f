/// Who makes a call, as far as the server knows.
public struct Caller: Sendable, Hashable {
    /// The name of the key; empty on a server without keys.
    public let name: String
    package let scopes: Set<V1.Scope>
    package let quota: CallerQuota

    package init(name: String, scopes: Set<V1.Scope>, quota: CallerQuota = CallerQuota()) {
        self.name = name
        self.scopes = scopes
        self.quota = quota
    }

    /// Anyone, on a server without keys.
    public static let anyone = Caller(name: "", scopes: Set(V1.Scope.allCases))

    /// The same caller, who may also do this: for what a route does on its way, having asked for its own scope.
    package func with(_ scope: V1.Scope) -> Caller { Caller(name: name, scopes: scopes.union([scope]), quota: quota) }

    /// - Throws: PERMISSION_DENIED if the key is not for this.
    package func require(_ scope: V1.Scope, for what: String) throws(RPCError) {
        guard scope == .unspecified || scopes.contains(scope) else { throw .scopeMissing(scope, for: what, of: name) }
    }
}

/// How much a caller may use at the same time; nil means no limit.
package struct CallerQuota: Sendable, Hashable {
    /// Requests in flight.
    package var requests: Int?
    /// Responses being drawn.
    package var sequences: Int?
    /// Tokens of prompts and responses.
    package var tokensPerMinute: Int?
    /// Tokens that requests in flight may come to hold.
    package var heldTokens: Int?
    /// Bytes of attention captured for requests in flight.
    package var captureBytes: Int?
    /// Unfinished training jobs.
    package var jobs: Int?

    package init() {}
}

extension MethodName {
    /// Whether a method needs no key: load balancers ask for health.
    package var isOpenToAll: Bool { service == Health.Service.name }

    /// The scope that a caller's key needs; methods that no descriptor names need `admin`.
    package var scope: V1.Scope { MethodTypes.named[self]?.scope ?? .admin }
}

/// Decides who may call.
public protocol Gatekeeper: Sendable {
    /// - Parameters:
    ///   - metadata: The call's metadata, or a plain request's headers.
    ///   - certificate: The SHA-256 of the certificate that the client proved to have, if it gave one.
    /// - Throws: UNAUTHENTICATED without a valid key.
    func caller(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> Caller

    /// Told of each request that was refused for lack of a key or a scope.
    ///
    /// - Parameters:
    ///   - what: The path that was asked for.
    ///   - peer: Who asked, as an address.
    func refused(_ error: RPCError, what: String, peer: String)
}

extension Gatekeeper {
    public func refused(_ error: RPCError, what: String, peer: String) {}

    /// The caller, who may use what needs this scope.
    ///
    /// - Parameter known: Who it is, if that is known already.
    /// - Throws: UNAUTHENTICATED or PERMISSION_DENIED.
    package func admit(
        _ metadata: Metadata, certificate: [UInt8]?, known: Caller? = nil, to scope: V1.Scope, for what: String,
        peer: String
    ) throws(RPCError) -> Caller {
        do throws(RPCError) {
            let caller: Caller
            if let known { caller = known } else { caller = try self.caller(metadata, certificate: certificate) }
            try caller.require(scope, for: what)
            return caller
        } catch {
            refused(error, what: what, peer: peer)
            throw error
        }
    }
}

/// Lets everyone in.
public struct OpenGate: Gatekeeper {
    public init() {}
    public func caller(_ metadata: Metadata, certificate: [UInt8]?) -> Caller { .anyone }
}

extension RPCError {
    fileprivate static func scopeMissing(_ scope: V1.Scope, for what: String, of key: String) -> RPCError {
        RPCError(
            .permissionDenied, reason: "SCOPE_MISSING",
            "\(what) needs the scope \(scope.name), which the key '\(key)' does not have. Ask for a key that has it.",
            values: ["scope": scope.name, "key": key])
    }
}
