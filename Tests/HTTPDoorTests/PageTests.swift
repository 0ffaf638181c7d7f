import Testing

@testable import HTTPDoor
@testable import WireUV

@Suite("The page's files")
struct PageTests {
    private let page = Page([
        "index.html": PageFile(name: "index.html", bytes: Array("<!doctype html>".utf8), tag: "a1"),
        "lib/dom.js": PageFile(name: "lib/dom.js", bytes: Array("export {};".utf8), tag: "b2"),
        "style.css": PageFile(name: "style.css", bytes: Array("a long text".utf8), compressed: [31, 139], tag: "c3"),
    ])

    private func ask(
        _ target: String, method: String = "GET", headers: [(name: String, value: String)] = []
    ) -> HTTPResponse? {
        page.answer(HTTPRequest(method: method, target: target, headers: headers))
    }

    @Test(
        "/ is the page, and its files are below /page/",
        arguments: [
            ("/", "text/html; charset=utf-8"), ("/?x=1", "text/html; charset=utf-8"),
            ("/page/index.html", "text/html; charset=utf-8"), ("/page/lib/dom.js", "text/javascript; charset=utf-8"),
        ])
    func files(target: String, type: String) throws {
        let answer = try #require(ask(target))
        #expect(answer.status == 200)
        #expect(answer.contentType == type)
        guard case .bytes(let bytes) = answer.body else {
            Issue.record("the body is a stream")
            return
        }
        #expect(!bytes.isEmpty)
    }

    @Test(
        "Other paths are not the page's",
        arguments: [
            "/page", "/page/", "/page/lib", "/page/../index.html", "/page/lib/../index.html", "/index.html",
            "/v1/models",
        ])
    func others(target: String) { #expect(ask(target) == nil) }

    @Test("Every file says that nothing else may be loaded, run or framed")
    func policy() throws {
        let answer = try #require(ask("/"))
        let policy = try #require(answer.headers.first { $0.name == "content-security-policy" }?.value)
        for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
            #expect(policy.contains(rule))
        }
        #expect(!policy.contains("unsafe"))
        #expect(answer.headers.contains { $0 == ("x-content-type-options", "nosniff") })
    }

    @Test("A file that the browser has is not sent again")
    func known() throws {
        let tag = try #require(ask("/page/lib/dom.js")?.headers.first { $0.name == "etag" }?.value)
        #expect(ask("/page/lib/dom.js", headers: [("if-none-match", "W/\"x\", \(tag)")])?.status == 304)
        #expect(ask("/page/lib/dom.js", headers: [("if-none-match", "\"x\"")])?.status == 200)
    }

    @Test(
        "A browser that takes gzip gets it, and tells the forms apart by their tags",
        arguments: [
            ("gzip, deflate, br", true), ("br, GZIP;q=0.5", true), ("", false), ("br", false), ("gzip;q=0", false),
            ("x-gzip", false),
        ])
    func compressed(encodings: String, isCompressed: Bool) throws {
        let answer = try #require(ask("/page/style.css", headers: [("accept-encoding", encodings)]))
        #expect(answer.headers.contains { $0 == ("content-encoding", "gzip") } == isCompressed)
        #expect(answer.headers.contains { $0 == ("vary", "accept-encoding") })
        #expect(answer.headers.contains { $0 == ("etag", isCompressed ? "\"c3-gzip\"" : "\"c3\"") })
        guard case .bytes(let bytes) = answer.body else {
            Issue.record("the body is a stream")
            return
        }
        #expect(bytes.count == (isCompressed ? 2 : 11))
    }

    @Test("The page is only read")
    func methods() throws {
        let answer = try #require(ask("/", method: "POST"))
        #expect(answer.status == 405)
        #expect(answer.headers.contains { $0 == ("allow", "GET") })
    }

    @Test("A server without the page's files has no page, and says so as of any path")
    func without() async throws {
        try await DoorServer.run { server in
            let answer = await server.ask("GET", "/")
            #expect(answer.status == 404)
        }
    }
}
