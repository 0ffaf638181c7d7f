internal import Wire

/// Response headers and trailers of a call.
enum StatusHeaders {
    private static let response = HeaderBlock([
        ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": MessageEncoding.accepted,
    ])
    static let ok = HeaderBlock(["grpc-status": "0"])

    /// - Parameter head: The handler's metadata.
    static func response(_ head: Metadata) -> HeaderBlock {
        guard !head.isEmpty else { return response }
        var block = response
        block.add(head)
        return block
    }

    /// The head of a plain HTTP response.
    static func plain(_ response: HTTPResponse, date: String) -> HeaderBlock {
        var block = HeaderBlock([":status": String(response.status), "date": date])
        if !response.contentType.isEmpty { block.add("content-type", response.contentType) }
        if case .bytes(let body) = response.body { block.add("content-length", String(body.count)) }
        for entry in response.sendableHeaders { block.add(entry.name, entry.value) }
        return block
    }

    static func trailers(_ outcome: Result<Metadata, RPCError>) -> HeaderBlock {
        if case .success(let metadata) = outcome, metadata.isEmpty { return ok }
        var block = HeaderBlock()
        add(outcome, to: &block)
        return block
    }

    /// Headers and status in one, for calls that end before anything was sent.
    static func trailersOnly(_ outcome: Result<Metadata, RPCError>, _ head: Metadata) -> HeaderBlock {
        var block = response(head)
        add(outcome, to: &block)
        return block
    }

    private static func add(_ outcome: Result<Metadata, RPCError>, to block: inout HeaderBlock) {
        switch outcome {
        case .success(let metadata): block.add(RPCError.okTrailers(metadata))
        case .failure(let error): block.add(error.trailers)
        }
    }
}
