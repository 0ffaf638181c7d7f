import Foundation
import Guarding
import Logging
import Messages
import Rollouts
import TestSupport
import Testing
import Threads
import Trees
import Wire

@testable import Jobs
@testable import Service

@Suite("TrainingService", .timeLimit(.minutes(30)))
struct TrainingServiceTests {
    private typealias Service = V1.TrainingService

    /// Counts to the number of steps; its checkpoints hold the count.
    private final class Counting: TrainingProgram {
        private let context: JobContext
        private(set) var stepsDone = 0

        init(_ context: JobContext) throws {
            self.context = context
            guard let checkpoint = context.checkpoint else { return }
            let text = try String(contentsOf: checkpoint.directory.appendingPathComponent("count"), encoding: .utf8)
            stepsDone = Int(text) ?? 0
        }

        var totalSteps: Int? { context.specification.steps }
        var isFinished: Bool { stepsDone >= totalSteps ?? 0 }

        func step() async throws -> StepReport {
            // Feedback holds the count, so that tests decide how far it goes.
            while context.specification.feedback.enabled,
                try context.feedback.records(after: Int64(stepsDone), limit: 1).isEmpty
            { try await Task.sleep(for: .milliseconds(2)) }
            stepsDone += 1
            return StepReport(metrics: ["loss": 1 / Double(stepsDone)])
        }

        func savePolicy(into directory: URL) throws {
            let policy = directory.appendingPathComponent("policy")
            try FileManager.default.createDirectory(at: policy, withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: policy.appendingPathComponent("config.json"))
        }

        func saveCheckpoint(into directory: URL) throws {
            try savePolicy(into: directory)
            try Data("\(stepsDone)".utf8).write(to: directory.appendingPathComponent("count"))
        }

        func publish(from folder: URL) async throws -> Int { 2 }
        func evaluate() async throws -> [String: Double] { [:] }
    }

    private func withServer(
        check: @escaping @Sendable () -> Void = {}, _ body: (TestServer, URL) async throws -> Void
    ) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let factory = JobProgramFactory(
                check: { _ in
                    check()
                    return []
                }, make: { try Counting($0) })
            let runner = try JobRunner(
                directory: folder.appendingPathComponent("jobs"), programs: [.sft: factory, .evaluate: factory],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try runner.start()
            try await TestServer.run(jobs: runner) { server in try await body(server, folder) }
            await runner.shutDown(grace: .seconds(60))
        }
    }

    private static let text = "kind: sft\nsteps: 3\ndata: {train: data.jsonl}\npublish: {every_steps: 0}\n"

    private func create(_ server: TestServer, _ text: String = text) async throws -> V1.Job {
        try await server.client.unary(Service.createJob, make { $0.source = .text(text) })
    }

    private func events(_ server: TestServer, _ request: V1.WatchJobRequest) async throws -> [V1.JobEvent] {
        try await server.client.serverStreaming(Service.watchJob, request).reduce(into: []) { $0.append($1) }
    }

    @Test("A job is created from text, watched to its end, listed and exported")
    func life() async throws {
        try await withServer { server, folder in
            let job = try await create(server)
            #expect(job.id == "job-1")
            #expect(job.specification?.policy == "qwen2")
            #expect(job.specification?.optimizer?.learningRate == 1e-5)
            #expect(job.specification?.loss == nil)
            let events = try await events(server, make { $0.id = job.id })
            #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
            let losses = events.compactMap { event -> Double? in
                guard case .stepDone(let step) = event.event else { return nil }
                return step.metrics["loss"]
            }
            #expect(losses == [1, 0.5, 1.0 / 3])
            let done = try await server.client.unary(Service.getJob, make { $0.id = "1" })
            #expect(done.state == .succeeded)
            #expect(done.stepsDone == 3)
            #expect(done.publishedVersion == 2)
            let checkpoints = try await server.client.unary(Service.listCheckpoints, make { $0.job = job.id })
            #expect(checkpoints.checkpoints.map(\.step) == [3])
            let target = folder.appendingPathComponent("exported").path
            let request = make(V1.ExportCheckpointRequest.self) {
                $0.job = job.id
                $0.directory = target
            }
            let exported = try await server.client.unary(Service.exportCheckpoint, request)
            #expect(exported.checkpoint?.step == 3)
            #expect(try FileManager.default.contentsOfDirectory(atPath: target) == ["config.json"])
            let again = await status { _ = try await server.client.unary(Service.exportCheckpoint, request) }
            #expect(again?.code == .alreadyExists)
        }
    }

    @Test("Trees that a job has kept are streamed by step, and what is not there is named")
    func trees() async throws {
        try await withServer { server, folder in
            let job = try await create(server)
            func trees(_ step: Int64?) async throws -> [V1.GetTreesResponse] {
                let request = make(V1.GetTreesRequest.self) {
                    $0.job = job.id
                    $0.step = step
                }
                return try await server.client.serverStreaming(Service.getTrees, request).reduce(into: []) {
                    $0.append($1)
                }
            }
            let none = await status { _ = try await trees(nil) }
            #expect(none?.code == .notFound)
            #expect(none?.message.contains("has kept no trees") == true)

            let archive = TreeArchive(folder: folder.appendingPathComponent("jobs/job-1"))
            let small = TreeMessageTests.record(rollouts: 2, tokens: 3)
            let large = TreeMessageTests.record(rollouts: 40, tokens: 2000)
            try archive.write([small, large], step: 1)
            try archive.write([small], step: 11)
            #expect(try await trees(11).map { TreeRecord($0.tree ?? .init()) } == [small])
            let all = try await trees(nil)
            #expect(Set(all.map(\.index)) == [0, 1, 2])
            for (index, expected) in [small, large, small].enumerated() {
                let pieces = all.filter { $0.index == index }.compactMap(\.tree)
                #expect(pieces.allSatisfy { $0.serializedBytes().count < 4 << 20 })
                var whole = pieces[0]
                for piece in pieces.dropFirst() { whole.append(piece) }
                #expect(TreeRecord(whole) == expected)
            }

            let absent = await status { _ = try await trees(2) }
            #expect(absent?.code == .notFound)
            #expect(absent?.info?.reason == "UNKNOWN_TREES")
            #expect(absent?.info?.values == ["job": "job-1", "step": "2", "existing": "1,11"])
            try Data("{}\n".utf8).write(to: archive.file(ofStep: 1))
            let damaged = await status { _ = try await trees(1) }
            #expect(damaged?.code == .failedPrecondition)
            #expect(damaged?.message.contains("step-1.jsonl") == true)
            let unknown = await status {
                for try await _ in server.client.serverStreaming(Service.getTrees, make { $0.job = "job-9" }) {}
            }
            #expect(unknown?.info?.reason == "UNKNOWN_JOB")
            let unnamed = await status {
                for try await _ in server.client.serverStreaming(Service.getTrees, make()) {}
            }
            #expect(unnamed?.fields == ["job"])
        }
    }

    @Test("A typed specification means the same as its text, and only checking creates nothing")
    func typedSpecification() async throws {
        try await withServer { server, _ in
            let typed = try await server.client.unary(
                Service.createJob,
                make {
                    $0.validateOnly = true
                    $0.source = .specification(
                        make {
                            $0.kind = "sft"
                            $0.steps = 3
                            $0.data = make { $0.train = "data.jsonl" }
                            $0.publish = make { $0.everySteps = 0 }
                        })
                })
            let text = try await server.client.unary(
                Service.createJob,
                make {
                    $0.validateOnly = true
                    $0.source = .text(Self.text)
                })
            #expect(typed == text)
            #expect(typed.id.isEmpty)
            let listed = try await server.client.unary(Service.listJobs, make())
            #expect(listed.jobs.isEmpty)
        }
    }

    @Test("All that is wrong with a specification comes at once, by path")
    func problems() async throws {
        try await withServer { server, _ in
            let text = await status {
                _ = try await create(server, "kind: sft\nsteps: 0\npolicy: none\noptimiser: {}\n")
            }
            #expect(text?.code == .invalidArgument)
            #expect(Set(text?.fields ?? []) == ["steps", "optimiser", "data.train"])
            let typed = await status {
                _ = try await server.client.unary(
                    Service.createJob, make { $0.source = .specification(make { $0.kind = "grpo" }) })
            }
            #expect(Set(typed?.fields ?? []) == ["specification.data.train", "specification.steps"])
            let server1 = await status {
                _ = try await create(server, "kind: grpo\nsteps: 1\npolicy: none\ndata: {train: a}\n")
            }
            #expect(Set(server1?.fields ?? []) == ["policy", "kind"])
            let none = await status { _ = try await server.client.unary(Service.createJob, make()) }
            #expect(none?.fields == ["specification"])
        }
    }

    @Test("A running job takes feedback, refuses another on its policy, pauses, resumes and is cancelled")
    func steering() async throws {
        try await withServer { server, _ in
            let job = try await create(server, Self.text + "feedback: {enabled: true, capacity: 2}\n")
            let busy = await status { _ = try await create(server) }
            #expect(busy?.code == .failedPrecondition)
            #expect(busy?.info?.values["job"] == job.id)

            let call = try await server.client.bidirectional(Service.feedback)
            try await call.send(
                make {
                    $0.job = job.id
                    $0.records = [
                        make { $0.prompt = "2 + 2 =" },
                        make {
                            $0.prompt = "2 + 2 ="
                            $0.content = .answer("4")
                        },
                    ]
                })
            let answer = try #require(try await call.next())
            #expect(answer.taken == 1)
            #expect(answer.refused.map(\.index) == [0])
            try await call.finishRequests()
            #expect(try await call.next() == nil)

            for try await event in server.client.serverStreaming(Service.watchJob, make { $0.id = job.id }) {
                if case .stepDone = event.event { break }
            }
            let cancelled = try await server.client.unary(Service.cancelJob, make { $0.id = job.id })
            #expect(cancelled.pending == "cancel" || cancelled.state == .cancelled)
            let events = try await events(server, make { $0.id = job.id })
            guard case .stateChanged(let last) = events.last?.event else { throw RPCError(.unknown, "no end") }
            #expect(last.state == .cancelled)
            let late = await status { _ = try await server.client.unary(Service.resumeJob, make { $0.id = job.id }) }
            #expect(late?.info?.reason == "WRONG_JOB_STATE")
        }
    }

    @Test("Data that blocks whoever reads it holds neither its caller beyond the deadline nor others")
    func blockingData() async throws {
        let gate = Condition(false)
        let begun = Guarded(0)
        let check: @Sendable () -> Void = {
            begun.withLock { $0 += 1 }
            gate.wait { $0 ? () : nil }
        }
        try await withServer(check: check) { server, _ in
            let asking = (0..<8).map { _ in
                Task {
                    await status {
                        _ = try await server.client.unary(
                            Service.createJob, make { $0.source = .text(Self.text) }, deadline: .now + hangLimit)
                    }
                }
            }
            #expect(await eventually { begun.withLock { $0 } == 8 })
            let listed = try await server.client.unary(Service.listJobs, make())
            #expect(listed.jobs.isEmpty)
            for task in asking {
                task.cancel()
                #expect(await task.value?.code == .cancelled)
            }
            let late = await status {
                _ = try await server.client.unary(
                    Service.createJob, make { $0.source = .text(Self.text) }, deadline: .now + .milliseconds(50))
            }
            #expect(late?.code == .deadlineExceeded)
            gate.withLock { $0 = true }
            gate.broadcast()
            let created = try await create(server)
            #expect(created.id == "job-1")
        }
    }

    @Test("An event is encoded once for all who watch")
    func encodings() {
        let encodings = EventEncodings()
        let job = JobID(number: 1)
        let events = (1...100).map { number in
            JobEvent(
                sequence: Int64(number), time: 0.5, step: number, content: .published(policy: "p", version: number))
        }
        for event in events {
            let bytes = encodings.bytes(of: event, job: job)
            #expect(bytes == V1.JobEvent(event).serializedBytes())
            let again = encodings.bytes(of: event, job: job)
            #expect(bytes.withUnsafeBytes { $0.baseAddress } == again.withUnsafeBytes { $0.baseAddress })
            #expect(encodings.bytes(of: event, job: JobID(number: 2)) == bytes)
        }
        // One that was forgotten is made again.
        #expect(encodings.bytes(of: events[0], job: job) == V1.JobEvent(events[0]).serializedBytes())
    }

    @Test("Jobs are listed newest first, in pages and by state")
    func pages() async throws {
        try await withServer { server, _ in
            for _ in 0..<3 {
                let job = try await create(server)
                _ = try await events(server, make { $0.id = job.id })
            }
            let first = try await server.client.unary(Service.listJobs, make { $0.pageSize = 2 })
            #expect(first.jobs.map(\.id) == ["job-3", "job-2"])
            let second = try await server.client.unary(
                Service.listJobs,
                make {
                    $0.pageSize = 2
                    $0.pageToken = first.nextPageToken
                })
            #expect(second.jobs.map(\.id) == ["job-1"])
            #expect(second.nextPageToken.isEmpty)
            let failed = try await server.client.unary(Service.listJobs, make { $0.states = [.failed] })
            #expect(failed.jobs.isEmpty)
        }
    }

    @Test("Bad requests name their fields; unknown jobs are not found")
    func badRequests() async throws {
        try await withServer { server, _ in
            let client = server.client
            let cases: [(RPCError.Code, [String], () async throws -> Void)] = [
                (.invalidArgument, ["id"], { _ = try await client.unary(Service.getJob, make { $0.id = "x" }) }),
                (.notFound, [], { _ = try await client.unary(Service.getJob, make { $0.id = "job-9" }) }),
                (
                    .invalidArgument, ["page_size"],
                    { _ = try await client.unary(Service.listJobs, make { $0.pageSize = -1 }) }
                ),
                (
                    .invalidArgument, ["page_token"],
                    { _ = try await client.unary(Service.listJobs, make { $0.pageToken = "x" }) }
                ),
                (
                    .invalidArgument, ["states"],
                    { _ = try await client.unary(Service.listJobs, make { $0.states = [.unspecified] }) }
                ),
                (
                    .invalidArgument, ["job", "directory"],
                    { _ = try await client.unary(Service.exportCheckpoint, make { $0.directory = "here" }) }
                ),
                (
                    .invalidArgument, ["states"],
                    {
                        _ = try await client.unary(
                            Service.listJobs, make { $0.states = Array(repeating: .failed, count: 100) })
                    }
                ),
                (
                    .invalidArgument, ["records"],
                    {
                        let call = try await client.bidirectional(Service.feedback)
                        try await call.send(
                            make {
                                $0.job = "job-1"
                                $0.records = Array(repeating: make { $0.prompt = "Which?" }, count: 10_001)
                            })
                        _ = try await call.next()
                    }
                ),
                (
                    .invalidArgument, ["directory"],
                    {
                        _ = try await client.unary(
                            Service.exportCheckpoint,
                            make {
                                $0.job = "job-1"
                                $0.directory = "/tmp/a\0b"
                            })
                    }
                ),
                (.notFound, [], { _ = try await events(server, make { $0.id = "job-9" }) }),
            ]
            for (code, fields, call) in cases {
                let found = await status(of: call)
                #expect(found?.code == code)
                #expect(found?.fields == fields)
            }
        }
    }

    @Test("A job of a kind that trains nothing has no policy to export, and the status says so")
    func noPolicy() async throws {
        try await withServer { server, folder in
            let job = try await create(server, "kind: evaluate\ndata: {held_out: data.jsonl}\n")
            let target = folder.appendingPathComponent("export")
            let found = await status {
                _ = try await server.client.unary(
                    Service.exportCheckpoint,
                    make {
                        $0.job = job.id
                        $0.directory = target.path
                    })
            }
            #expect(found?.code == .failedPrecondition)
            #expect(found?.message.contains("is of kind evaluate, which trains no policy") == true)
            #expect(!FileManager.default.fileExists(atPath: target.path))
        }
    }

    @Test("A server without jobs says how to start one with them")
    func withoutJobs() async throws {
        try await TestServer.run { server in
            let found = await status { _ = try await create(server) }
            #expect(found?.code == .failedPrecondition)
            #expect(found?.message.contains("--jobs DIR") == true)
        }
    }
}
