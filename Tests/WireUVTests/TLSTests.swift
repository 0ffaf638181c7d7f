import Foundation
import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

/// A file that Tests/Fixtures/tls/make made.
private func file(_ name: String) -> String { Fixtures.url("tls/\(name)").path }

@Suite("TLS")
struct TLSTests {
    private static func server(_ name: String = "server", clients: Bool = false) throws -> TLSServer {
        try TLSServer { () throws(TLSError) in
            try .server(
                certificate: file("\(name).pem"), key: file("\(name).key"),
                clientAuthority: clients ? file("authority.pem") : nil)
        }
    }

    private static func client(trusting authority: String = "authority", as name: String? = nil) throws -> TLSContext {
        try .client(
            authority: file("\(authority).pem"), identity: name.map { (file("\($0).pem"), file("\($0).key")) })
    }

    /// Runs `body` with a client of a server, both with TLS.
    private func withTLS(
        _ tls: TLSServer, _ context: TLSContext?, http: any HTTPHandler = NoHTTP(),
        _ body: (UVClient, RunningServer) async throws -> Void
    ) async throws {
        try await withServer(http: http, { $0.tls = tls }) { running in
            let client = running.client { $0.tls = context }
            do {
                try await body(client, running)
            } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    @Test("Calls work as they do without: small, large, many at once, cancelled")
    func calls() async throws {
        try await withTLS(try Self.server(), try Self.client()) { client, running in
            let large = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for message in [[], [7], large] { #expect(try await client.all("Echo", message) == [message]) }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await client.all("Count", Array("200".utf8)).count } }
                for try await count in group { #expect(count == 200) }
            }
            let call = try await client.echo("Sleep")
            #expect(await eventually { running.handler.begun.withLock { $0.contains("Sleep") } })
            call.cancel()
            #expect(await eventually { running.handler.log.withLock { $0.contains("Sleep CancellationError()") } })
        }
    }

    @Test("A stream whose reader is slow is not sent ahead of it")
    func backPressure() async throws {
        try await withTLS(try Self.server(), try Self.client()) { client, running in
            let call = try await client.echo("Flood")
            try await call.finishRequests()
            let other = running.client { $0.tls = try? Self.client() }
            let sent = try await running.handler.floodedMessages(other)
            #expect(sent < 16 << 10)
            call.cancel()
            await other.close()
        }
    }

    @Test("A server is not believed whose certificate nobody trusted signed, or that is another's")
    func unbelieved() async throws {
        let cases = [("server", "stranger"), ("elsewhere", "authority")]
        for (name, authority) in cases {
            try await withTLS(try Self.server(name), try Self.client(trusting: authority)) { client, _ in
                let error = await rpcError { _ = try await client.all("Echo", [1]) }
                #expect(error?.code == .unavailable)
                #expect(
                    error?.message.contains("the certificate is not accepted") == true, "\(String(describing: error))")
            }
        }
    }

    @Test("A client without a certificate is turned away where one is asked for; one with it is known by it")
    func mutual() async throws {
        let tls = try Self.server(clients: true)
        for name in [nil, "stranger"] {
            try await withTLS(tls, try Self.client(as: name)) { client, _ in
                let error = await rpcError { _ = try await client.all("Echo", [1]) }
                #expect(error?.code == .unavailable)
            }
        }
        try await withTLS(tls, try Self.client(as: "client")) { client, _ in
            let fingerprint = try TLSContext.fingerprint(ofFile: file("client.pem"))
            let seen = try await client.all("Certificate")
            #expect(seen == [fingerprint])
        }
        try await withTLS(try Self.server(), try Self.client()) { client, _ in
            let seen = try await client.all("Certificate")
            #expect(seen == [[]])
        }
    }

    @Test("A certificate is replaced without a restart; one that cannot be used leaves the old one")
    func replaced() async throws {
        let name = Guarded("server")
        let tls = try TLSServer { () throws(TLSError) in
            let name = name.withLock { $0 }
            return try .server(certificate: file("\(name).pem"), key: file("\(name).key"))
        }
        try await withTLS(tls, try Self.client()) { old, running in
            #expect(try await old.all("Echo", [1]) == [[1]])
            name.withLock { $0 = "missing" }
            #expect(throws: TLSError.self) { try tls.reload() }
            let second = running.client { $0.tls = try? Self.client() }
            #expect(try await second.all("Echo", [2]) == [[2]])
            await second.close()
            name.withLock { $0 = "elsewhere" }
            try tls.reload()
            let third = running.client { $0.tls = try? Self.client() }
            let error = await rpcError { _ = try await third.all("Echo", [3]) }
            #expect(error?.message.contains("certificate") == true)
            await third.close()
            // The connection that was there goes on.
            #expect(try await old.all("Echo", [4]) == [[4]])
        }
    }

    @Test("Sides that do not agree on TLS fail with a reason, and the server goes on")
    func disagreement() async throws {
        try await withTLS(try Self.server(), nil) { plain, running in
            let error = await rpcError { _ = try await plain.all("Echo", [1]) }
            #expect(error?.code == .unavailable)
            let raw = try await RawClient(to: running.address)
            raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = await raw.readToEnd()
            let secure = running.client { $0.tls = try? Self.client() }
            #expect(try await secure.all("Echo", [2]) == [[2]])
            await secure.close()
        }
        try await withServer { running in
            let secure = running.client { $0.tls = try? Self.client() }
            let error = await rpcError { _ = try await secure.all("Echo", [1]) }
            #expect(error?.code == .unavailable)
            await secure.close()
        }
    }

    private struct Page: HTTPHandler {
        func respond(to request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, text: request.path) }
    }

    @Test("Pages are served, and nothing of one that is not believed is returned")
    func pages() async throws {
        try await withTLS(try Self.server(), nil, http: Page()) { _, running in
            var options = ClientOptions()
            (options.host, options.port) = (running.address.host, running.address.port)
            options.tls = try Self.client()
            #expect(try await HTTPPage.get("/a", options) == Array("/a".utf8))
            options.tls = try Self.client(trusting: "stranger")
            await #expect(throws: RPCError.self) { _ = try await HTTPPage.get("/a", options) }
        }
    }

    @Test("Files that cannot be used are named")
    func files() throws {
        let error = #expect(throws: TLSError.self) {
            try TLSContext.server(certificate: file("missing.pem"), key: file("server.key"))
        }
        #expect(error?.description.contains("missing.pem") == true)
        let mismatch = #expect(throws: TLSError.self) {
            try TLSContext.server(certificate: file("server.pem"), key: file("client.key"))
        }
        #expect(mismatch?.description.contains("client.key") == true)
        #expect(throws: TLSError.self) { try TLSContext.client(authority: file("server.key")) }
    }

    @Test("What is wrong with a file is said in words")
    func reasons() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let der = folder.appendingPathComponent("server.der").path
            try Data([0x30, 0x82, 0x01, 0x00]).write(to: URL(fileURLWithPath: der))
            let cut = folder.appendingPathComponent("cut.pem").path
            let text = try String(contentsOfFile: file("server.pem"), encoding: .utf8)
            try Data((text.prefix(80) + "\n-----END CERTIFICATE-----\n").utf8).write(to: URL(fileURLWithPath: cut))
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let good = file("server.pem"), key = file("server.key")
            for (certificate, key, part) in [
                ("/nowhere/a.pem", key, "cannot read the certificate /nowhere/a.pem. It does not exist."),
                (folder.path, key, "It is no regular file."), (pipe, key, "It is no regular file."),
                (good, pipe, "It is no regular file."), (der, key, "it holds no certificate in PEM"),
                (key, key, "it holds no certificate in PEM"), (good, good, "it holds no private key in PEM"),
                (good, file("client.key"), "key values mismatch"),
            ] {
                let error = #expect(throws: TLSError.self) { try TLSContext.server(certificate: certificate, key: key) }
                #expect(error?.description.contains(part) == true, "\(String(describing: error)), not \(part)")
            }
            let error = #expect(throws: TLSError.self) { try TLSContext.server(certificate: cut, key: key) }
            #expect(error?.description.contains("PEM lib") == false, "\(String(describing: error))")
            #expect(throws: TLSError.self) { try TLSContext.fingerprint(ofFile: key) }
        }
    }

    @Test("A key behind a passphrase is refused, and nobody is asked for it")
    func passphrase() {
        let makes: [() throws -> TLSContext] = [
            { try TLSContext.server(certificate: file("server.pem"), key: file("protected.key")) },
            { try TLSContext.client(identity: (file("server.pem"), file("protected.key"))) },
        ]
        for make in makes {
            let error = #expect(throws: TLSError.self) { _ = try make() }
            #expect(error?.description.contains("a passphrase protects it") == true, "\(String(describing: error))")
        }
    }

    @Test("A certificate that has expired is known as one")
    func expired() throws {
        let tls = try TLSServer { () throws(TLSError) in
            try .server(certificate: file("expired.pem"), key: file("server.key"))
        }
        #expect(tls.certificateProblem?.hasPrefix("it expired on Nov") == true, "\(tls.certificateProblem ?? "")")
        #expect(try Self.server().certificateProblem == nil)
    }
}
