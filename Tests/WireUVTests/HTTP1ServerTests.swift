import Foundation
import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("HTTP/1.1 on the port that serves gRPC")
struct HTTP1ServerTests {
    private struct Pages: HTTPHandler {
        let slowRequests = Guarded(0)

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            switch request.path {
            case "/healthz": return HTTPResponse(status: 200, text: "ok\n")
            case "/echo": return HTTPResponse(status: 200, contentType: "x/y", body: request.body)
            case "/slow":
                slowRequests.withLock { $0 += 1 }
                try? await Task.sleep(for: .milliseconds(100))
                return HTTPResponse(status: 200, text: "slow\n")
            default: return .notFound
            }
        }
    }

    private static func answer(_ status: String, _ body: String, keepAlive: Bool, isHead: Bool = false) -> String {
        """
        HTTP/1.1 \(status)\r
        content-type: text/plain; charset=utf-8\r
        content-length: \(body.utf8.count)\r
        connection: \(keepAlive ? "keep-alive" : "close")\r
        \r

        """ + (isHead ? "" : body)
    }

    /// Answers without their Date headers, which change with time; there must be this many.
    private static func dateless(_ answers: [UInt8], count: Int) -> String {
        let lines = String(decoding: answers, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let dates = lines.filter { $0.hasPrefix("date: ") && $0.hasSuffix(" GMT") }
        #expect(dates.count == count)
        return lines.filter { !$0.hasPrefix("date: ") }.joined(separator: "\r\n")
    }

    @Test("Who is refused by the head of a request is answered before its body, which may never come")
    func refusedByHead() async throws {
        struct Closed: HTTPHandler {
            func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, text: "in\n") }
            func refusal(of head: HTTPRequest) -> HTTPResponse? {
                head["x-key"] == nil ? HTTPResponse(status: 401, text: "out\n") : nil
            }
        }
        try await withServer(http: Closed()) { running in
            for further in ["", "Expect: 100-continue\r\n"] {
                let raw = try await RawClient(to: running.address)
                raw.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\(further)\r\n".utf8))
                let answer = Self.dateless(await raw.readToEnd(), count: 1)
                #expect(answer == Self.answer("401 Unauthorized", "out\n", keepAlive: false))
            }
        }
    }

    @Test("A date is written as HTTP writes it")
    func date() {
        #expect(HTTPDate.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test("Pipelined requests are answered in order and the connection is kept, at every cut")
    func pipelining() async throws {
        let requests = """
            GET /slow HTTP/1.1\r\nHost: a\r\n\r\nHEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n\
            GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
            """
        let expected =
            Self.answer("200 OK", "slow\n", keepAlive: true)
            + Self.answer("200 OK", "ok\n", keepAlive: true, isHead: true)
            + Self.answer("404 Not Found", "There is nothing here.\n", keepAlive: false)
        let bytes = Array(requests.utf8)
        try await withServer(http: Pages()) { running in
            for cut in stride(from: 1, to: bytes.count, by: 7) {
                let raw = try await RawClient(to: running.address)
                raw.send(Array(bytes[..<cut]))
                try await Task.sleep(for: .milliseconds(2))
                raw.send(Array(bytes[cut...]))
                let answer = Self.dateless(await raw.readToEnd(), count: 3)
                #expect(answer == expected)
            }
        }
    }

    @Test("Each byte may come alone")
    func byteByByte() async throws {
        try await withServer(http: Pages()) { running in
            let raw = try await RawClient(to: running.address)
            for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc".utf8 {
                raw.send([byte])
                try await Task.sleep(for: .milliseconds(1))
            }
            let answer = String(decoding: await raw.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: x/y\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nabc"))
        }
    }

    @Test("A request that cannot be read is answered, and the connection closed")
    func malformed() async throws {
        try await withServer(http: Pages()) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("\u{16}\u{3}\u{1}garbage\r\n\r\n")
            let answer = String(decoding: await raw.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test("PROPFIND shares its first letters with HTTP/2 and is not taken for it")
    func propfind() async throws {
        try await withServer(http: Pages()) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("PR")
            try await Task.sleep(for: .milliseconds(10))
            raw.send("OPFIND /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = String(decoding: await raw.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
    }

    @Test("A request that trickles in is given up")
    func trickling() async throws {
        try await withServer(http: Pages(), { $0.headerTimeout = .milliseconds(300) }) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("GET / HTTP/1.1\r\nHo")
            let answer = String(decoding: await raw.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        }
    }

    @Test("A body may take a second for every 4 KiB of it, and is given up when it stops")
    func bodyPace() async throws {
        try await withServer(http: Pages(), { $0.headerTimeout = .milliseconds(300) }) { running in
            let (count, piece) = (8, 4 << 10)
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(count * piece)\r\n\r\n"
            let whole = try await RawClient(to: running.address)
            whole.send(head)
            for _ in 0..<count {
                whole.send(String(repeating: "x", count: piece))
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(String(decoding: await whole.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n"))
            let stopped = try await RawClient(to: running.address)
            stopped.send(head + "x")
            #expect(String(decoding: await stopped.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("Draining answers the request in progress and closes")
    func draining() async throws {
        let pages = Pages()
        try await withServer(http: pages) { running in
            let busy = try await RawClient(to: running.address)
            let idle = try await RawClient(to: running.address)
            idle.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { idle.text.hasSuffix("ok\n") })
            busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { pages.slowRequests.withLock { $0 } == 1 })
            running.server.beginShutdown()
            let answer = String(decoding: await busy.readToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("slow\n"))
            #expect(await eventually { idle.isClosed })
        }
    }

    /// Answers when its task is cancelled, or after ten seconds.
    private struct Patient: HTTPHandler {
        let cancelled = Guarded(0)

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            try? await Task.sleep(for: .seconds(10))
            if Task.isCancelled { cancelled.withLock { $0 += 1 } }
            return HTTPResponse(status: 200, text: "late\n")
        }
    }

    /// Answers with 64 KiB, not at once.
    private struct Large: HTTPHandler {
        let asked = Guarded(0)

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            asked.withLock { $0 += 1 }
            return HTTPResponse(status: 200, contentType: "x/y", body: Array(repeating: 65, count: 64 << 10))
        }
    }

    @Test("Who asks without reading the answers is answered when it reads")
    func asksWithoutReading() async throws {
        let large = Large(), count = 1000
        try await withServer(http: large) { running in
            let raw = try await RawClient(to: running.address)
            raw.pauseReading()
            raw.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: count))
            #expect(await eventually { large.asked.withLock { $0 } > 4 })
            // Buffers of the kernel on both sides take some megabytes.
            #expect(await Self.settled { large.asked.withLock { $0 } } < count / 2)
            raw.resumeReading()
            #expect(await eventually { large.asked.withLock { $0 } == count })
            raw.close()
        }
    }

    @Test("Who leaves while an answer is made whole has it cancelled, with further requests behind it or not")
    func leaving() async throws {
        let patient = Patient()
        try await withServer(http: patient) { running in
            for count in [1, 2] {
                let raw = try await RawClient(to: running.address)
                raw.send(String(repeating: "GET /answer HTTP/1.1\r\nHost: a\r\n\r\n", count: count))
                try await Task.sleep(for: .milliseconds(50))
                raw.close()
                #expect(await eventually { patient.cancelled.withLock { $0 } == count })
            }
        }
    }

    @Test(
        "The system looks after connections that are silent, and ends those to machines out of reach after 50 seconds")
    func reachability() async throws {
        try await withServer(http: Pages()) { running in
            let raw = try await RawClient(to: running.address)
            let time = TCPSocket.unreachableTime
            #expect(await eventually { Self.reachability(at: running.address.port).contains([1, time.idle, 50_000]) })
            raw.close()
        }
        let time = TCPSocket.unreachableTime
        #expect(time.idle + time.interval * time.probes == 50)
    }

    /// Of each connection that this process has accepted at a port: whether it is looked after, after how many seconds of
    /// silence, and for how many milliseconds the other side may acknowledge nothing.
    private static func reachability(at port: Int) -> [[CInt]] {
        (3..<CInt(1024)).compactMap { descriptor in
            var own = sockaddr_in(), other = sockaddr_in(), length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isAccepted = withUnsafeMutablePointer(to: &own) { own in
                withUnsafeMutablePointer(to: &other) { other in
                    getsockname(
                        descriptor, UnsafeMutableRawPointer(own).assumingMemoryBound(to: sockaddr.self), &length) == 0
                        && getpeername(
                            descriptor, UnsafeMutableRawPointer(other).assumingMemoryBound(to: sockaddr.self), &length)
                            == 0
                }
            }
            guard isAccepted, Int(UInt16(bigEndian: own.sin_port)) == port else { return nil }
            let tcp = CInt(IPPROTO_TCP)
            return [(SOL_SOCKET, SO_KEEPALIVE), (tcp, TCP_KEEPIDLE), (tcp, TCP_USER_TIMEOUT)].map { level, option in
                var value: CInt = -1, length = socklen_t(MemoryLayout<CInt>.size)
                getsockopt(descriptor, level, option, &value, &length)
                return value
            }
        }
    }

    // MARK: - Bodies that are written while they are sent

    private struct Streams: HTTPHandler {
        let written = Guarded(0)
        let cancelled = Guarded(0)

        private struct Trouble: Error {}

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            let (written, cancelled) = (written, cancelled)
            return HTTPResponse(
                status: 200, contentType: "x/y",
                body: .stream { writer in
                    switch request.path {
                    case "/two":
                        try await writer.write(Array("one\n".utf8))
                        try await writer.write([])
                        try? await Task.sleep(for: .milliseconds(30))
                        try await writer.write(Array("two\n".utf8))
                    case "/broken":
                        try await writer.write(Array("one\n".utf8))
                        throw Trouble()
                    default:
                        do {
                            while true {
                                try await writer.write(Array(repeating: 65, count: 16 << 10))
                                written.withLock { $0 += 1 }
                            }
                        } catch {
                            cancelled.withLock { $0 += 1 }
                            throw error
                        }
                    }
                })
        }
    }

    @Test("A body is sent in chunks as it is written, and the next request has its turn")
    func chunks() async throws {
        try await withServer(http: Streams()) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\nHEAD /two HTTP/1.1\r\nHost: a\r\n\r\n")
            raw.send("GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let head = "HTTP/1.1 200 OK\r\ncontent-type: x/y\r\n", chunked = head + "transfer-encoding: chunked\r\n"
            let body = "\r\n4\r\none\n\r\n4\r\ntwo\n\r\n0\r\n\r\n"
            let expected =
                chunked + "connection: keep-alive\r\n" + body + head + "connection: keep-alive\r\n\r\n"
                + chunked + "connection: close\r\n" + body
            let answer = Self.dateless(await raw.readToEnd(), count: 3)
            #expect(answer == expected)
        }
    }

    @Test("A client of HTTP/1.0 gets a body without chunks")
    func noChunks() async throws {
        try await withServer(http: Streams()) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("GET /two HTTP/1.0\r\n\r\n")
            let answer = Self.dateless(await raw.readToEnd(), count: 1)
            #expect(answer == "HTTP/1.1 200 OK\r\ncontent-type: x/y\r\nconnection: close\r\n\r\none\ntwo\n")
        }
    }

    @Test(
        "A body that cannot be finished ends the connection without its end", arguments: ["", "Connection: close\r\n"])
    func brokenBody(header: String) async throws {
        try await withServer(http: Streams()) { running in
            let raw = try await RawClient(to: running.address)
            raw.send("GET /broken HTTP/1.1\r\nHost: a\r\n\(header)\r\n")
            let answer = String(decoding: await raw.readToEnd(), as: UTF8.self)
            #expect(answer.contains("transfer-encoding: chunked") && !answer.contains("0\r\n\r\n"))
        }
    }

    /// A number once it has not changed for a while.
    private static func settled(_ number: () -> Int) async -> Int {
        var last = number(), quietLooks = 0
        while quietLooks < 40 {
            try? await Task.sleep(for: .milliseconds(5))
            let now = number()
            quietLooks = now == last ? quietLooks + 1 : 0
            last = now
        }
        return last
    }

    @Test("Who writes a body waits for a client that does not read, and is cancelled when it leaves")
    func slowReader() async throws {
        let streams = Streams()
        try await withServer(http: streams) { running in
            let raw = try await RawClient(to: running.address)
            raw.pauseReading()
            raw.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { streams.written.withLock { $0 } > 4 })
            // Buffers of the kernel on both sides fill first; then nothing is written for a while.
            let last = await Self.settled { streams.written.withLock { $0 } }
            #expect(last < 4096, "64 MiB were written that nobody reads")
            raw.close()
            #expect(await eventually { streams.cancelled.withLock { $0 } == 1 })
        }
    }
}
