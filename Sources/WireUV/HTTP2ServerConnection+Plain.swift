internal import CNGHTTP2
internal import Wire

/// Plain HTTP requests on an HTTP/2 connection.
extension HTTP2ServerConnection {
    /// Begins a request whose body follows.
    func begin(_ call: ServerCall, _ request: HTTPRequest) {
        let isHead = request.method == "HEAD", request = request.from(peer, certificate: channel.certificate)
        call.plain = ServerCall.PlainExchange(request: request, isHead: isHead)
        call.outgoing.isFramed = false
        call.unfinishedSince = .now
        if let refusal = environment.http.refusal(of: request) { answer(call, refusal) }
    }

    /// Takes a piece of the request's body.
    func plainData(_ call: ServerCall, _ bytes: UnsafeRawBufferPointer) {
        session.consume(call.stream, bytes.count)
        guard call.plain?.response == nil else { return }
        let limit = environment.options.maxHTTPBodyBytes
        guard let count = call.plain?.request.body.count, count + bytes.count <= limit else {
            return answer(call, HTTPResponse(status: 413, text: "the body is over the limit of \(limit) bytes\n"))
        }
        call.plain?.request.body.append(contentsOf: bytes)
        note(call, count + bytes.count)
    }

    /// Runs the request, which is complete.
    func run(plain call: ServerCall) {
        guard let request = call.plain?.request, call.plain?.response == nil else { return }
        guard handlerCount < 2 * environment.options.maxConcurrentStreams else {
            return answer(call, HTTPResponse(status: 503, text: "Too many requests are being wound up.\n"))
        }
        handlerCount += 1
        let http = environment.http
        call.task = environment.start(promptly: http.isPrompt(request)) {
            await http.respond(to: request)
        } completion: { [self] response in
            handlerCount -= 1
            call.task = nil
            if call.state.outcome == nil { answer(call, response) }
        }
    }

    /// Sends an answer, streaming its body if it is written in pieces.
    func answer(_ call: ServerCall, _ response: HTTPResponse) {
        guard call.plain?.response == nil else { return }
        call.outgoing.isFramed = false
        call.plain?.response = response
        let pieces = call.outgoing.channel
        guard call.plain?.isHead == false else { return end(call) }
        switch response.body {
        case .bytes(let body):
            if !body.isEmpty { pieces.offer(body) }
            end(call)
        case .stream(let produce):
            submit(call.state.start(), for: call)
            handlerCount += 1
            call.task = environment.start(promptly: false) {
                await HTTPBodyWriter(pieces: pieces).write(produce)
            } completion: { [self] in
                handlerCount -= 1
                call.task = nil
                _ = call.state.end(with: .success([:]))
                markDirty(call)
            }
        }
    }

    private func end(_ call: ServerCall) {
        _ = call.state.end(with: .success([:]))
        call.outgoing.channel.finish()
        markDirty(call)
    }
}
