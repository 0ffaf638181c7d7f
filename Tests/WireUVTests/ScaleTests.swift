import Foundation
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("Many of everything", .serialized)
struct ScaleTests {
    /// Ends of connections to a port that a process still holds.
    ///
    /// The kernel's table: local and remote address are the second and third field, the tenth is the socket's inode, 0
    /// once nobody holds it.
    private static func openSockets(port: Int) throws -> Int {
        let suffix = ":" + String(format: "%04X", port)
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
        return table.split(separator: "\n").dropFirst().count { line in
            let fields = line.split(separator: " ")
            return (fields[1].hasSuffix(suffix) || fields[2].hasSuffix(suffix)) && fields[9] != "0"
        }
    }

    @Test("A thousand streams may be open and idle, and each still answers")
    func idleStreams() async throws {
        try await withEcho { client, _ in
            var calls: [ClientCall] = []
            for _ in 0..<1000 {
                let call = try await client.echo("Echo", timeout: nil)
                try await call.requests.send([1])
                calls.append(call)
            }
            for call in calls { #expect(try await call.responses.next() == [1]) }
            for call in calls { try await call.finishRequests() }
            for call in calls { #expect(try await call.responses.next() == nil) }
        }
    }

    @Test("Connecting, calling and going leaves no socket behind")
    func churn() async throws {
        try await withServer { running in
            let port = running.address.port
            // The one that listens.
            #expect(try Self.openSockets(port: port) == 1)
            for index in 0..<200 {
                let client = running.client()
                if index % 2 == 0 {
                    _ = try await client.all("Echo", [1])
                } else {
                    _ = try await client.echo("Sleep")
                }
                await client.close()
            }
            #expect(await eventually { (try? Self.openSockets(port: port)) == 1 })
        }
    }
}
