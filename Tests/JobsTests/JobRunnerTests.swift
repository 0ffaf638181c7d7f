import Foundation
import Guarding
import Logging
import Rewards
import TestSupport
import Testing

@testable import Jobs
@testable import Ranks

@Suite("JobRunner", .timeLimit(.minutes(30)))
struct JobRunnerTests {
    private func withRunner(runningJobs: Int = 2, _ body: (RunnerFixture) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try RunnerFixture(folder.appendingPathComponent("jobs"), runningJobs: runningJobs)
            try await body(fixture)
            fixture.control.set { $0.allowance = .max }
            await fixture.runner.shutDown(grace: .seconds(60))
        }
    }

    // MARK: From beginning to end

    @Test("A job runs to its end on a thread of its own, with events in order, checkpoints and a publication")
    func runsToItsEnd() async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(
                RunnerFixture.specification { $0.publish.everySteps = 8 }, requestID: nil)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
            #expect(events.states == [.queued, .running, .succeeded])
            #expect(events.steps == Array(1...20))
            #expect(fixture.control.now.threads == ["attnrl-job-1"])
            #expect(fixture.control.now.publications == 3)
            #expect(try fixture.runner.checkpoints(ofJob: job.id).map(\.step) == [10, 15, 20])
            let record = try fixture.runner.job(job.id)
            #expect(record.state == .succeeded)
            #expect(record.stepsDone == 20)
            #expect(record.publishedVersion == 3)
            #expect(record.endedAt != nil)
        }
    }

    @Test("Metrics come back as they were, those that are not finite too")
    func metrics() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.skipsFrom = 3 }
            let specification = RunnerFixture.specification(steps: 3) {
                $0.data.heldOut = "held-out.jsonl"
                $0.evaluation.everySteps = 2
            }
            let job = try fixture.runner.create(specification, requestID: nil)
            let events = try await fixture.events(of: job.id) { _ in false }
            let sums = fixture.control.now.sums
            #expect(events.losses[1] == sums[1])
            #expect(events.losses[3]?.isNaN == true)
            #expect(events.contains { $0.content == .evaluated(metrics: ["eval/accuracy": sums[2] ?? 0]) })
        }
    }

    @Test("While a job runs it shows what each rank did, which is among its metrics too")
    func ranks() async throws {
        try await withRunner { fixture in
            let shares = (0..<2).map {
                RankShare(RankName(index: $0, host: "h"), figures: [1, 2, 3, 4, 5, Double($0)])
            }
            fixture.control.set { ($0.ranks, $0.allowance) = (shares, 2) }
            let job = try fixture.runner.create(RunnerFixture.specification(steps: 4), requestID: nil)
            let events = try await fixture.events(of: job.id) { $0.step == 2 }
            #expect(try fixture.runner.job(job.id).ranks == shares)
            let metrics = events.compactMap { if case .step(let metrics, _, _) = $0.content { metrics } else { nil } }
            #expect(metrics.last?["ranks/1/seconds_aside"] == 1 && metrics.last?["ranks/count"] == 2)
        }
    }

    @Test("A job fails when too many steps in a row are skipped, and says which batch was last")
    func badSteps() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.skipsFrom = 4 }
            let job = try fixture.runner.create(RunnerFixture.specification { $0.limits.badSteps = 3 }, requestID: nil)
            let reason = try await fixture.wait(for: job.id, .failed)
            #expect(reason.contains("3 steps in a row"))
            #expect(reason.contains("batch 6"))
            #expect(try fixture.runner.job(job.id).stepsDone == 6)
        }
    }

    @Test("A short job all of whose steps were skipped has not succeeded")
    func allSkipped() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.skipsFrom = 1 }
            let job = try fixture.runner.create(RunnerFixture.specification { $0.steps = 2 }, requestID: nil)
            let reason = try await fixture.wait(for: job.id, .failed)
            #expect(reason.contains("2 steps in a row") && reason.contains("batch 2"))
            #expect(try fixture.runner.job(job.id).stepsDone == 2)
        }
    }

    // MARK: Pausing and cancelling

    @Test("A paused job saves its state between two steps and goes on as if nothing had been")
    func pauseAndResume() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 7 }
            #expect(try fixture.runner.pause(job.id).pending == "pause")
            fixture.control.set { $0.allowance = 1 }
            try await fixture.wait(for: job.id, .paused)
            let paused = try fixture.runner.job(job.id)
            #expect(paused.stepsDone == 7 || paused.stepsDone == 8)
            #expect(try fixture.runner.checkpoints(ofJob: job.id).last?.step == paused.stepsDone)
            #expect(try fixture.runner.pause(job.id).state == .paused)

            fixture.control.set { $0.allowance = .max }
            _ = try fixture.runner.resume(job.id)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.steps == Array(1...20))
            #expect(events.losses.count == 20)
            #expect(fixture.control.now.made == 2)
            try await expectUninterrupted(events.losses)
        }
    }

    /// The losses are those of a job that was never stopped.
    private func expectUninterrupted(_ losses: [Int: Double]) async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.losses == losses)
        }
    }

    @Test("A job is cancelled in the middle of a step, keeps its checkpoints and frees its policy")
    func cancel() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 6 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 6 }
            _ = try fixture.runner.cancel(job.id)
            try await fixture.wait(for: job.id, .cancelled)
            #expect(try fixture.runner.checkpoints(ofJob: job.id).map(\.step) == [5])
            #expect(try fixture.runner.cancel(job.id).state == .cancelled)
            #expect(throws: JobError.wrongState(job: job.id, state: .cancelled, wanted: "paused")) {
                try fixture.runner.resume(job.id)
            }
            fixture.control.set { $0.allowance = .max }
            let next = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: next.id, .succeeded)
        }
    }

    // MARK: Several jobs

    @Test("A second job on a policy is refused while the first is not over, and names it")
    func busyPolicy() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 0 }
            let first = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            #expect(throws: JobError.policyBusy(policy: "tiny", job: first.id)) {
                try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            }
            #expect(JobError.policyBusy(policy: "tiny", job: first.id).description.contains("job-1"))
            let other = try fixture.runner.create(RunnerFixture.specification(policy: "other"), requestID: nil)
            #expect(other.id != first.id)
        }
    }

    @Test("A job waits for its turn while as many run as may")
    func queue() async throws {
        try await withRunner(runningJobs: 1) { fixture in
            fixture.control.set { $0.allowance = 0 }
            let first = try fixture.runner.create(RunnerFixture.specification(policy: "a"), requestID: nil)
            let second = try fixture.runner.create(RunnerFixture.specification(policy: "b"), requestID: nil)
            try await fixture.wait(for: first.id, .running)
            #expect(try fixture.runner.job(second.id).state == .queued)
            fixture.control.set { $0.allowance = .max }
            try await fixture.wait(for: first.id, .succeeded)
            try await fixture.wait(for: second.id, .succeeded)
        }
    }

    @Test("The same request makes one job, and the same id with another specification is refused")
    func requestIDs() async throws {
        try await withRunner { fixture in
            let specification = RunnerFixture.specification()
            let first = try fixture.runner.create(specification, requestID: "once")
            try await fixture.wait(for: first.id, .succeeded)
            #expect(try fixture.runner.create(specification, requestID: "once").id == first.id)
            #expect(throws: JobError.requestIDTaken(requestID: "once", job: first.id)) {
                try fixture.runner.create(RunnerFixture.specification(steps: 3), requestID: "once")
            }
            #expect(try fixture.runner.jobs(before: nil, states: [], limit: 10).count == 1)
        }
    }

    @Test("Kinds without a program and what the server knows to be wrong are refused by path")
    func checks() async throws {
        try await withRunner { fixture in
            await #expect(throws: SpecificationProblems.self) {
                try await fixture.runner.check(JobSpecification(kind: .sft))
            }
            do {
                try await fixture.runner.check(RunnerFixture.specification { $0.data.train = "missing" })
                Issue.record("no problem was found")
            } catch let error as SpecificationProblems {
                #expect(error.problems.map(\.path) == ["data.train"])
            }
        }
    }

    @Test("A reward of a job that fits none, or that is not there, is refused by name")
    func rewardsOfOtherJobs() async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(RunnerFixture.specification(steps: 1), requestID: nil)
            for (model, reason) in [("\(job.id)", "kind grpo"), ("job-9", "job-9")] {
                let specification = RunnerFixture.specification {
                    $0.reward.kind = .learned
                    $0.reward.model = model
                }
                do {
                    try await fixture.runner.check(specification)
                    Issue.record("no problem was found with \(model)")
                } catch let error as SpecificationProblems {
                    #expect(error.problems.map(\.path) == ["reward.model"])
                    #expect(error.problems.first?.reason.contains(reason) == true, "\(error)")
                }
            }
        }
    }

    // MARK: Bad luck

    @Test("After the process is killed, a job goes on from its newest checkpoint with the same numbers")
    func killed() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 13 }
            let specification = RunnerFixture.specification { $0.publish.everySteps = 6 }
            let job = try fixture.runner.create(specification, requestID: nil)
            let before = try await fixture.events(of: job.id) { $0.step == 13 }
            let copy = try fixture.copyOfFolder("after-kill")

            let restarted = try RunnerFixture(copy)
            let after = try await restarted.events(of: job.id, after: before.last?.sequence ?? 0) { _ in false }
            #expect(after.states == [.queued, .running, .succeeded])
            #expect(after.steps == Array(11...20))
            #expect(after.first?.sequence == (before.last?.sequence ?? 0) + 1)
            // The weights published before are served again before anything else happens.
            #expect(restarted.control.now.publications == 4)
            try await expectUninterrupted(before.losses.merging(after.losses) { _, new in new })
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test(
        "What a running job was asked to do is done by the next server, if its own is killed first",
        arguments: [JobState.cancelled, .paused, .queued])
    func killedOnRequest(_ wanted: JobState) async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 7 }
            fixture.control.set { $0.isDeaf = true }
            _ = try fixture.runner.pause(job.id)
            if wanted == .cancelled { _ = try fixture.runner.cancel(job.id) }
            // Takes back the pause.
            if wanted == .queued { _ = try fixture.runner.resume(job.id) }
            let copy = try fixture.copyOfFolder("after-kill")
            fixture.control.set { $0.isDeaf = false }

            let restarted = try RunnerFixture(copy)
            if wanted == .queued {
                try await restarted.wait(for: job.id, .succeeded)
            } else {
                #expect(try restarted.runner.job(job.id).state == wanted)
                #expect(restarted.control.now.made == 0)
            }
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A job during which the server ends again and again is paused, and goes on when somebody says so")
    func vainStarts() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            var last = try await fixture.events(of: job.id) { $0.step == 7 }.last?.sequence ?? 0
            var folder = try fixture.copyOfFolder("after-kill-0")
            // The checkpoint is of step 5: the steps behind it are done again, which is no progress.
            for number in 1...3 {
                let next = try RunnerFixture(folder, vainStarts: 3, allowance: 1)
                _ = try await next.events(of: job.id, after: last) { [$0].steps == [6] }
                last = try next.runner.job(job.id).lastSequence
                folder = try next.copyOfFolder("after-kill-\(number)")
                await next.runner.shutDown(grace: .zero)
            }
            let final = try RunnerFixture(folder, vainStarts: 3)
            let paused = try final.runner.job(job.id)
            #expect(paused.state == .paused && paused.reason.contains("ended 3 times"), "\(paused.reason)")
            #expect(paused.reason.contains("step 7"), "\(paused.reason)")
            _ = try final.runner.resume(job.id)
            try await final.wait(for: job.id, after: last, .succeeded)
            await final.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A torn checkpoint is never picked up: the one before it is, and the job says so")
    func tornCheckpoint() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 13 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let before = try await fixture.events(of: job.id) { $0.step == 13 }
            let copy = try fixture.copyOfFolder("torn")
            let state = copy.appendingPathComponent("job-1/checkpoints/step-00000010/state.json")
            var bytes = try Data(contentsOf: state)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: state)

            let restarted = try RunnerFixture(copy)
            let after = try await restarted.events(of: job.id, after: before.last?.sequence ?? 0) { _ in false }
            #expect(after.steps == Array(6...20))
            #expect(
                after.contains { event in
                    if case .note(let text, true) = event.content {
                        return text.contains("state.json has the checksum")
                    }
                    return false
                })
            #expect(try restarted.runner.checkpoints(ofJob: job.id).map(\.step) == [10, 15, 20])
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A checkpoint that the program cannot read is set aside for the one before it; without one the job pauses")
    func unreadableState() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 13 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let before = try await fixture.events(of: job.id) { $0.step == 13 }
            let folder = try fixture.copyOfFolder("unreadable")
            let checkpoints = folder.appendingPathComponent("job-1/checkpoints")
            for step in [5, 10] {
                let checkpoint = CheckpointFolder(directory: checkpoints)
                try FileManager.default.removeItem(at: checkpoint.url(step: step))
                _ = try checkpoint.save(step: step, at: 0) { directory in
                    let state =
                        step == 5 ? Data(#"{"value": 0.5, "steps": 5, "feedbackSeen": 0}"#.utf8) : Data("{}".utf8)
                    try state.write(to: directory.appendingPathComponent("state.json"))
                }
            }
            let restarted = try RunnerFixture(folder)
            let after = try await restarted.events(of: job.id, after: before.last?.sequence ?? 0) { _ in false }
            #expect(after.steps == Array(6...20))
            let warnings = after.compactMap { event in
                if case .note(let text, true) = event.content { text } else { nil }
            }
            #expect(warnings.count == 1)
            let warning = try #require(warnings.first)
            #expect(warning.contains("state.json") && warning.contains("step 5") && !warning.contains("Decoding"))
            let aside = checkpoints.appendingPathComponent("damaged-step-00000010").path
            #expect(warning.contains(aside) && FileManager.default.fileExists(atPath: aside))
            #expect(try restarted.runner.checkpoints(ofJob: job.id).map(\.step) == [10, 15, 20])
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A job none of whose checkpoints can be read waits for somebody to put one back")
    func unreadableStates() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let before = try await fixture.events(of: job.id) { $0.step == 7 }
            let folder = try fixture.copyOfFolder("unreadable")
            let checkpoints = CheckpointFolder(directory: folder.appendingPathComponent("job-1/checkpoints"))
            let step = checkpoints.url(step: 5)
            let whole = folder.appendingPathComponent("whole")
            try FileManager.default.moveItem(at: step, to: whole)
            _ = try checkpoints.save(step: 5, at: 0) { directory in
                try Data("[]".utf8).write(to: directory.appendingPathComponent("state.json"))
            }
            let restarted = try RunnerFixture(folder)
            let reason = try await restarted.wait(for: job.id, after: before.last?.sequence ?? 0, .paused)
            #expect(reason.contains("state.json"))
            try FileManager.default.removeItem(at: step)
            try FileManager.default.moveItem(at: whole, to: step)
            _ = try restarted.runner.resume(job.id)
            let after = try await restarted.events(of: job.id, after: before.last?.sequence ?? 0) { _ in false }
            #expect(after.steps == Array(6...20))
            try await expectUninterrupted(before.losses.merging(after.losses) { _, new in new })
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A full disk pauses the job with its state in memory; resumed, it saves the same step and goes on")
    func fullDisk() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.fullSaves = 1 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let reason = try await fixture.wait(for: job.id, .paused)
            #expect(reason.contains("No space is left"))
            #expect(reason.contains("step-00000005"))
            #expect(try fixture.runner.checkpoints(ofJob: job.id).isEmpty)
            let left = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/job-1/checkpoints")
            #expect(left.isEmpty)
            _ = try fixture.runner.resume(job.id)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.steps == Array(1...20))
            #expect(fixture.control.now.made == 1)
        }
    }

    @Test("A job held by a full disk can be cancelled, and does not keep the server from stopping")
    func heldJobs() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.fullSaves = 100 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: job.id, .paused)
            _ = try fixture.runner.cancel(job.id)
            try await fixture.wait(for: job.id, .cancelled)
            let next = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: next.id, .paused)
        }
    }

    @Test(
        "Whatever keeps a checkpoint from being saved pauses the job, with path and remedy and in plain words",
        arguments: [
            (POSIXError(.EACCES) as any Error & Sendable, "permission is denied"),
            (CocoaError(.fileWriteNoPermission), "permission is denied"), (POSIXError(.EROFS), "read-only"),
            (CocoaError(.fileNoSuchFile), "is gone"), (POSIXError(.EIO), "Input/output error"),
            (JobError.file(path: "/x", reason: "It is odd."), "/x: It is odd."),
        ])
    func failedSave(failure: any Error & Sendable, text: String) async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.saveFailure = failure }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let reason = try await fixture.wait(for: job.id, .paused)
            #expect(reason.contains(text), "\(reason)")
            #expect(reason.contains("/x") || reason.contains("step-00000005"))
            #expect(!reason.contains("Domain") && !reason.contains("Cocoa"))
            fixture.control.set { $0.saveFailure = nil }
            _ = try fixture.runner.resume(job.id)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.steps == Array(1...20))
            #expect(fixture.control.now.made == 1)
        }
    }

    @Test("A job that was told to end while its save runs out of room ends as cancelled")
    func cancelledSave() async throws {
        try await withRunner { fixture in
            let runner = fixture.runner
            fixture.control.set { state in
                state.fullSaves = 100
                state.duringSave = { _ = try? runner.cancel(JobID(number: 1)) }
            }
            let job = try runner.create(RunnerFixture.specification(), requestID: nil)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.states == [.queued, .running, .cancelled])
        }
    }

    @Test("The reserve of room that was given back is made again once there is room")
    func reserve() async throws {
        try await withRunner { fixture in
            let reserve = fixture.folder.appendingPathComponent("reserve")
            try FileManager.default.removeItem(at: reserve)
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: job.id, .succeeded)
            #expect(FileManager.default.fileExists(atPath: reserve.path))
        }
    }

    // MARK: What is served

    @Test("What was published has its folder, whatever becomes of the job, and earlier ones go")
    func published() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let specification = RunnerFixture.specification {
                $0.publish.everySteps = 2
                $0.checkpoints.everySteps = 4
                $0.checkpoints.keep = 1
            }
            let job = try fixture.runner.create(specification, requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 7 }
            _ = try fixture.runner.cancel(job.id)
            try await fixture.wait(for: job.id, .cancelled)
            let published = fixture.control.now.published, sums = fixture.control.now.sums
            #expect(published.map(\.value) == [2, 4, 6].map { "\(sums[$0] ?? 0)" })
            #expect(FileManager.default.fileExists(atPath: published[2].folder.path + "/model.safetensors"))
            #expect(!FileManager.default.fileExists(atPath: published[1].folder.path))
        }
    }

    @Test("A job that stopped between its checkpoint and the publication of the same step makes up for that")
    func missedPublication() async throws {
        try await withRunner { fixture in
            let copies = Guarded<[URL]>([])
            fixture.control.set { state in
                state.allowance = 5
                // Nothing else is written meanwhile.
                state.beforePublication = {
                    if let copy = try? fixture.copyOfFolder("before-publication") {
                        copies.withLock { $0.append(copy) }
                    }
                }
            }
            let specification = RunnerFixture.specification { $0.publish.everySteps = 5 }
            let job = try fixture.runner.create(specification, requestID: nil)
            _ = try await fixture.events(of: job.id) { event in
                if case .published = event.content { return true }
                return false
            }
            let copy = try #require(copies.withLock { $0.first })
            try FileManager.default.removeItem(at: copy.appendingPathComponent("job-1/published"))
            let restarted = try RunnerFixture(copy)
            try await restarted.wait(for: job.id, .succeeded)
            let sums = fixture.control.now.sums
            #expect(restarted.control.now.published.first?.value == "\(sums[5] ?? 0)")
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A store that is behind the checkpoints is remarked on: events are missing in it")
    func olderStore() async throws {
        try await withRunner { fixture in
            let (job, last, copy) = try await Self.storeBehind(fixture)
            let restarted = try RunnerFixture(copy)
            let after = try await restarted.events(of: job, after: last) { _ in false }
            let remark = "The store knows 6 steps, and the newest checkpoint has 10"
            #expect(after.contains { $0.message.contains(remark) })
            #expect(after.steps == Array(11...20))
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    /// A copy of a job's folder after 6 steps, with the checkpoints of 13.
    private static func storeBehind(
        _ fixture: RunnerFixture
    ) async throws -> (job: JobID, lastEvent: Int64, folder: URL) {
        fixture.control.set { $0.allowance = 6 }
        let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
        let before = try await fixture.events(of: job.id) { $0.step == 6 }
        let copy = try fixture.copyOfFolder("older-store")
        fixture.control.set { $0.allowance = 7 }
        _ = try await fixture.events(of: job.id) { $0.step == 13 }
        try replaceCheckpoints(of: copy, with: fixture.folder)
        return (job.id, before.last?.sequence ?? 0, copy)
    }

    private static func replaceCheckpoints(of folder: URL, with other: URL) throws {
        let path = "job-1/checkpoints", files = FileManager.default
        try files.removeItem(at: folder.appendingPathComponent(path))
        try files.copyItem(at: other.appendingPathComponent(path), to: folder.appendingPathComponent(path))
    }

    // MARK: Whose a folder is

    @Test("A new store beside folders of another one leaves them alone, and numbers its jobs above theirs")
    func foreignFolders() async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: job.id, .succeeded)
            let copy = try fixture.copyOfFolder("new-store")
            for name in ["jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm"] {
                try? FileManager.default.removeItem(at: copy.appendingPathComponent(name))
            }
            for name in ["job-07", "job-99999999999999999", "job-x"] {
                try FileManager.default.createDirectory(
                    at: copy.appendingPathComponent(name), withIntermediateDirectories: true)
            }
            let other = try RunnerFixture(copy)
            let next = try other.runner.create(RunnerFixture.specification(), requestID: nil)
            #expect(next.id == JobID(number: 2))
            let events = try await other.events(of: next.id) { _ in false }
            #expect(events.steps == Array(1...20))
            await other.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("A job does not go on from a folder that another store's job of its number left")
    func exchangedFolder() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 6 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 6 }
            let copy = try fixture.copyOfFolder("exchanged")
            let identity = copy.appendingPathComponent("job-1/identity")
            try Data("another\n".utf8).write(to: identity)
            let other = try RunnerFixture(copy)
            let reason = try await other.wait(for: job.id, .paused)
            #expect(reason.contains("job-1: It belongs to a job of another store. Move it away"))
            try FileManager.default.removeItem(at: copy.appendingPathComponent("job-1"))
            _ = try other.runner.resume(job.id)
            let events = try await other.events(of: job.id) { _ in false }
            #expect(events.suffix(30).contains { $0.message.contains("no checkpoint of the 6 steps done before") })
            await other.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("Jobs of a store without identities go on in their folders")
    func earlierFolder() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let record = JobRecord(
                id: JobID(number: 1), identity: JobFolder.earlierIdentity, owner: "",
                specification: RunnerFixture.specification(),
                state: .queued, reason: "", stepsDone: 0, createdAt: 0, lastSequence: 0)
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("job-1/checkpoints"), withIntermediateDirectories: true)
            let job = JobFolder(record, in: folder)
            try job.claim()
            try job.claim()
            #expect(FileManager.default.fileExists(atPath: folder.path + "/job-1/identity"))
        }
    }

    @Test("What a store keeps is its user's alone")
    func permissions() async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            try await fixture.wait(for: job.id, .succeeded)
            func mode(_ name: String) throws -> Int? {
                let path = fixture.folder.appendingPathComponent(name).path
                return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode("") == 0o700)
            #expect(try mode("job-1") == 0o700)
            for name in ["jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm", "reserve"] {
                #expect(try mode(name) == 0o600, "\(name)")
            }
        }
    }

    @Test("A job whose policy is unloaded pauses and says what to do; resumed, it goes on from its checkpoint")
    func unloadedPolicy() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.failure = (8, JobError.policyUnloaded(policy: "tiny")) }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            #expect(try await fixture.wait(for: job.id, .paused).contains("Load it under this name"))
            fixture.control.set { $0.failure = nil }
            _ = try fixture.runner.resume(job.id)
            let events = try await fixture.events(of: job.id) { _ in false }
            #expect(events.steps == Array(1...7) + Array(6...20))
        }
    }

    @Test("A job that cannot read what lies outside pauses, and goes on once that was put right")
    func outside() async throws {
        struct Gone: OutsideError { let description = "data.jsonl: does not exist." }
        try await withRunner { fixture in
            fixture.control.set { $0.failure = (8, Gone()) }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            #expect(
                try await fixture.wait(for: job.id, .paused)
                    == "data.jsonl: does not exist. Put that right, and resume the job.")
            fixture.control.set { $0.failure = nil }
            _ = try fixture.runner.resume(job.id)
            #expect(try await fixture.events(of: job.id) { _ in false }.steps == Array(1...7) + Array(6...20))
        }
    }

    @Test("An unexpected error fails the job with its text")
    func failure() async throws {
        struct Strange: Error, CustomStringConvertible { let description = "something strange" }
        try await withRunner { fixture in
            fixture.control.set { $0.failure = (3, Strange()) }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            #expect(try await fixture.wait(for: job.id, .failed) == "something strange")
        }
    }

    @Test("A server that stops lets the step end and saves it; the next one goes on from there")
    func shutdown() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try RunnerFixture(folder.appendingPathComponent("jobs"))
            let runner = fixture.runner
            let job = try runner.create(RunnerFixture.specification(steps: 1_000_000), requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 7 }
            await runner.shutDown(grace: .seconds(300))
            let record = try runner.store.job(job.id)
            #expect(record.state == .running)
            #expect(try runner.checkpoints(ofJob: job.id).last?.step == record.stepsDone)
            #expect(throws: JobError.shuttingDown) {
                try runner.create(RunnerFixture.specification(policy: "other"), requestID: nil)
            }
            #expect(throws: JobError.folderInUse(path: fixture.folder.path)) {
                try JobRunner(directory: fixture.folder, programs: [:], logger: .init(label: "test"))
            }
        }
    }

    // MARK: Watching

    @Test("Watchers that join at any time, or are slow, see every event once and in order")
    func watchers() async throws {
        try await withRunner { fixture in
            let job = try fixture.runner.create(RunnerFixture.specification(steps: 200), requestID: nil)
            let watch = try fixture.runner.watch(job.id)
            let seen = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for watcher in 0..<8 {
                    group.addTask {
                        var numbers: [Int64] = []
                        for try await event in watch {
                            numbers.append(event.sequence)
                            if watcher.isMultiple(of: 2) { await Task.yield() }
                        }
                        return numbers
                    }
                }
                return try await group.reduce(into: [[Int64]]()) { $0.append($1) }
            }
            let last = try fixture.runner.job(job.id).lastSequence
            #expect(seen.allSatisfy { $0 == Array(1...last) })
            let late = try await fixture.events(of: job.id, after: last - 3) { _ in false }
            #expect(late.map(\.sequence) == [last - 2, last - 1, last])
            let none = try await fixture.events(of: job.id, after: last) { _ in false }
            #expect(none.isEmpty)
            #expect(fixture.runner.signals.count == 0)
        }
    }

    @Test("A watcher that stops waiting ends, and the past alone can be read while the job goes on")
    func leavingWatchers() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 2 }
            let job = try fixture.runner.create(RunnerFixture.specification(), requestID: nil)
            let past = try await fixture.events(of: job.id) { $0.step == 2 }
            let watch = try fixture.runner.watch(job.id, after: past.last?.sequence ?? 0)
            let waiting = Task { for try await _ in watch {} }
            waiting.cancel()
            _ = await waiting.result
            var again: [JobEvent] = []
            for try await event in try fixture.runner.watch(job.id, pastOnly: true) { again.append(event) }
            #expect(again == past)
            #expect(throws: JobError.unknownJob(JobID(number: 9))) { try fixture.runner.watch(JobID(number: 9)) }
        }
    }

    // MARK: Feedback

    @Test("Feedback is stored up to the capacity, used in order, and used again after a restart")
    func feedback() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 0 }
            let specification = RunnerFixture.specification {
                $0.feedback.enabled = true
                $0.feedback.capacity = 2
            }
            let job = try fixture.runner.create(specification, requestID: nil)
            let refused = try fixture.runner.offer(
                [
                    .init(prompt: "a", content: .answer("1")), .init(prompt: "", content: .answer("1")),
                    .init(prompt: "b", content: .rewarded(response: "x", reward: .nan)),
                    .init(prompt: "c", content: .rewarded(response: "x", reward: 0.5)),
                    .init(prompt: "d", content: .answer("1")),
                ], to: job.id)
            #expect(refused.map(\.index) == [1, 2, 4])
            #expect(refused[2].reason.contains("2 records, or 256 MiB"))
            // Files that it writes when it starts would come and go while they are copied.
            try await fixture.wait(for: job.id, .running)
            let copy = try fixture.copyOfFolder("with-feedback")
            fixture.control.set { $0.allowance = .max }
            try await fixture.wait(for: job.id, .succeeded)
            #expect(fixture.control.now.feedback == ["a", "c"])
            let restarted = try RunnerFixture(copy)
            try await restarted.wait(for: job.id, .succeeded)
            #expect(restarted.control.now.feedback == ["a", "c"])
            #expect(throws: JobError.self) { try restarted.runner.offer([], to: job.id) }
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }

    @Test("Feedback sent again with its id is stored once, and answered as before")
    func feedbackOnce() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 0 }
            let specification = RunnerFixture.specification {
                $0.feedback.enabled = true
                $0.feedback.capacity = 2
            }
            let job = try fixture.runner.create(specification, requestID: nil)
            let records = ["a", "", "b", "c"].map { FeedbackRecord(prompt: $0, content: .answer("1")) }
            for _ in 0..<2 {
                #expect(try fixture.runner.offer(records, to: job.id, requestID: "x").map(\.index) == [1, 3])
            }
            let refusal = #expect(throws: JobError.self) {
                try fixture.runner.offer([records[2]], to: job.id, requestID: "x")
            }
            #expect(refusal?.description.contains("\"x\" has brought other records to job-1") == true)
            fixture.control.set { $0.allowance = .max }
            try await fixture.wait(for: job.id, .succeeded)
            #expect(fixture.control.now.feedback == ["a", "b"])
        }
    }

    @Test("A step that is done again has the feedback it had, whatever has arrived since")
    func feedbackAgain() async throws {
        try await withRunner { fixture in
            fixture.control.set { $0.allowance = 7 }
            let specification = RunnerFixture.specification { $0.feedback.enabled = true }
            let job = try fixture.runner.create(specification, requestID: nil)
            _ = try await fixture.events(of: job.id) { $0.step == 7 }
            #expect(try fixture.runner.offer([.init(prompt: "late", content: .answer("1"))], to: job.id).isEmpty)
            let restarted = try RunnerFixture(try fixture.copyOfFolder("late-feedback"))
            try await restarted.wait(for: job.id, after: 1, .succeeded)
            // From the checkpoint of step 5 on, steps 6 and 7 are done again, without the record.
            #expect(restarted.control.now.feedbackSteps == ["late": 8])
            await restarted.runner.shutDown(grace: .seconds(60))
        }
    }
}
