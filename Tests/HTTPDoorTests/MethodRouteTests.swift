import JSONCoding
import Testing

@testable import HTTPDoor
@testable import Wire

@Suite("Methods as JSON", .serialized)
struct MethodRouteTests {
    @Test("A method answers an object with an object, by its own path")
    func unary() async throws {
        try await DoorServer.run { server in
            let answer = await server.post("/attnrl.v1.PolicyService/GetPolicy", "{}")
            #expect(answer.status == 200)
            let policy = try await server.calls.unary(V1.PolicyService.getPolicy, V1.GetPolicyRequest())
            let json = try answer.json
            #expect(json == policy.jsonValue())
        }
    }

    @Test("Responses that stream are lines, or events where those are accepted")
    func streaming() async throws {
        try await DoorServer.run { server in
            let body = #"{"prompt": {"text": "Let us"}, "sampling": {"maxTokens": 4, "seed": "7"}}"#
            let lines = await server.post("/attnrl.v1.GenerationService/Generate", body)
            let short = await server.post("/v1/attnrl/generate", body)
            let events = await server.ask(
                "POST", "/v1/attnrl/generate", body, headers: [("accept", "text/event-stream")])
            func tokens(_ messages: [JSONValue]) -> [JSONValue] {
                messages.flatMap { $0["tokens.run.ids"]?.elements ?? [] }
            }
            let parsed = try lines.text.split(separator: "\n").map { try JSONReader.parse(Array($0.utf8)) }
            #expect(tokens(parsed).count == 4)
            let chunks = try events.chunks
            #expect(tokens(chunks) == tokens(parsed))
            let other = try short.text.split(separator: "\n").map { try JSONReader.parse(Array($0.utf8)) }
            #expect(tokens(other) == tokens(parsed))
        }
    }

    @Test("What is wrong with a request has its code, field and remedy")
    func refused() async throws {
        try await DoorServer.run { server in
            let unknown = await server.post("/attnrl.v1.PolicyService/GetPolicy", #"{"nome": "x"}"#)
            #expect(unknown.status == 400)
            #expect(unknown.at("code")?.string == "invalid_argument")
            let details = try unknown.json["details"]?.elements ?? []
            #expect(details.contains { $0["debug.fieldViolations.0.field"]?.string == "nome" })
            // OpenAI's routes have a "model" where methods have a "policy".
            let renamed = await server.post("/v1/attnrl/branches", #"{"policy": "x"}"#)
            #expect(renamed.at("message")?.string?.hasPrefix("policy: is not a field") == true)
            let missing = await server.post("/attnrl.v1.PolicyService/GetPolicy", #"{"name": "none"}"#)
            #expect(missing.status == 404)
            #expect(missing.at("code")?.string == "not_found")
            #expect(await server.ask("GET", "/attnrl.v1.PolicyService/GetPolicy").status == 405)
        }
    }

    @Test(
        "Bad requests are answered in OpenAI's form",
        arguments: [
            ("POST", "/v1/chat/completions", "{", 400), ("POST", "/v1/chat/completions", "[]", 400),
            ("POST", "/v1/chat/completions", "{}", 400), ("GET", "/v1/chat/completions", "", 405),
            ("POST", "/v1/completions", #"{"prompt": [[]]}"#, 400),
            ("POST", "/v1/completions", #"{"prompt": []}"#, 400),
            ("POST", "/v1/completions", #"{"prompt": "a", "model": "none"}"#, 404),
            ("POST", "/v1/completions", #"{"prompt": "a", "temperature": -1}"#, 400),
            ("POST", "/v1/completions", #"{"prompt": [1e9]}"#, 400),
            ("POST", "/v1/completions", #"{"prompt": [99999]}"#, 400),
            ("POST", "/v1/embeddings", "{}", 501), ("GET", "/nowhere", "", 404), ("POST", "/nowhere", "{}", 404),
            ("POST", "/tokenize", #"{"prompt": "\ud800"}"#, 400),
        ])
    func bad(_ method: String, _ path: String, _ body: String, _ status: Int) async throws {
        try await DoorServer.run { server in
            let answer = await server.ask(method, path, body)
            #expect(answer.status == status, "\(answer.text)")
            let json = try answer.json
            #expect(json["error.message"]?.string?.isEmpty == false)
            #expect(json["error.type"]?.string != nil)
        }
    }

    @Test("The field of a message is named as the request names it")
    func named() async throws {
        try await DoorServer.run { server in
            let answer = try await server.post("/v1/completions", #"{"prompt": "a", "top_p": 2}"#).json
            #expect(answer["error.param"]?.string == "top_p")
        }
    }

    @Test("A request's id comes back, and pages of allowed origins may ask")
    func headers() async throws {
        try await DoorServer.run { server in
            let named = await server.ask(
                "GET", "/v1/models", headers: [("x-request-id", "mine"), ("origin", "https://page.example")])
            #expect(named["x-request-id"] == "mine" && named["access-control-allow-origin"] == "https://page.example")
            let other = await server.ask("GET", "/v1/models", headers: [("origin", "https://other.example")])
            #expect(other["x-request-id"] != nil && other["access-control-allow-origin"] == nil)
            let preflight = await server.ask(
                "OPTIONS", "/v1/chat/completions",
                headers: [("origin", "https://page.example"), ("access-control-request-method", "POST")])
            #expect(preflight.status == 204 && preflight["access-control-allow-methods"] != nil)
        }
    }
}
