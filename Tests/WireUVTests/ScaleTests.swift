import Foundation
import Testing
import Wire

@testable import WireUV

@Suite("Many of everything", .serialized)
struct ScaleTests {
    private static func openDescriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
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

    @Test("Connecting, calling and going leaves no descriptor behind")
    func churn() async throws {
        try await withServer { running in
            let before = Self.openDescriptors()
            for index in 0..<200 {
                let client = running.client()
                if index % 2 == 0 {
                    _ = try await client.all("Echo", [1])
                } else {
                    _ = try await client.echo("Sleep")
                }
                await client.close()
            }
            // Other suites run at the same time and hold some.
            #expect(await eventually { Self.openDescriptors() < before + 60 })
        }
    }
}
