import Foundation

/// The one thing we ask a server over plain HTTP: a small page.
enum PlainHTTP {
    /// The body of a page, or nil when there is no server or it has no such page.
    ///
    /// Blocks for at most a few seconds.
    static func page(_ path: String, at server: Endpoint) -> String? {
        guard let socket = connect(to: server) else { return nil }
        defer { close(socket) }
        let request = "GET \(path) HTTP/1.1\r\nHost: \(server)\r\nConnection: close\r\n\r\n"
        let bytes = Array(request.utf8)
        guard send(socket, bytes, bytes.count, 0) == bytes.count else { return nil }
        return body(of: readAll(socket))
    }

    private static let patience = timeval(tv_sec: 3, tv_usec: 0)
    private static let limit = 1 << 20

    private static func connect(to server: Endpoint) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(server.host, String(server.port), &hints, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(first) }
        let address = first.pointee
        let socket = Glibc.socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard socket >= 0 else { return nil }
        var patience = patience
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    private static func readAll(_ socket: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while all.count < limit {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            all += buffer.prefix(count)
        }
        return all
    }

    /// What follows the headers of an answer of status 200.
    private static func body(of answer: [UInt8]) -> String? {
        guard let text = String(bytes: answer, encoding: .utf8), text.hasPrefix("HTTP/1.1 200"),
            let end = text.range(of: "\r\n\r\n")
        else { return nil }
        return String(text[end.upperBound...])
    }
}
