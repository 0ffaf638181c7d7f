import Guarding
import TestSupport
import Wire

@testable import WireUV

/// A TCP client that says exactly what a test wants said.
final class RawClient: ByteChannelDelegate, @unchecked Sendable {
    // Sendable: `seen` has a lock, the rest is touched on the loop.

    private struct Seen {
        var bytes: [UInt8] = []
        var isClosed = false
    }

    private let seen = Guarded(Seen())
    private var socket: TCPSocket?
    private let loop = EventLoop.shared

    init(to address: SocketAddress) async throws {
        var options = ClientOptions()
        options.host = address.host
        options.port = address.port
        socket = try await withCheckedThrowingContinuation { continuation in
            loop.execute { [loop, options] in
                let connector = Connector(options, on: loop) { result in
                    continuation.resume(with: result.map { SendableSocket(socket: $0) })
                }
                connector.start()
            }
        }.socket
        loop.execute {
            self.socket?.delegate = self
            self.socket?.resumeReading()
        }
    }

    private struct SendableSocket: @unchecked Sendable { let socket: TCPSocket }

    func send(_ bytes: [UInt8]) {
        loop.execute { bytes.withUnsafeBytes { self.socket?.write($0) } }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func pauseReading() { loop.execute { self.socket?.pauseReading() } }
    func resumeReading() { loop.execute { self.socket?.resumeReading() } }

    func close() {
        loop.execute {
            self.socket?.close()
            self.socket = nil
        }
    }

    var bytes: [UInt8] { seen.withLock { $0.bytes } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isClosed: Bool { seen.withLock { $0.isClosed } }

    /// What arrived until the server closed the connection.
    func readToEnd() async -> [UInt8] {
        _ = await eventually { isClosed }
        return bytes
    }

    func received(_ bytes: UnsafeRawBufferPointer) { seen.withLock { $0.bytes += bytes } }
    func flushed() {}
    func disconnected(_ reason: String) {
        seen.withLock { $0.isClosed = true }
        socket = nil
    }
}

/// HTTP/2 frames by hand.
enum Frame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    static let settings = make(type: 4)
    static let opening = preface + settings

    static let endStream: UInt8 = 1
    static let endHeaders: UInt8 = 4

    static func make(type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let length = payload.count
        var frame = [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
        frame += big(stream)
        return frame + payload
    }

    static func big(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }

    /// A header block of literals without indexing.
    static func headers(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in [0] + string(name) + string(value) }
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        // An integer with a 7-bit prefix, RFC 7541 section 5.1.
        if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    static func request(
        _ stream: UInt32, path: String = "/test.Echo/Echo", method: String = "POST",
        contentType: String = "application/grpc", extra: [(String, String)] = [], flags: UInt8 = endHeaders
    ) -> [UInt8] {
        let fields = [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "test"), ("te", "trailers"),
            ("content-type", contentType),
        ]
        return make(type: 1, flags: flags, stream: stream, headers(fields + extra))
    }

    static func data(_ stream: UInt32, _ bytes: [UInt8], end: Bool = false) -> [UInt8] {
        make(type: 0, flags: end ? endStream : 0, stream: stream, bytes)
    }

    static func reset(_ stream: UInt32, code: UInt32 = 8) -> [UInt8] { make(type: 3, stream: stream, big(code)) }
    static func ping() -> [UInt8] { make(type: 6, [UInt8](repeating: 0, count: 8)) }

    struct Parsed: Equatable {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        let payload: [UInt8]
    }

    /// The complete frames in what a server sent.
    static func parse(_ bytes: [UInt8]) -> [Parsed] {
        var frames: [Parsed] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            let stream = head[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let payload = Array(rest.dropFirst(9).prefix(length))
            frames.append(Parsed(type: head[3], flags: head[4], stream: stream, payload: payload))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    /// The error code of the GOAWAY a server sent.
    static func goAwayCode(in bytes: [UInt8]) -> UInt32? {
        parse(bytes).last { $0.type == 7 }.map { $0.payload[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
}
