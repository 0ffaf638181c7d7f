import Foundation
import JSONCoding
import Jobs
import TestSupport
import Testing
import Wire

@testable import Client
@testable import Console

@Suite("Job reports")
struct JobReportTests {
    private func event(
        _ step: Int64, at time: Double, _ content: V1.JobEvent.Event, _ message: String = ""
    ) -> V1.JobEvent {
        var event = V1.JobEvent()
        event.step = step
        event.time = time
        event.message = message
        event.event = content
        return event
    }

    private func state(_ state: V1.JobState) -> V1.JobEvent.Event {
        var change = V1.JobStateChanged()
        change.state = state
        return .stateChanged(change)
    }

    private func step(_ loss: Double, _ reward: Double, of total: Int64? = 40) -> V1.JobEvent.Event {
        var step = V1.JobStep()
        step.metrics = ["loss": loss, "reward/mean": reward]
        step.totalSteps = total
        return .stepDone(step)
    }

    /// Ten steps of two seconds each, of forty.
    private var progress: JobProgress {
        var progress = JobProgress()
        progress.take(event(0, at: 100, state(.running)))
        for number in 1...10 {
            let value = Double(number)
            progress.take(event(Int64(number), at: 100 + 2 * value, step(1 / value, value / 10)))
        }
        return progress
    }

    @Test("Progress is shown as a bar, a rate, what is left and curves, rewards first")
    func live() {
        let lines = JobLiveView.lines(progress, Samples.plain(50))
        #expect(
            lines == [
                "███████                      25 %  step 10 of 40  2.00 s a step  60 s left",
                "reward/mean     1.000  ▁▂▃▄▅▅▆▇██",
                "loss            0.100  █▅▃▃▂▂▂▂▁▁",
            ])
    }

    @Test("Metrics that have no curve are shown with their newest value, as many side by side as fit")
    func otherMetrics() {
        var progress = JobProgress()
        var step = V1.JobStep()
        step.metrics = ["reward/mean": 1]
        for letter in "abcdefghijkl" { step.metrics["m/\(letter)"] = 2 }
        progress.take(event(1, at: 100, .stepDone(step)))
        let lines = JobLiveView.lines(progress, Samples.plain(44))
        // Status, eight curves, and five figures in rows of three.
        #expect(lines.count == 11)
        #expect(lines[9] == "m/h  2.000   m/i  2.000   m/j  2.000")
        #expect(lines[10] == "m/k  2.000   m/l  2.000")
    }

    @Test("A rate is taken since the job last began, and a step done again counts once")
    func restarts() {
        var progress = progress
        progress.take(event(5, at: 1000, state(.running)))
        #expect(progress.rate == nil)
        progress.take(event(6, at: 1001, step(0.5, 0.25)))
        #expect(progress.rate == 1)
        #expect(progress.values(of: "reward/mean") == [0.1, 0.2, 0.3, 0.4, 0.5, 0.25])
        #expect(progress.share == 6.0 / 40)
        progress.take(event(6, at: 1001, state(.paused)))
        #expect(progress.remaining == nil)
    }

    @Test("An event is one line of text, with control characters made visible, and one of JSON")
    func eventLine() {
        let sample = event(3, at: 0, step(0.25, 1), "step 3\u{1B}[2J")
        let line = JobLinesView.line(sample, .plain)
        #expect(line == "1970-01-01 00:00:00Z  step 3\\e[2J  reward/mean=1.000  loss=0.250")
        #expect(
            sample.json.compact
                == #"{"sequence":0,"time":0.0,"step":3,"message":"step 3\u001b[2J","event":"step_done","#
                + #""metrics":{"loss":0.25,"reward/mean":1.0},"total_steps":40}"#)
    }

    @Test("A line has the metrics that say how it goes, and how many there are besides")
    func metricsOfALine() {
        var done = V1.JobStep()
        for letter in "abcdefgh" { done.metrics["m/\(letter)"] = 2 }
        done.metrics["loss"] = 0.5
        let line = JobLinesView.line(event(1, at: 0, .stepDone(done), "step 1"), .plain)
        let figures = "loss=0.500  m/a=2.000  m/b=2.000  m/c=2.000  m/d=2.000  m/e=2.000"
        #expect(line == "1970-01-01 00:00:00Z  step 1  \(figures)  (3 more with -o jsonl)")
    }

    @Test("Jobs are listed with state, steps and what is to be said of them")
    func table() {
        var job = V1.Job()
        job.id = "job-3"
        job.state = .running
        job.pending = "pause"
        job.stepsDone = 1200
        job.totalSteps = 2000
        job.reason = "why"
        var specification = V1.JobSpecification()
        specification.kind = "grpo"
        specification.policy = "tiny"
        specification.name = "first"
        job.specification = specification
        #expect(
            JobReport.lines([job], Samples.plain(100)) == [
                "job    state               kind  policy           steps  created               name",
                "job-3  running (to pause)  grpo  tiny    1,200 of 2,000  1970-01-01 00:00:00Z  first: why",
            ])
    }

    @Test("A change of a field is a path and a value, which may hold further equals signs")
    func fieldChanges() {
        #expect(FieldChange(argument: "data.train=graph:need=8")?.path == ["data", "train"])
        #expect(FieldChange(argument: "data.train=graph:need=8")?.value == "graph:need=8")
        #expect(FieldChange(argument: "name=")?.value == "")
        #expect(FieldChange(argument: "name") == nil)
        for argument in ["", "=1", "...=1", "a..b=1", "a.=1", String(repeating: "a.", count: 5000) + "a=1"] {
            #expect(FieldChange(argument: argument) == nil)
        }
    }

    @Test("The endings of jobs have exit codes of their own")
    func endings() {
        func code(_ ending: JobFollowing.Ending?) -> Int32? {
            do {
                try ending?.check()
                return 0
            } catch {
                return (error as? Failure)?.exitCode
            }
        }
        #expect(code(.init(.succeeded, "")) == 0)
        #expect(code(.init(.failed, "why")) == 100)
        #expect(code(.init(.cancelled, "")) == 101)
        #expect(code(.interrupted) == 1)
        #expect(JobFollowing.Ending(.paused, "") == nil)
    }
}

/// Runs `attnrl serve --jobs` and steers it with `attnrl job`.
@Suite("The program with jobs", .serialized)
struct JobProgramTests {
    private func withServer(_ flags: [String], _ body: (Program, RunningProgram) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            let model = folder.appendingPathComponent("tiny").path
            #expect(try await program.run("policy", "init", model, "--size", "tiny").status == 0)
            let server = try program.start(["serve", "--model", model, "--port", "0", "--kv-cache", "64MiB"] + flags)
            defer { server.send(SIGKILL) }
            try #require(await server.wait { $0.outputSoFar.hasSuffix("\n") }, "\(server.talkSoFar)")
            program.environment["ATTNRL_SERVER"] = String(server.outputSoFar.split(separator: " ").last!.dropLast())
            try await body(program, server)
        }
    }

    @Test("A template names every field of its kind, and only what is required is missing from it")
    func template() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let program = Program(folder: folder)
            for kind in JobKind.allCases {
                let outcome = try await program.run("job", "spec", kind.rawValue)
                #expect(outcome.status == 0)
                do {
                    _ = try JobSpecification(text: outcome.output)
                    Issue.record("a template was a whole specification")
                } catch let error as SpecificationProblems {
                    let required: Set<String> =
                        kind.has(.trains)
                        ? ["data.train", "steps"] : kind.has(.fits) ? ["data.train"] : ["data.held_out"]
                    #expect(Set(error.problems.map(\.path)) == required, "\(kind)")
                }
                var whole = outcome.output, expected = JobSpecification(kind: kind)
                if kind.has(.trains) {
                    whole = whole.replacing("train: \"\"", with: "train: a").replacing("# steps:", with: "steps: 50")
                    expected.data.train = "a"
                    expected.steps = 50
                } else if kind.has(.fits) {
                    whole = whole.replacing("train: \"\"", with: "train: a")
                    expected.data.train = "a"
                } else {
                    whole = whole.replacing("# held_out:", with: "held_out: a")
                    expected.data.heldOut = "a"
                }
                #expect(try JobSpecification(text: whole) == expected)
            }
            let table = try await program.run("job", "spec", "--fields", "markdown")
            #expect(table.output == FieldTable.markdown)
        }
    }

    @Test("A server with a folder for jobs lists them and refuses what it cannot do, by field; a second one is refused")
    func serving() async throws {
        try await Fixtures.withTemporaryFolder { jobs in
            try await withServer(["--jobs", jobs.path]) { program, _ in
                let list = try await program.run("job", "ls")
                #expect(list.status == 0)
                #expect(list.output.contains("There are no jobs."))
                let bad = try await program.run(
                    "job", "create", "-f", "-", "--set", "optimizer.learning_rate=-1",
                    input: "kind: sft\nstep: 3\ndata: {train: a}\n")
                #expect(bad.status == 1)
                #expect(bad.talk.contains("Did you mean steps?"), "\(bad.talk)")
                #expect(bad.talk.contains("optimizer.learning_rate"))
                let unknown = try await program.run("job", "wait", "job-7")
                #expect(unknown.status == 1)
                #expect(unknown.talk.contains("There is no job job-7"))
                let second = try await program.run("serve", "--port", "0", "--jobs", jobs.path)
                #expect(second.status == 1)
                #expect(second.talk.contains("Another process uses the jobs folder"))
            }
        }
    }

    @Test("Watching goes on when a server that was killed is started again")
    func watchingOn() async throws {
        try await Fixtures.withTemporaryFolder { jobs in
            try await withServer(["--jobs", jobs.path]) { program, server in
                let created = try await program.run(
                    "job", "create", "-f", "-",
                    input: """
                        kind: sft
                        steps: 1000000
                        data: {train: chain}
                        batch: {sequences_per_step: 1}
                        checkpoints: {every_steps: 5}
                        publish: {every_steps: 0}

                        """)
                #expect(created.status == 0, "\(created.talk)")
                let watching = try program.start(["job", "watch", "job-1"])
                defer { watching.send(SIGKILL) }
                #expect(await watching.wait { $0.outputSoFar.contains("checkpoint of step") })
                server.send(SIGKILL)
                #expect(await watching.wait { $0.talkSoFar.contains("waiting for it to start again") })

                let address = program.environment["ATTNRL_SERVER"]!,
                    model = program.folder.appendingPathComponent("tiny")
                let again = try program.start([
                    "serve", "--model", model.path, "--port", "\(address.split(separator: ":").last!)", "--jobs",
                    jobs.path,
                    "--kv-cache", "64MiB",
                ])
                defer { again.send(SIGKILL) }
                #expect(await watching.wait { $0.outputSoFar.contains("going on from step") }, "\(again.talkSoFar)")
                #expect(try await program.run("job", "cancel", "job-1").status == 0)
                #expect(await watching.outcome().status == 101)
            }
        }
    }

    @Test("A server without one says how to get it")
    func withoutFolder() async throws {
        try await withServer([]) { program, _ in
            let list = try await program.run("job", "ls")
            #expect(list.status == 1)
            #expect(list.talk.contains("attnrl serve --jobs DIR"))
        }
    }
}
