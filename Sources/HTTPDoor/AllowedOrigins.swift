import WireUV

/// The origins whose pages may call this server from a browser.
///
/// Source: WHATWG Fetch, section 3.2 (CORS).
struct AllowedOrigins: Sendable {
    private let origins: Set<String>

    init(_ origins: [String]) { self.origins = Set(origins) }

    /// The answer to a preflight request; nil for any other request.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", request["access-control-request-method"] != nil else { return nil }
        var response = HTTPResponse(status: 204, contentType: "", body: [])
        let allowed = headers(request)
        response.headers = allowed
        guard allowed.contains(where: { $0.name == "access-control-allow-origin" }) else { return response }
        response.headers += [
            ("access-control-allow-methods", "GET, POST, OPTIONS"), ("access-control-max-age", "600"),
            (
                "access-control-allow-headers",
                request["access-control-request-headers"] ?? "authorization, content-type, x-api-key, x-request-id"
            ),
        ]
        return response
    }

    /// The headers that let a request's page read the answer; `vary` at most for a page that may not.
    func headers(_ request: HTTPRequest) -> [(name: String, value: String)] {
        guard let origin = request["origin"], !origins.isEmpty else { return [] }
        guard origins.contains("*") || origins.contains(origin) else { return [("vary", "origin")] }
        return [
            ("access-control-allow-origin", origin), ("vary", "origin"),
            ("access-control-expose-headers", "x-request-id, x-attnrl-ignored, retry-after, retry-after-ms"),
        ]
    }
}
