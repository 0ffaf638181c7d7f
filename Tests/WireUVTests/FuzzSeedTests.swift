import Foundation
import TestSupport
import Testing
import Wire

@testable import WireUV

/// Connections that a fuzzer started from or found worth keeping.
///
/// The first byte of a file says in pieces of how many bytes the rest arrives; 0 is all at once.
@Suite("Connections from the fuzzer")
struct FuzzSeedTests {
    private struct Handler: CallHandler {
        func serves(_ method: MethodName) -> Bool { method.service == "a.B" }

        func handle(
            _ context: CallContext, requests: any MessageSource, responses: any MessageSink
        ) async throws -> Metadata {
            while let message = try await requests.next() {
                try await responses.send(message)
                if message.first == 1 { throw RPCError(.aborted, "as asked") }
                if message.first == 2 { try await responses.send([UInt8](repeating: 0, count: 200_000)) }
            }
            return context.metadata
        }
    }

    private static let seeds: [String] = {
        let folder = Fixtures.url("fuzz/http2").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }()

    private func serve(_ bytes: [UInt8], pieceSize: Int) async -> [UInt8] {
        let harness = ServerHarness(handler: Handler())
        return await withCheckedContinuation { continuation in
            harness.serve(bytes, pieceSize: pieceSize) { continuation.resume(returning: $0) }
        }
    }

    @Test("Every seed is served to its end, and as it says", arguments: seeds)
    func replay(name: String) async throws {
        let file = [UInt8](try Data(contentsOf: Fixtures.url("fuzz/http2/\(name)")))
        let bytes = Array(file.dropFirst())
        _ = await serve(bytes, pieceSize: file[0] == 0 ? max(1, bytes.count) : Int(file[0]))
    }

    @Test("How the bytes were cut makes no difference to the frames of a call", arguments: [1, 2, 3, 7, 100, 10_000])
    func cuts(pieceSize: Int) async throws {
        let bytes = Frame.opening + Frame.request(1, path: "/a.B/C") + Frame.data(1, [0, 0, 0, 0, 1, 9], end: true)
        let frames = Frame.parse(await serve(bytes, pieceSize: pieceSize)).filter { $0.stream == 1 }
        #expect(frames.map(\.type) == [1, 0, 1])
        #expect(frames.dropFirst().first?.payload == [0, 0, 0, 0, 1, 9])
    }

    @Test("There are seeds")
    func exist() { #expect(Self.seeds.count >= 27) }
}
