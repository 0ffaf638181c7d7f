import Testing

@testable import WireUV

@Suite("HTTP/1.1 requests")
struct HTTP1RequestParserTests {
    private static let pipelined = """
        GET /healthz?x=1 HTTP/1.1\r
        Host: a\r
        X-Thing: \t b c \t\r
        \r
        POST /v1/x HTTP/1.1\r
        host: a\r
        Content-Length: 5\r
        Connection: close\r
        \r
        hello
        """

    private static let expected: [HTTP1RequestParser.Event] = [
        .request(
            HTTPRequest(method: "GET", target: "/healthz?x=1", headers: [("host", "a"), ("x-thing", "b c")]),
            keepAlive: true, isHTTP11: true),
        .request(
            HTTPRequest(
                method: "POST", target: "/v1/x",
                headers: [("host", "a"), ("content-length", "5"), ("connection", "close")], body: Array("hello".utf8)),
            keepAlive: false, isHTTP11: true),
    ]

    private func events(_ pieces: [[UInt8]]) throws -> [HTTP1RequestParser.Event] {
        var parser = HTTP1RequestParser()
        var events: [HTTP1RequestParser.Event] = []
        for piece in pieces {
            parser.append(piece)
            while true {
                let event = try parser.next()
                guard event != .needsMore else { break }
                // Depends on whether the body came along.
                if case .bodyFollows = event { continue }
                events.append(event)
            }
        }
        #expect(!parser.isInsideRequest)
        return events
    }

    @Test("Pipelined requests are read one after another")
    func pipelining() throws {
        #expect(try events([Array(Self.pipelined.utf8)]) == Self.expected)
    }

    @Test("Requests may be cut at every byte")
    func everyCut() throws {
        let bytes = Array(Self.pipelined.utf8)
        for cut in 0...bytes.count {
            #expect(try events([Array(bytes[..<cut]), Array(bytes[cut...])]) == Self.expected)
        }
        #expect(try events(bytes.map { [$0] }) == Self.expected)
    }

    @Test("Bodies in chunks are put together, however they are cut; extensions and trailers are passed over")
    func chunks() throws {
        let text = """
            POST / HTTP/1.1\r
            Host: a\r
            Transfer-Encoding: Chunked\r
            \r
            5;name=value\r
            hello\r
            00B\r
             chunked\r
            w\r
            0\r
            Trailer: x\r
            \r
            GET / HTTP/1.1\r
            Host: a\r
            \r

            """
        let expected: [HTTP1RequestParser.Event] = [
            .request(
                HTTPRequest(
                    method: "POST", target: "/", headers: [("host", "a"), ("transfer-encoding", "Chunked")],
                    body: Array("hello chunked\r\nw".utf8)), keepAlive: true, isHTTP11: true),
            .request(
                HTTPRequest(method: "GET", target: "/", headers: [("host", "a")]), keepAlive: true, isHTTP11: true),
        ]
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            #expect(try events([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected)
        }
        #expect(try events(bytes.map { [$0] }) == expected)
    }

    @Test("HTTP/1.0 needs no Host and is not kept alive")
    func http10() throws {
        let events = try events([Array("GET / HTTP/1.0\r\n\r\n".utf8)])
        #expect(events == [.request(HTTPRequest(method: "GET", target: "/"), keepAlive: false, isHTTP11: false)])
    }

    @Test("A target in absolute form names the host in place of Host")
    func absoluteForm() throws {
        let text = "GET http://a:1/x?y HTTP/1.1\r\nHost: b\r\n\r\nGET HTTP://a HTTP/1.1\r\nHost: b\r\n\r\n"
        let expected: [HTTP1RequestParser.Event] = [
            .request(
                HTTPRequest(method: "GET", target: "/x?y", headers: [("host", "a:1")]), keepAlive: true, isHTTP11: true),
            .request(
                HTTPRequest(method: "GET", target: "/", headers: [("host", "a")]), keepAlive: true, isHTTP11: true),
        ]
        #expect(try events([Array(text.utf8)]) == expected)
    }

    @Test("Close counts in every Connection header, and later minor versions are read as 1.1")
    func connectionOptions() throws {
        let text = "GET / HTTP/1.2\r\nHost: [::1]:80\r\nConnection: x\r\nConnection: y, Close\r\n\r\n"
        guard case .request(_, let keepAlive, let isHTTP11) = try events([Array(text.utf8)]).first else {
            Issue.record("the request is complete")
            return
        }
        #expect(!keepAlive && isHTTP11)
    }

    @Test("A client that asks before sending its body is told to go on")
    func expectation() throws {
        var parser = HTTP1RequestParser()
        parser.append(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n".utf8))
        guard case .bodyFollows(let head, awaitsPermission: true) = try parser.next() else {
            Issue.record("the body is expected")
            return
        }
        #expect(head["content-length"] == "2" && head.body.isEmpty)
        #expect(try parser.next() == .needsMore)
        parser.append(Array("ok".utf8))
        guard case .request(let request, _, _) = try parser.next() else {
            Issue.record("the request is complete")
            return
        }
        #expect(request.body == Array("ok".utf8))
    }

    @Test(
        "What could be read in two ways is refused",
        arguments: [
            ("GET / HTTP/1.1\nHost: a\n\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\u{1}\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
            ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 505),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("GET / http/1.1\r\nHost: a\r\n\r\n", 505),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n 2\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;a\rb\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nb\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nb : c\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nb: c\r\n d\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400),
            ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413),
        ])
    func refused(text: String, status: Int) {
        let failure = #expect(throws: HTTP1RequestParser.Failure.self) { try events([Array(text.utf8)]) }
        #expect(failure?.status == status)
    }

    @Test("Lines and headers are bounded, whether or not they end")
    func limits() {
        func status(_ text: String) -> Int? {
            var parser = HTTP1RequestParser()
            parser.append(Array(text.utf8))
            return #expect(throws: HTTP1RequestParser.Failure.self) {
                while try parser.next() != .needsMore {}
            }?.status
        }
        let long = String(repeating: "a", count: 20_000)
        #expect(status("GET /\(long)") == 414)
        #expect(status("GET /\(long) HTTP/1.1\r\n") == 414)
        #expect(status("GET / HTTP/1.1\r\nA: \(long)") == 431)
        let many = (0..<101).map { "A\($0): b\r\n" }.joined()
        #expect(status("GET / HTTP/1.1\r\n\(many)") == 431)
        let large = (0..<20).map { "A\($0): \(String(repeating: "b", count: 1000))\r\n" }.joined()
        #expect(status("GET / HTTP/1.1\r\n\(large)") == 431)
    }
}
