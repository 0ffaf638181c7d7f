import WireUV

/// The page that people open in a browser: `/`, and its files under `/page/`.
///
/// It needs no key, and has none: what it asks the server for does.
public struct Page: Sendable {
    /// By name, such as `lib/dom.js`.
    private let files: [String: PageFile]

    static let start = "index.html"
    static let folder = "/page/"

    /// A page without files answers nothing.
    public init(_ files: [String: PageFile] = [:]) { self.files = files }

    /// The answer to a request for one of its files; nil for every other path.
    func answer(_ request: HTTPRequest) -> HTTPResponse? {
        guard let name = Self.name(of: request.path), let file = files[name] else { return nil }
        guard request.method == "GET" || request.method == "HEAD" else {
            var refusal = HTTPResponse(status: 405, text: "\(request.path) is asked with GET.\n")
            refusal.headers = [("allow", "GET")]
            return refusal
        }
        let isCompressed = !file.compressed.isEmpty && Self.takesGzip(request["accept-encoding"] ?? "")
        // Each form has a tag of its own, as caches ask.
        let tag = "\"\(file.tag)\(isCompressed ? "-gzip" : "")\""
        let isKnown = request["if-none-match"].map { $0 == "*" || $0.contains(tag) } ?? false
        let body = isCompressed ? file.compressed : file.bytes
        var response = HTTPResponse(
            status: isKnown ? 304 : 200, contentType: file.contentType, body: isKnown ? [] : body)
        response.headers = [("etag", tag), ("vary", "accept-encoding")] + Self.headers
        if isCompressed, !isKnown { response.headers.append(("content-encoding", "gzip")) }
        return response
    }

    /// Whether a list such as `gzip;q=0.8, br` has gzip with a weight above 0 (RFC 9110, section 12.5.3).
    static func takesGzip(_ encodings: String) -> Bool {
        encodings.lowercased().split(separator: ",").contains { encoding in
            let parts = encoding.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard parts.first == "gzip" else { return false }
            return parts.dropFirst().allSatisfy { !$0.hasPrefix("q=") || (Double($0.dropFirst(2)) ?? 0) > 0 }
        }
    }

    private static func name(of path: String) -> String? {
        if path == "/" { return start }
        return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : nil
    }

    /// What the page may do: run its own scripts, use its own styles, and ask the server that it came from. Whatever a
    /// model writes, nothing else can come of it.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let headers: [(name: String, value: String)] = [
        // Asked for again each time, so that page and server are of one version; the answer is mostly that it is known.
        ("cache-control", "no-cache"),
        ("content-security-policy", contentSecurityPolicy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
}
