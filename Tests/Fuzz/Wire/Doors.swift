import Dispatch
import HTTPDoor
import JSONCoding

@testable import Wire
@testable import WireUV

private let paths = [
    "/v1/chat/completions", "/v1/completions", "/v1/responses", "/inference/v1/generate", "/tokenize", "/detokenize",
    "/update_weights", "/inference/v1/abort_requests", "/attnrl.v1.GenerationService/Generate",
    "/attnrl.v1.PolicyService/Tokenize", "/v1/attnrl/explore",
]

/// The first byte chooses the route; the rest is the body. The answer must be JSON, or events that are, and its status one
/// that the request or the model can be to blame for, never the door.
func fuzzDoor(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let path = paths[Int(first) % paths.count]
    let request = HTTPRequest(
        method: "POST", target: path, headers: [("content-type", "application/json")], body: Array(input.dropFirst()))
    let done = DispatchSemaphore(value: 0)
    Task {
        await answer(request)
        done.signal()
    }
    guard done.wait(timeout: .now() + 20) == .success else { fatalError("\(path) gives no answer") }
}

private func answer(_ request: HTTPRequest) async {
    let response = await HTTPDoor(CannedCalls()).respond(to: request)
    precondition([200, 400, 413, 415].contains(response.status), "\(request.path) answers \(response.status)")
    switch response.body {
    case .bytes(let bytes): check(bytes)
    case .stream(let produce):
        let pieces = MessageChannel(limits: .none)
        try? await produce(HTTPBodyWriter(pieces: pieces))
        pieces.finish()
        var bytes: [UInt8] = []
        while let piece = try? await pieces.next() { bytes += piece }
        let lines = bytes.split(separator: 0x0A)
        for line in lines where line.starts(with: "data: ".utf8) && !line.elementsEqual("data: [DONE]".utf8) {
            check(Array(line.dropFirst(6)))
        }
        if lines.allSatisfy({ !$0.starts(with: "data: ".utf8) }) { for line in lines { check(Array(line)) } }
    }
}

private func check(_ json: [UInt8]) {
    guard (try? JSONReader.parse(json)) != nil else {
        fatalError("this is no JSON: \(String(decoding: json.prefix(300), as: UTF8.self))")
    }
}

/// Answers each method with what its like would say, whatever is asked.
private struct CannedCalls: CallHandler {
    func serves(_ method: MethodName) -> Bool { MethodTypes.named[method] != nil }

    func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        let request = try await requests.next() ?? []
        if context.method == V1.GenerationService.generate.name {
            for message in generated(try V1.GenerateRequest(serializedBytes: request)) {
                try await responses.send(message.serializedBytes())
            }
        } else if let type = MethodTypes.named[context.method] {
            try await responses.send(type.response.init().serializedBytes())
        }
        return Metadata()
    }

    private func generated(_ request: V1.GenerateRequest) -> [V1.GenerateResponse] {
        var messages: [V1.GenerateResponse] = []
        func add(_ event: V1.GenerateResponse.Event) {
            var message = V1.GenerateResponse()
            message.event = event
            messages.append(message)
        }
        var started = V1.GenerationStarted()
        started.policy = "p"
        started.thinking = request.prompt != nil
        add(.started(started))
        for index in 0..<min(max(request.n, 1), 3) {
            var tokens = V1.GeneratedTokens(), run = V1.TokenRun()
            tokens.index = index
            run.ids = [1, 2]
            run.text = "a</think><tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>"
            if request.detail?.logprobs == true { run.logprobs = [-1, -.infinity] }
            if request.detail?.texts == true { run.texts = [[0x61], [0xFF]] }
            tokens.run = run
            add(.tokens(tokens))
            var finished = V1.GenerationFinished()
            finished.index = index
            finished.reason = .length
            add(.finished(finished))
        }
        return messages
    }
}
