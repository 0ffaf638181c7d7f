import Access
import Compute
import Foundation
import JSONCoding
import Logging
import Rollouts
import Service
import TestSupport
import Testing

@testable import HTTPDoor
@testable import Wire
@testable import WireUV

/// A door over one of the tiny reference policies, asked without sockets.
final class DoorServer: Sendable {
    let door: HTTPDoor
    /// The same methods, called with messages.
    let calls: Calls
    private let engine: Engine

    private init(_ engine: Engine, gate: any Gatekeeper) {
        self.engine = engine
        var router = RPCRouter()
        AttnRLService.register(on: &router, engine: engine, jobs: nil, health: AttnRLService.makeHealth())
        let gated = GatedCalls(router, gate: gate)
        door = HTTPDoor(gated, gate: gate, origins: ["https://page.example"])
        calls = Calls(handler: gated, metadata: [:], peer: "test", deadline: nil)
    }

    static func run<Result>(
        _ policy: String = "qwen2", gate: any Gatekeeper = OpenGate(), _ body: (DoorServer) async throws -> Result
    ) async throws -> Result {
        let engine = Engine(
            configuration: EngineConfiguration(threads: 1, keyValueBytes: 32 << 20), logger: Logger(label: "test"))
        defer { engine.stop() }
        _ = try engine.load(directory: Fixtures.url(policy), precision: .float32)
        return try await body(DoorServer(engine, gate: gate))
    }

    /// Requests that the engine has.
    var requestCount: Int { engine.requestCount }

    /// What a request is answered with.
    struct Answer {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        var json: JSONValue { get throws { try JSONReader.parse(body) } }
        var text: String { String(decoding: body, as: UTF8.self) }

        /// A part of a body that is JSON.
        func at(_ path: String) -> JSONValue? { (try? json)?[path] }

        subscript(_ header: String) -> String? { headers.first { $0.name == header }?.value }

        /// The data of server-sent events; comments are left out.
        var events: [String] {
            text.components(separatedBy: "\n\n").filter { !$0.isEmpty && !$0.hasPrefix(":") }.compactMap { event in
                event.split(separator: "\n").first { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
            }
        }

        /// The same as JSON, but for the end mark.
        var chunks: [JSONValue] {
            get throws { try events.filter { $0 != "[DONE]" }.map { try JSONReader.parse(Array($0.utf8)) } }
        }
    }

    func ask(
        _ method: String, _ path: String, _ body: String = "", headers: [(name: String, value: String)] = []
    ) async -> Answer {
        await ask(method, path, body: Array(body.utf8), headers: headers)
    }

    func ask(
        _ method: String, _ path: String, body: [UInt8], headers: [(name: String, value: String)] = []
    ) async -> Answer {
        let request = HTTPRequest(
            method: method, target: path, headers: [("content-type", "application/json")] + headers, body: body)
        let response = await door.respond(to: request)
        switch response.body {
        case .bytes(let bytes): return Answer(status: response.status, headers: response.headers, body: bytes)
        case .stream(let produce):
            let pieces = MessageChannel(limits: .none)
            try? await produce(HTTPBodyWriter(pieces: pieces))
            pieces.finish()
            var bytes: [UInt8] = []
            while let piece = try? await pieces.next() { bytes += piece }
            return Answer(status: response.status, headers: response.headers, body: bytes)
        }
    }

    func post(_ path: String, _ body: String) async -> Answer { await ask("POST", path, body) }
}

extension JSONValue {
    /// A member of an object, or an element of an array, by names and numbers with points between.
    subscript(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(Optional(self)) { value, part in
            switch value {
            case .object(let members): members.first { $0.key == part }?.value
            case .array(let elements): Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: nil
            }
        }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }

    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
