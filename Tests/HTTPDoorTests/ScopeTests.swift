import Access
import Foundation
import Guarding
import TestSupport
import Testing

@testable import HTTPDoor
@testable import Wire
@testable import WireUV

/// Every route with every scope, made from the descriptors and from the door's own table.
@Suite("Routes and scopes")
struct ScopeTests {
    /// Takes the key's text for the name of its only scope.
    private struct ScopeGate: Gatekeeper {
        func caller(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> Caller {
            guard let key = metadata["x-api-key"] else { throw RPCError(.unauthenticated, "no key") }
            return Caller(name: key, scopes: key == "none" ? [] : Set(V1.Scope.allCases.filter { $0.name == key }))
        }
    }

    /// What each of the door's own routes needs; `unspecified` is any key. Methods say it in the .proto files.
    private static let own: [String: V1.Scope] = [
        "/v1/models": .infer, "/v1/completions": .infer, "/v1/chat/completions": .infer, "/v1/responses": .infer,
        "/inference/v1/generate": .infer, "/inference/v1/abort_requests": .infer, "/tokenize": .infer,
        "/detokenize": .infer, "/tokenizer_info": .infer, "/is_paused": .infer, "/pause": .admin, "/resume": .admin,
        "/update_weights": .admin, "/openapi.json": .unspecified, "/metrics": .admin, "/v1/messages": .unspecified,
        "/nowhere": .unspecified,
    ]
    private static let keys = V1.Scope.allCases.filter { $0 != .unspecified }.map(\.name) + ["none"]

    @Test("The table names every route of the door")
    func complete() {
        for (path, _) in Route.described { #expect(Self.own[path] != nil, "\(path)") }
    }

    @Test("Without a key, every route but health is refused, and no body is read")
    func withoutKey() async throws {
        try await DoorServer.run(gate: ScopeGate()) { server in
            let paths = Array(Self.own.keys) + MethodTypes.all.map(\.name.path) + ["/v1/attnrl/trace", "/v1/models/x"]
            for path in paths where !path.contains("grpc.health") {
                let answer = await server.ask("POST", path, "this is not JSON")
                #expect(answer.status == 401, "\(path)")
                #expect(answer["www-authenticate"] == "Bearer", "\(path)")
            }
            let health = await server.post("/grpc.health.v1.Health/Check", "{}")
            #expect(health.status == 200)
        }
    }

    @Test("Who may not use a route is refused by the head alone")
    func refusedByHead() {
        struct Nothing: CallHandler {
            func serves(_ method: MethodName) -> Bool { true }
            func handle(
                _ context: CallContext, requests: any MessageSource, responses: any MessageSink
            ) async throws -> Metadata { Metadata() }
        }
        let door = HTTPDoor(Nothing(), gate: ScopeGate(), origins: ["*"])
        func refusal(_ path: String, _ key: String?) -> Int? {
            let headers = [("origin", "https://a.example")] + (key.map { [("x-api-key", $0)] } ?? [])
            let answer = door.refusal(of: HTTPRequest(method: "POST", target: path, headers: headers))
            #expect(answer == nil || answer!.headers.contains { $0.name == "access-control-allow-origin" })
            return answer?.status
        }
        #expect(refusal("/v1/completions", nil) == 401)
        #expect(refusal("/v1/completions", "train") == 403)
        #expect(refusal("/v1/completions", "infer") == nil)
        #expect(refusal("/grpc.health.v1.Health/Check", nil) == nil)
    }

    @Test("A key opens the routes of its scopes and no others", arguments: Self.keys)
    func withKey(_ key: String) async throws {
        try await DoorServer.run(gate: ScopeGate()) { server in
            let methods = MethodTypes.all.filter { !$0.name.service.hasPrefix("grpc.") }
            let routes = Self.own.map { ($0.key, $0.value) } + methods.map { ($0.name.path, $0.scope) }
            for (path, scope) in routes {
                // Bodies that no route accepts: nothing is computed or changed.
                let answer = await server.ask("POST", path, "[]", headers: [("x-api-key", key)])
                let mayUse = scope == .unspecified || scope.name == key
                #expect((answer.status != 403) == mayUse, "\(path): \(answer.status)")
                #expect(answer.status != 401, "\(path)")
            }
        }
    }

    @Test("The methods refuse by themselves too, whoever calls them")
    func methods() async throws {
        try await DoorServer.run(gate: ScopeGate()) { server in
            for method in MethodTypes.all where server.calls.handler.serves(method.name) {
                for key in [nil] + Self.keys.map(Optional.some) {
                    var metadata = Metadata()
                    if let key { metadata.add("x-api-key", key) }
                    let context = CallContext(method: method.name, metadata: metadata, deadline: nil, peer: "test")
                    let requests = MessageChannel(), responses = MessageChannel(limits: .none)
                    requests.finish()
                    let outcome = await server.calls.handler.outcome(
                        of: context, requests: requests, responses: responses)
                    var code: RPCError.Code?
                    if case .failure(let error) = outcome { code = error.code }
                    let isOpen = method.name.isOpenToAll
                    let mayUse = isOpen || key != nil && (method.scope == .unspecified || method.scope.name == key)
                    #expect((code == .unauthenticated) == (key == nil && !isOpen), "\(method.name) \(key ?? "")")
                    #expect((code == .permissionDenied) == (key != nil && !mayUse), "\(method.name) \(key ?? "")")
                }
            }
        }
    }

    @Test("What a route looks up on its way needs no scope beside the route's own")
    func scopesWithin() async throws {
        try await DoorServer.run(gate: ScopeGate()) { server in
            let body = #"{"weight_dir": "\#(Fixtures.url("qwen2").path)"}"#
            let updated = await server.ask("POST", "/update_weights", body, headers: [("x-api-key", "admin")])
            #expect(updated.status == 200 && updated.at("version")?.integer == 2, "\(updated.text)")
            for (path, method) in [("/pause", "POST"), ("/resume", "POST")] {
                #expect(await server.ask(method, path, headers: [("x-api-key", "admin")]).status == 200, "\(path)")
            }
            for path in ["/v1/models", "/is_paused", "/tokenizer_info"] {
                #expect(await server.ask("GET", path, headers: [("x-api-key", "infer")]).status == 200, "\(path)")
            }
            // The scope lent to the look-up goes no further.
            let refused = await server.ask("POST", "/tokenize", #"{"prompt": "a"}"#, headers: [("x-api-key", "admin")])
            #expect(refused.status == 403)
        }
    }

    @Test("The gate is told of every refusal, whichever way it came")
    func refusals() async throws {
        let told = Guarded<[String]>([])
        struct TellingGate: Gatekeeper {
            let told: Guarded<[String]>

            func caller(_ metadata: Metadata, certificate: [UInt8]?) throws(RPCError) -> Caller {
                try ScopeGate().caller(metadata, certificate: certificate)
            }

            func refused(_ error: RPCError, what: String, peer: String) {
                told.withLock { $0.append("\(error.code.name) \(what)") }
            }
        }
        try await DoorServer.run(gate: TellingGate(told: told)) { server in
            _ = await server.ask("GET", "/v1/models")
            _ = await server.ask("POST", "/pause", headers: [("x-api-key", "infer")])
            let generate = V1.GenerationService.generate.name
            let context = CallContext(method: generate, metadata: [:], deadline: nil, peer: "test")
            let requests = MessageChannel(), responses = MessageChannel(limits: .none)
            requests.finish()
            _ = await server.calls.handler.outcome(of: context, requests: requests, responses: responses)
            // One that is let in is none.
            _ = await server.ask("GET", "/v1/models", headers: [("x-api-key", "infer")])
            #expect(
                told.withLock { $0 } == [
                    "UNAUTHENTICATED /v1/models", "PERMISSION_DENIED /pause", "UNAUTHENTICATED \(generate.path)",
                ])
        }
    }

    @Test("Retry-After is no earlier than when it helps")
    func retryAfter() {
        for (delay, seconds) in [(Duration.milliseconds(200), "1"), (.milliseconds(1200), "2"), (.seconds(3), "3")] {
            let error = RPCError(.resourceExhausted, reason: "QUOTA_FULL", "full", details: [.retryInfo(delay: delay)])
            #expect(DoorError(error).headers.first { $0.name == "retry-after" }?.value == seconds)
        }
    }

    @Test("A trace in a completion needs the scope of traces")
    func traceInCompletion() async throws {
        try await DoorServer.run(gate: ScopeGate()) { server in
            let body = #"{"prompt": "Hi", "max_tokens": 2, "attnrl": {"trace": true}}"#
            let refused = await server.ask("POST", "/v1/completions", body, headers: [("x-api-key", "infer")])
            #expect(refused.status == 403)
            #expect(refused.text.contains("trace"))
            let plain = #"{"prompt": "Hi", "max_tokens": 2}"#
            let answer = await server.ask("POST", "/v1/completions", plain, headers: [("x-api-key", "infer")])
            #expect(answer.status == 200)
        }
    }

    /// Lets everyone in, with room for two responses and for few tokens a minute.
    private struct NarrowGate: Gatekeeper {
        func caller(_ metadata: Metadata, certificate: [UInt8]?) -> Caller {
            var quota = CallerQuota()
            quota.sequences = 2
            quota.tokensPerMinute = 10
            return Caller(name: "small", scopes: Set(V1.Scope.allCases), quota: quota)
        }
    }

    @Test("What a key may not have is refused at once, with when to try again if that helps")
    func quotas() async throws {
        try await DoorServer.run(gate: NarrowGate()) { server in
            func ask(_ count: Int) async -> DoorServer.Answer {
                await server.post(
                    "/v1/completions", #"{"prompt": "Hi", "max_tokens": 8, "ignore_eos": true, "n": \#(count)}"#)
            }
            let many = await ask(3)
            #expect(many.status == 429 && many["retry-after"] == nil)
            #expect(many.at("error.code")?.string == "quota_full", "\(many.text)")
            // Two of eight tokens are more than a minute has; the next has to wait.
            #expect(await ask(2).status == 200)
            let late = await ask(1)
            #expect(late.status == 429)
            #expect(late["retry-after"].flatMap { Int($0) } ?? 0 >= 1, "\(late.text)")
        }
    }
}
