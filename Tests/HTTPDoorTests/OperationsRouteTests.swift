import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import HTTPDoor
@testable import Wire

@Suite("Routes for those who run a server")
struct OperationsRouteTests {
    @Test("/openapi.json describes every method that is served, and refers to nothing that it does not have")
    func openAPI() async throws {
        try await DoorServer.run { server in
            let answer = await server.ask("GET", "/openapi.json")
            let document = try answer.json
            #expect(document["openapi"]?.string == "3.1.0")
            guard case .object(let paths)? = document["paths"],
                case .object(let schemas)? = document["components.schemas"]
            else {
                Issue.record("the document has no paths or schemas: \(answer.text.prefix(300))")
                return
            }
            let names = Set(paths.map(\.key))
            for method in MethodTypes.all {
                let isServed = server.calls.handler.serves(method.name)
                #expect(names.contains(method.name.path) == isServed, "\(method.name.path)")
            }
            #expect(names.isSuperset(of: ["/v1/chat/completions", "/v1/models", "/v1/attnrl/explore", "/pause"]))
            #expect(Set(schemas.map(\.key)).count == schemas.count)
            for name in references(document) { #expect(schemas.contains { $0.key == name }, "\(name)") }
            let request = schemas.first { $0.key == "attnrl.v1.GenerateRequest" }?.value
            #expect(request?["properties.n.type"]?.string == "integer")
            #expect(request?["properties.requestId.type"]?.string == "string")
            #expect(request?["properties.prompt.$ref"]?.string == "#/components/schemas/attnrl.v1.Prompt")
        }
    }

    private func references(_ value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { found, member in
                if member.key == "$ref", let text = member.value.string {
                    found.insert(String(text.dropFirst("#/components/schemas/".count)))
                }
                found.formUnion(references(member.value))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(references($1)) }
        default: []
        }
    }

    @Test("/pause holds requests until /resume, and they come to what they would have come to")
    func pause() async throws {
        let body = #"{"prompt": [5, 6, 7], "max_tokens": 8, "temperature": 0, "return_token_ids": true}"#
        try await DoorServer.run { server in
            let before = try await server.post("/v1/completions", body).json["choices.0.token_ids"]
            #expect(before?.elements.isEmpty == false)
            #expect(await server.ask("GET", "/is_paused").at("is_paused") == .bool(false))
            #expect(await server.post("/pause?mode=wait", "").at("is_paused") == .bool(true))
            async let held = server.post("/v1/completions", body)
            #expect(await eventually { server.requestCount == 1 })
            #expect(await server.ask("GET", "/is_paused").at("is_paused") == .bool(true))
            #expect(await server.post("/resume", "").at("status")?.string == "resumed")
            #expect(await held.at("choices.0.token_ids") == before)
            let refused = await server.post("/pause?mode=later", "")
            #expect(refused.status == 400 && refused.text.contains("keep, wait or abort"))
        }
    }

    @Test("/pause?mode=abort ends what is computed, and later requests are computed after /resume")
    func abortingPause() async throws {
        try await DoorServer.run { server in
            _ = await server.post("/pause", "")
            async let held = server.post("/v1/completions", #"{"prompt": [5], "max_tokens": 4}"#)
            #expect(await eventually { server.requestCount == 1 })
            #expect(await server.post("/pause?mode=abort", "").at("is_paused") == .bool(true))
            #expect(await held.status == 499)
            _ = await server.post("/resume", "")
            #expect(await server.post("/v1/completions", #"{"prompt": [5], "max_tokens": 4}"#).status == 200)
        }
    }

    @Test("/inference/v1/abort_requests ends a request by the id its caller gave")
    func abort() async throws {
        try await DoorServer.run { server in
            _ = await server.post("/pause", "")
            let body = #"{"token_ids": [5], "request_id": "mine", "sampling_params": {"max_tokens": 4}}"#
            async let held = server.post("/inference/v1/generate", body)
            #expect(await eventually { server.requestCount == 1 })
            let unknown = await server.post("/inference/v1/abort_requests", #"{"request_ids": ["other"]}"#)
            #expect(unknown.at("aborted")?.integer == 0)
            let known = await server.post("/inference/v1/abort_requests", #"{"request_ids": ["mine", "mine"]}"#)
            #expect(known.at("aborted")?.integer == 1)
            #expect(await held.status == 499)
            _ = await server.post("/resume", "")
            #expect(await server.post("/inference/v1/abort_requests", #"{"request_ids": 3}"#).status == 400)
        }
    }

    @Test("/update_weights serves a folder as a new version")
    func updateWeights() async throws {
        try await DoorServer.run { server in
            let folder = Fixtures.url("qwen2").path
            let answer = await server.post("/update_weights", #"{"weight_dir": "\#(folder)"}"#)
            #expect(answer.at("version")?.integer == 2, "\(answer.text)")
            #expect(await server.ask("GET", "/v1/models").at("data.0.attnrl.version")?.integer == 2)
            let missing = await server.post("/update_weights", #"{"weight_dir": "/nowhere/at/all"}"#)
            #expect(missing.status >= 400 && missing.text.contains("/nowhere/at/all"))
            #expect(await server.post("/update_weights", "{}").text.contains("weight_dir"))
        }
    }
}

@Suite("Bodies from the fuzzer")
struct DoorFuzzTests {
    @Test("Each is answered on every route with JSON, and the server goes on")
    func replay() async throws {
        let paths = [
            "/v1/chat/completions", "/v1/completions", "/v1/responses", "/inference/v1/generate", "/tokenize",
            "/detokenize", "/inference/v1/abort_requests", "/attnrl.v1.GenerationService/Generate",
        ]
        try await DoorServer.run { server in
            for input in try Fixtures.fuzzInputs("door") {
                for path in paths {
                    let answer = await server.ask("POST", path, body: Array(input.dropFirst()))
                    #expect([200, 400].contains(answer.status), "\(path): \(answer.text.prefix(300))")
                    if answer.events.isEmpty {
                        for line in answer.text.split(separator: "\n") {
                            #expect(throws: Never.self) { try JSONReader.parse(Array(line.utf8)) }
                        }
                    }
                }
            }
            #expect(await server.post("/v1/completions", #"{"prompt": [5], "max_tokens": 1}"#).status == 200)
        }
    }
}
