/// A file of the page.
public struct PageFile: Sendable, Equatable {
    public var bytes: [UInt8]
    /// The same as gzip; empty where that is no smaller.
    public var compressed: [UInt8]
    public var contentType: String
    /// Changes whenever the bytes do.
    public var tag: String

    /// - Parameters:
    ///   - name: Its name, whose ending decides the content type.
    ///   - compressed: The bytes as gzip, for browsers that take it.
    ///   - tag: Text without quotes that changes whenever the bytes do, such as a hash.
    public init(name: String, bytes: [UInt8], compressed: [UInt8] = [], tag: String) {
        self.bytes = bytes
        self.compressed = compressed.count < bytes.count ? compressed : []
        self.contentType = Self.contentTypes[name.split(separator: ".").last.map(String.init) ?? ""] ?? Self.anyBytes
        self.tag = tag
    }

    private static let anyBytes = "application/octet-stream"

    private static let contentTypes = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "json": "application/json",
    ]
}
