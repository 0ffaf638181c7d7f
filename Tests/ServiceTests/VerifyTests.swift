import Compute
import Rollouts
import TestSupport
import Testing
import Wire

@testable import Service

@Suite("Verify, and versions to choose from")
struct VerifyTests {
    private static let chain = "%23;7;+5;*3;-14?\n"

    private func verify(_ server: TestServer, _ fill: (inout V1.VerifyRequest) -> Void) async throws -> [V1.Verified] {
        try await server.client.unary(V1.AnalysisService.verify, make(V1.VerifyRequest.self, fill)).results
    }

    @Test("Responses that are there are judged in order, by a task's checker or against an answer")
    func verdicts() async throws {
        try await TestServer.run { server in
            let found = try await verify(server) {
                $0.prompt = Self.chain
                $0.responses = ["7+5=12\n\n12*3=13\n\n13-14=22\n\n\\boxed{22}", "nothing", "\\boxed{3}"]
                $0.verifier = make { $0.kind = .task }
            }
            #expect(found.map(\.verdict) == [.correct, .noAnswer, .incorrect])
            #expect(found.map(\.reward) == [1, 0, 0])
            let math = try await verify(server) {
                $0.responses = ["so \\boxed{2/4}"]
                $0.verifier = make { $0.truth = "0.5" }
            }
            #expect(math.map(\.verdict) == [.correct])
        }
    }

    @Test("Too many responses, and a verifier without an answer, are refused by name")
    func problems() async throws {
        try await TestServer.run { server in
            let error = await status {
                _ = try await verify(server) { $0.responses = Array(repeating: "a", count: 257) }
            }
            #expect(error?.fields == ["responses", "verifier.truth"])
            let other = await status {
                _ = try await verify(server) {
                    $0.prompt = "no problem of a task"
                    $0.verifier = make { $0.kind = .task }
                }
            }
            #expect(other?.fields == ["verifier.task"])
        }
    }

    @Test("An earlier version looks and answers when it is asked for, and only listed ones do")
    func versions() async throws {
        try await TestServer.run { server in
            _ = try server.engine.load(
                directory: Fixtures.url("qwen2"), name: "qwen2", precision: .float32, asNewVersion: true)
            func traced(_ version: Int64?) async throws -> Int64? {
                let parts = try await server.trace(
                    make {
                        $0.input = make {
                            $0.prompt = .text("1 + 1 =")
                            $0.response = .text(" 2")
                            $0.version = version
                        }
                    })
                return parts.compactMap { if case .trace(let trace) = $0 { trace.version } else { nil } }.first
            }
            func generated(_ version: Int64?) async throws -> Int64? {
                try await server.generate(
                    make {
                        $0.prompt = .text("1 + 1 =")
                        $0.sampling = make { $0.maxTokens = 2 }
                        $0.version = version
                    }
                ).finished()?.versions.first?.version
            }
            #expect(try await traced(nil) == 2)
            #expect(try await traced(1) == 1)
            #expect(try await generated(nil) == 2)
            #expect(try await generated(1) == 1)
            for version in [0, 3, -1, Int64.max] {
                let trace = await status { _ = try await traced(version) }
                #expect(trace?.info?.reason == "UNKNOWN_VERSION")
                let answer = await status { _ = try await generated(version) }
                #expect(answer?.info?.reason == "UNKNOWN_VERSION")
            }
        }
    }

    @Test("A server without the page's files says so")
    func viewer() async throws {
        try await TestServer.run { server in
            let error = await status {
                _ = try await server.client.unary(V1.AnalysisService.getViewer, V1.GetViewerRequest())
            }
            #expect(error?.info?.reason == "NO_PAGE")
        }
    }
}
