import Foundation
import Logging
import TestSupport
import Testing
import Wire

@testable import Jobs
@testable import Service

@Suite("PreferenceService", .timeLimit(.minutes(30)))
struct PreferenceServiceTests {
    private typealias Service = V1.PreferenceService

    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let runner = try JobRunner(
                directory: folder, programs: [:], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try runner.start()
            try await TestServer.run(jobs: runner) { server in try await body(server) }
            await runner.shutDown(grace: .seconds(60))
        }
    }

    private static func pair(_ id: String) -> V1.PreferencePair {
        make { ($0.id, $0.prompt, $0.first, $0.second) = (id, "p", "a \(id)", "b \(id)") }
    }

    private func add(_ server: TestServer, _ ids: [String]) async throws {
        let answer = try await server.client.unary(
            Service.addPairs,
            make {
                $0.set = "s"
                $0.pairs = ids.map(Self.pair)
            })
        #expect(answer.taken == Int32(ids.count) && answer.refused.isEmpty)
    }

    private static func choice(
        _ pair: String, _ preferred: V1.Preferred, replace: Bool = false
    ) -> V1.PreferenceChoice {
        make { ($0.pair, $0.preferred, $0.replace) = (pair, preferred, replace) }
    }

    private func preferences(_ server: TestServer) async throws -> [V1.Preferred] {
        try await server.client.serverStreaming(Service.getPreferences, make { $0.set = "s" })
            .reduce(into: []) { $0.append($1.preferred) }
    }

    @Test("Pairs are handed out as far as the window goes, choices answered, and the call ends with the last pair")
    func compared() async throws {
        try await withServer { server in
            try await add(server, ["x", "y", "z"])
            let call = try await server.client.bidirectional(Service.compare)
            try await call.send(
                make {
                    $0.set = "s"
                    $0.labeller = "anna"
                    $0.window = 2
                })
            #expect(try await call.next()?.part == .pair(Self.pair("x")))
            #expect(try await call.next()?.part == .pair(Self.pair("y")))
            try await call.send(
                make {
                    $0.window = 2
                    $0.labeller = "anna"
                    $0.choices = [Self.choice("y", .second)]
                })
            guard case .taken(let taken)? = try await call.next()?.part else { return }
            #expect(taken.pair == "y" && taken.refused.isEmpty)
            #expect(try await call.next()?.part == .pair(Self.pair("z")))
            try await call.send(
                make {
                    $0.window = 2
                    $0.choices = [Self.choice("x", .neither), Self.choice("z", .first)]
                })
            _ = try await call.next()
            _ = try await call.next()
            #expect(try await call.next() == nil)
            #expect(try await preferences(server) == [.neither, .second, .first])
        }
    }

    @Test("A call that ends early leaves its pairs open, and what was chosen chosen")
    func early() async throws {
        try await withServer { server in
            try await add(server, ["x", "y"])
            for cancels in [false, true] {
                let call = try await server.client.bidirectional(Service.compare)
                try await call.send(
                    make {
                        $0.set = "s"
                        $0.window = 5
                    })
                let expected = cancels ? ["y"] : ["x", "y"]
                for id in expected { #expect(try await call.next()?.part == .pair(Self.pair(id))) }
                guard !cancels else {
                    call.cancel()
                    continue
                }
                try await call.send(make { $0.choices = [Self.choice("x", .first)] })
                _ = try await call.next()
                try await call.finishRequests()
                #expect(try await call.next() == nil)
            }
            #expect(try await preferences(server) == [.first, .unspecified])
        }
    }

    @Test("Contradictions, pairs that are none and choices that say nothing are refused, and the call goes on")
    func refused() async throws {
        try await withServer { server in
            try await add(server, ["x"])
            let call = try await server.client.bidirectional(Service.compare)
            try await call.send(
                make {
                    $0.set = "s"
                    $0.choices = [
                        Self.choice("x", .first), Self.choice("x", .second), Self.choice("w", .first),
                        Self.choice("x", .unspecified), Self.choice("x", .second, replace: true),
                    ]
                })
            var reasons: [String] = []
            for _ in 0..<5 {
                guard case .taken(let taken)? = try await call.next()?.part else { break }
                reasons.append(taken.refused)
            }
            #expect(reasons.map(\.isEmpty) == [true, false, false, false, true])
            #expect(reasons[1].contains("first was chosen before") && reasons[2].contains("no pair \"w\""))
            try await call.finishRequests()
            #expect(try await call.next() == nil)
            #expect(try await preferences(server) == [.second])
        }
    }

    @Test("A pair that another caller has chosen from meanwhile does not hold the call up")
    func meanwhile() async throws {
        try await withServer { server in
            try await add(server, ["x"])
            let call = try await server.client.bidirectional(Service.compare)
            try await call.send(
                make {
                    $0.set = "s"
                    $0.window = 1
                })
            #expect(try await call.next()?.part == .pair(Self.pair("x")))
            let other = try await server.client.bidirectional(Service.compare)
            try await other.send(
                make {
                    $0.set = "s"
                    $0.choices = [Self.choice("x", .first)]
                })
            _ = try await other.next()
            try await other.finishRequests()
            try await call.send(
                make {
                    $0.window = 1
                    $0.choices = [Self.choice("x", .second)]
                })
            guard case .taken(let taken)? = try await call.next()?.part else { return }
            #expect(!taken.refused.isEmpty)
            #expect(try await call.next() == nil)
            #expect(try await preferences(server) == [.first])
        }
    }

    @Test("Sets are listed by name, with their pairs and those that something was chosen of, once each")
    func listed() async throws {
        try await withServer { server in
            func sets() async throws -> [V1.PreferenceSet] {
                try await server.client.unary(Service.listSets, V1.ListSetsRequest()).sets
            }
            #expect(try await sets().isEmpty)
            try await add(server, ["x", "y", "z"])
            _ = try await server.client.unary(
                Service.addPairs,
                make {
                    $0.set = "a"
                    $0.pairs = [Self.pair("x")]
                })
            let call = try await server.client.bidirectional(Service.compare)
            let choices = [
                Self.choice("x", .first), Self.choice("y", .neither), Self.choice("x", .second, replace: true),
            ]
            try await call.send(make { ($0.set, $0.choices) = ("s", choices) })
            for _ in choices { _ = try await call.next() }
            try await call.finishRequests()
            let expected: [V1.PreferenceSet] = [
                make { ($0.name, $0.pairs) = ("a", 1) }, make { ($0.name, $0.pairs, $0.chosen) = ("s", 3, 2) },
            ]
            #expect(try await sets() == expected)
        }
    }

    @Test("A set is deleted with what was chosen of it, unless a job that is not over reads it")
    func deleted() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let runner = try JobRunner(
                directory: folder, programs: [:], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await TestServer.run(jobs: runner) { server in
                try await add(server, ["x", "y"])
                func delete() async throws -> Int32 {
                    try await server.client.unary(Service.deleteSet, make { $0.set = "s" }).pairs
                }
                var specification = JobSpecification(kind: .rewardModel)
                specification.data.train = "preferences:s"
                let job = try runner.store.insert(specification, requestID: nil, at: 0)
                func reason(_ body: () async throws -> Void) async -> String? {
                    await #expect(throws: RPCError.self) { try await body() }?.info?.reason
                }
                #expect(await reason { _ = try await delete() } == "PREFERENCES_IN_USE")
                #expect(try await preferences(server) == [.unspecified, .unspecified])
                try runner.start()
                _ = try runner.cancel(job.id)
                #expect(try await delete() == 2)
                #expect(await reason { _ = try await delete() } == "UNKNOWN_PREFERENCES")
                #expect(await reason { _ = try await preferences(server) } == "UNKNOWN_PREFERENCES")
                try await add(server, ["x"])
                #expect(try await preferences(server) == [.unspecified])
            }
            await runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("Bad pairs are refused one by one; sets without a name, unknown ones and servers without jobs as a whole")
    func bad() async throws {
        try await withServer { server in
            let answer = try await server.client.unary(
                Service.addPairs,
                make {
                    $0.set = "s"
                    $0.pairs = [Self.pair(""), Self.pair("x"), make { ($0.id, $0.prompt) = ("y", "p") }]
                })
            #expect(answer.taken == 1 && answer.refused.map(\.index) == [0, 2])
            for set in ["", "a/b", String(repeating: "s", count: 65)] {
                let error = await #expect(throws: RPCError.self) {
                    _ = try await server.client.unary(Service.addPairs, make { $0.set = set })
                }
                #expect(error?.fields == ["set"])
            }
            let unknown = await #expect(throws: RPCError.self) {
                for try await _ in server.client.serverStreaming(Service.getPreferences, make { $0.set = "t" }) {}
            }
            #expect(unknown?.info?.reason == "UNKNOWN_PREFERENCES")
        }
        try await TestServer.run { server in
            let error = await #expect(throws: RPCError.self) {
                _ = try await server.client.unary(Service.addPairs, make { $0.set = "s" })
            }
            #expect(error?.info?.reason == "NO_JOBS")
        }
    }
}
