import Foundation
import GRDB
import TestSupport
import Testing

@testable import Jobs

@Suite("JobStore")
struct JobStoreTests {
    private func withStore(_ body: (JobStore, URL) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in try body(JobStore(directory: folder), folder) }
    }

    @Test("Events of every kind come back as they were, numbered from 1, and change the job's record")
    func events() async throws {
        let contents: [JobEvent.Content] = [
            .stateChanged(.running, reason: "", resumedFrom: 4),
            .step(metrics: ["a": 0.1, "b": -.infinity], skipped: "why", total: 9), .evaluated(metrics: ["c": 1e-300]),
            .checkpointSaved(path: "/x", bytes: 1 << 40), .published(policy: "p", version: 3),
            .note("text", isWarning: true), .note("text", isWarning: false),
            .stateChanged(.failed, reason: "reason", resumedFrom: nil),
        ]
        try await withStore { store, folder in
            let job = try store.insert(RunnerFixture.specification(), requestID: "r", at: 1)
            for (index, content) in contents.enumerated() {
                _ = try store.append(content, to: job.id, step: index, at: Double(index))
            }
            // Opened anew, as after a restart.
            let again = try JobStore(directory: folder)
            let events = try again.events(of: job.id, after: 0, limit: 100)
            #expect(events.map(\.content) == [.stateChanged(.queued, reason: "", resumedFrom: nil)] + contents)
            #expect(events.map(\.sequence) == Array(1...9))
            #expect(try again.events(of: job.id, after: 2, limit: 3).map(\.sequence) == [3, 4, 5])
            let record = try again.job(job.id)
            #expect(record.state == .failed)
            #expect(record.reason == "reason")
            #expect(record.totalSteps == 9)
            #expect(record.publishedVersion == 3)
            #expect(record.startedAt == 0)
            #expect(record.endedAt == 7)
            #expect(record.specification == job.specification)
        }
    }

    @Test("Every transaction is on disk before its call returns")
    func synchronisation() async throws {
        try await withStore { store, _ in
            let full = 2
            let found = try store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(found == full)
        }
    }

    @Test("Jobs that begin at the same time get their own folders")
    func concurrentClaims() async throws {
        try await withStore { store, directory in
            let folders = try (0..<40).map { _ in
                JobFolder(try store.insert(RunnerFixture.specification(), requestID: nil, at: 1), in: directory)
            }
            DispatchQueue.concurrentPerform(iterations: folders.count) { try? folders[$0].claim() }
            // Claimed again, each is compared with what the store says.
            for folder in folders { try folder.claim() }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(!names.contains { $0.hasSuffix(".partial") })
        }
    }

    @Test("A store from before is taken over: jobs have an identity, and ask for no more than a request can have")
    func migration() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("jobs.sqlite").path
            let queue = try DatabaseQueue(path: path)
            try JobSchema.migrator.migrate(queue, upTo: "jobs, events, metrics, feedback")
            let specification = RunnerFixture.specification { $0.rollout.groupSize = 700 }
            try await queue.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO job (policy, specification, state, reason, steps_done, created_at, last_sequence)
                          VALUES ('tiny', ?, 'failed', '', 0, 0, 0)
                        """, arguments: [specification.json])
            }
            try queue.close()
            let job = try JobStore(directory: folder).job(JobID(number: 1))
            #expect(job.identity == JobFolder.earlierIdentity)
            #expect(job.specification == RunnerFixture.specification { $0.rollout.groupSize = 256 })
        }
    }

    @Test("Jobs are listed newest first, by page and state")
    func listing() async throws {
        try await withStore { store, _ in
            for _ in 0..<5 { _ = try store.insert(RunnerFixture.specification(), requestID: nil, at: 0) }
            _ = try store.append(
                .stateChanged(.failed, reason: "", resumedFrom: nil), to: JobID(number: 2), step: 0, at: 0)
            #expect(try store.jobs(limit: 2).map(\.id.number) == [5, 4])
            #expect(try store.jobs(before: JobID(number: 4), limit: 10).map(\.id.number) == [3, 2, 1])
            #expect(try store.jobs(states: [.failed], limit: 10).map(\.id.number) == [2])
            #expect(try store.unfinishedJobs().map(\.id.number) == [1, 3, 4, 5])
            #expect(throws: JobError.unknownJob(JobID(number: 6))) { try store.job(JobID(number: 6)) }
        }
    }

    @Test("Old histories are forgotten; the records stay, and numbers are not given again")
    func retention() async throws {
        try await withStore { store, _ in
            for number in 1...3 {
                let job = try store.insert(RunnerFixture.specification(), requestID: nil, at: 0)
                let state: JobState = number == 1 ? .running : .succeeded
                _ = try store.append(.stateChanged(state, reason: "", resumedFrom: nil), to: job.id, step: 0, at: 0)
            }
            try store.forgetHistory(exceptNewest: 1)
            #expect(try (1...3).map { try store.events(of: JobID(number: $0), after: 0, limit: 9).count } == [2, 0, 2])
            #expect(try store.jobs(limit: 9).count == 3)
            let job = JobID(number: 2)
            let next = try store.append(.note("x", isWarning: false), to: job, step: 0, at: 0)
            #expect(next.lastSequence == 3)
        }
    }

    @Test("What is no database, or one of a newer version, is refused by name")
    func damagedStores() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("jobs.sqlite")
            try Data(repeating: 7, count: 8192).write(to: path)
            do {
                _ = try JobStore(directory: folder)
                Issue.record("a damaged store was opened")
            } catch JobError.store(let named, let reason) {
                #expect(named == path.path)
                #expect(reason.contains("damaged"))
            }
        }
        #expect(throws: JobError.self) { try JobStore(directory: URL(fileURLWithPath: "/proc")) }
    }

    @Test("A reserve gives its room back")
    func reserve() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("reserve").path
            let reserve = SpaceReserve(directory: folder)
            reserve.occupy()
            reserve.occupy()
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
            #expect(size?.intValue == SpaceReserve.bytes)
            reserve.release()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
