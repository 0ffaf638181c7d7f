import Foundation
import Guarding
import Rewards
import Rollouts
import Tasks
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Warm starts", .serialized)
struct WarmStartTests {
    // MARK: Choosing

    @Test("The farthest from the mean comes first, and each next one is the farthest from all before")
    func farthest() {
        // The mean is (2, 1): 20 away squared is (6, 3), then (0, 0) at 45 from it, then (2, 2) at 8 from (0, 0).
        let points: [[Float]] = [[0, 0], [1, 0], [1, 0], [2, 2], [6, 3]]
        #expect(farthestPoints(points, count: 1) == [4])
        #expect(farthestPoints(points, count: 4) == [4, 0, 3, 1])
        // Index 2 is where index 1 is, so it covers nothing more.
        #expect(farthestPoints(points, count: 9) == [4, 0, 3, 1])
        #expect(farthestPoints([], count: 3).isEmpty && farthestPoints(points, count: 0).isEmpty)
        #expect(farthestPoints([[1, 1], [1, 1]], count: 2) == [0])
        // Equally far: the earlier.
        #expect(farthestPoints([[-1], [1], [0]], count: 3) == [0, 1, 2])
    }

    @Test("Coverage is the distance to the nearest chosen point, diversity that between chosen ones")
    func coverage() {
        let points: [[Float]] = [[0, 0], [3, 4], [0, 8], [3, 5]]
        let coverage = Coverage(of: [0, 2], among: points)
        // (3, 4) is 5 from both; (3, 5) is sqrt(18) from (0, 8).
        #expect(abs(coverage.distance - (5 + 18.0.squareRoot()) / 4) < 1e-9)
        #expect(coverage.radius == 5 && coverage.diversity == 8)
        #expect(Coverage(of: [1], among: points).diversity == nil)
        let all = Coverage(of: [0, 1, 2, 3], among: points)
        #expect(all.distance == 0 && all.radius == 0)
    }

    @Test("A choice is within twice the best covering radius, by trying every other")
    func bound() {
        var state: UInt64 = 7
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        for _ in 0..<40 {
            let points = (0..<9).map { _ in [next(), next(), next()] }
            let chosen = Coverage(of: farthestPoints(points, count: 3), among: points).radius
            var best = Double.infinity
            for a in 0..<9 {
                for b in 0..<a { for c in 0..<b { best = min(best, Coverage(of: [a, b, c], among: points).radius) } }
            }
            #expect(chosen <= 2 * best)
        }
    }

    // MARK: Jobs

    private func specification(_ fixture: TrainingFixture) throws -> JobSpecification {
        var specification = JobSpecification(kind: .warmStart)
        specification.data.train = try fixture.data(
            (0..<9).map { #"{"prompt": "Say number \#($0).", "answer": "\#($0)"}"# })
        specification.steps = 30
        specification.warmStart.templates = ["{prompt}", "Think. {prompt}"]
        specification.warmStart.prompts = 7
        specification.warmStart.perPrompt = 2
        specification.rollout.groupSize = 6
        specification.rollout.maxTokens = 12
        // Random weights seldom end a response.
        specification.rollout.stop = ["e", "a", "\n"]
        specification.batch.promptsPerStep = 2
        specification.batch.sequencesPerStep = 4
        specification.optimizer.learningRate = 3e-4
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        return specification
    }

    private func program(
        _ fixture: TrainingFixture, _ specification: JobSpecification, _ checkpoint: Checkpoint? = nil,
        _ reward: ScriptedReward = .letters(above: 2), note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> WarmStartProgram {
        try WarmStartProgram(
            fixture.context(specification, checkpoint: checkpoint, note: note), engine: fixture.engine,
            connect: { _ in reward })
    }

    @Test("More prompts than the data has are refused, since some would be kept twice as often")
    func fewPrompts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.warmStart.prompts = 10
            let error = #expect(throws: JobError.self) { try program(fixture, specification) }
            #expect(error?.description.contains("the data has 9 records") == true)
        }
    }

    @Test("A record whose prompt is too long with a template is left out and counted, unless that is to be refused")
    func longPrompts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            let long = "Say number 9" + String(repeating: " and more", count: 12) + "."
            func tokens(_ text: String) throws -> Int {
                try fixture.engine.policy("qwen2").encode(prompt: text).ids.count
            }
            // The long one fits by itself, and not with the second template.
            specification.data.maxPromptTokens = try tokens("Think. " + long) - 1
            #expect(try tokens(long) <= specification.data.maxPromptTokens)
            specification.data.train = try fixture.data(
                ["Say number 1.", long, "Say number 2.", "Say number 3."].map {
                    #"{"prompt": "\#($0)", "answer": "1"}"#
                })
            specification.data.shuffle = false
            specification.batch.promptsPerStep = 3
            specification.warmStart.prompts = 3
            let step = try await TrainingFixture.run(try program(fixture, specification), steps: 1)[0]
            #expect(step["skipped_prompts"] == 1 && step["warm_start/verified"]! > 0)
            func failure(_ change: (inout JobSpecification) throws -> Void) async throws -> String {
                var specification = specification
                try change(&specification)
                let program = try program(fixture, specification)
                do {
                    _ = try await program.step()
                    return ""
                } catch {
                    return "\(error)"
                }
            }
            #expect(try await failure { $0.data.longPrompts = .refuse }.hasPrefix("A prompt has"))
            let all = try await failure {
                $0.data.train = try fixture.data(
                    Array(repeating: #"{"prompt": "\#(long)", "answer": "1"}"#, count: 3))
            }
            #expect(all.hasPrefix("No prompt of the data fits: one has") && all.contains("Shorten the template"))
        }
    }

    @Test("It collects, writes what it chose as data that an sft job reads, and learns it")
    func job() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder), specification = try specification(fixture)
            let notes = Guarded<[String]>([])
            let program = try program(fixture, specification) { note in notes.withLock { $0.append(note) } }
            let collected = try await TrainingFixture.run(program, steps: 4)
            #expect(collected.allSatisfy { $0["loss"] == nil && $0["warm_start/verified"]! > 0 })
            #expect(collected[1]["tokens/generated"]! > 0)
            let kept = collected.reduce(0) { $0 + $1["warm_start/kept"]! }
            #expect(kept > 4 && collected[3]["warm_start/set"] == kept)
            #expect(collected.contains { $0["diversity/distance", default: 0] > 0 })
            #expect(notes.withLock { $0.last?.contains("Kept \(Int(kept)) of ") == true })

            let file = folder.appendingPathComponent("warm_start.jsonl")
            let data = try Dataset(named: file.path, seed: 1, split: .train, needing: .response, .regularFiles)
            #expect(data.count == Int(kept))
            for index in 0..<Int(kept) {
                let record = try data.record(at: index)
                #expect(record.text.hasPrefix("Say number ") && record.response!.count(where: \.isLetter) > 2)
            }
            let learnt = try await TrainingFixture.run(program, steps: 12)
            #expect(learnt.allSatisfy { $0["loss"] != nil && $0["tokens_learnt"]! > 0 })
            let (first, last) = (learnt[..<4].map { $0["loss"]! }, learnt[8...].map { $0["loss"]! })
            #expect(last.reduce(0, +) < first.reduce(0, +), "\(first) then \(last)")
            #expect(learnt[11]["warm_start/passes"] == 48 / kept)
        }
    }

    @Test("A random choice keeps as many, which lie less far apart")
    func random() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.rollout.groupSize = 12
            func collect(_ select: WarmStartSpecification.Selection) async throws -> (kept: Double, apart: Double) {
                specification.warmStart.select = select
                let steps = try await TrainingFixture.run(try program(fixture, specification), steps: 4)
                return (
                    steps.reduce(0) { $0 + $1["warm_start/kept"]! }, steps.reduce(0) { $0 + $1["diversity/distance"]! }
                )
            }
            let far = try await collect(.maxMin), any = try await collect(.random)
            #expect(far.kept == any.kept)
            #expect(far.apart > any.apart)
        }
    }

    @Test("One that was stopped while it collected, or while it learnt, goes on as one that was not")
    func resumed() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try await TrainingFixture.expectSameWhenResumed(folder) {
                try specification($0)
            } _: {
                try program($0, $1, $2)
            }
            // Stopped after two of two steps that collect.
            try await TrainingFixture.expectSameWhenResumed(folder) {
                var specification = try specification($0)
                specification.warmStart.prompts = 4
                return specification
            } _: {
                try program($0, $1, $2)
            }
        }
    }

    @Test("A job none of whose responses is right says so")
    func nothing() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let program = try program(fixture, try specification(fixture), nil, .letters(above: 1000))
            _ = try await TrainingFixture.run(program, steps: 3)
            let error = await #expect(throws: JobError.self) { try await program.step() }
            #expect("\(try #require(error))".contains("None of 84 responses to 7 prompts was right"))
        }
    }

    @Test("Templates that make the same prompt of a record behind the first are remarked on")
    func alike() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            var specification = try specification(fixture)
            specification.warmStart.templates = ["{prompt}", "{prompt}"]
            let report = try await program(fixture, specification).step()
            #expect(report.notes.contains { $0.contains("the same prompt of 2 of 2 records") }, "\(report.notes)")
            specification.warmStart.templates = ["{prompt}", "Think. {prompt}"]
            #expect(
                try await program(fixture, specification).step().notes.allSatisfy { !$0.contains("the same prompt") })
        }
    }

    @Test("Templates that come to nothing, and steps that are none to learn with, are refused by name")
    func refused() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let fixture = try TrainingFixture(folder)
            let check = ProgramCheck(engine: fixture.engine)
            func problems(_ change: (inout JobSpecification) -> Void) throws -> [String] {
                var specification = try specification(fixture)
                change(&specification)
                var problems = SpecificationProblems()
                specification.addContradictions(to: &problems)
                return (problems.problems + check.problems(specification)).map(\.path)
            }
            #expect(try problems { _ in }.isEmpty)
            #expect(try problems { $0.warmStart.templates = [] } == ["warm_start.templates"])
            #expect(try problems { $0.warmStart.templates[1] = "Think." } == ["warm_start.templates[1]"])
            #expect(try problems { $0.warmStart.templates.append("{prompt}") } == ["warm_start.templates[2]"])
            #expect(try problems { $0.warmStart.layer = 4 } == ["warm_start.layer"])
            #expect(try problems { $0.steps = 4 } == ["steps"])
            #expect(try problems { $0.epochs = 1 } == ["epochs"])
        }
    }
}
