import Compute
import Foundation
import Guarding
import Logging
import ModelFiles
import Policy
import Rewards
import Rollouts
import TestSupport
import Testing

@testable import Jobs
@testable import Training

/// An engine with one of the tiny reference policies, a folder for data, and programs made without a job runner.
struct TrainingFixture {
    let engine: Engine
    let folder: URL

    init(
        _ folder: URL, policy: String = "qwen2", precision: Precision = .float32, blocks: WeightBlocks? = nil
    ) throws {
        try self.init(folder, model: Fixtures.url(policy), precision: precision, blocks: blocks)
    }

    init(_ folder: URL, model: URL, precision: Precision = .float32, blocks: WeightBlocks? = nil) throws {
        self.folder = folder
        engine = Engine(
            configuration: EngineConfiguration(threads: 2, keyValueBytes: 64 << 20),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try engine.load(directory: model, precision: precision, blocks: blocks)
    }

    /// A model named qwen2 whose tokenizer has a token, `<pad>`, that the model lacks.
    static func modelWithPadBeyondVocabulary(in folder: URL) throws -> URL {
        let model = folder.appendingPathComponent("qwen2"), file = model.appendingPathComponent("tokenizer.json")
        try FileManager.default.copyItem(at: Fixtures.url("qwen2"), to: model)
        var fields = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        var added = try #require(fields["added_tokens"] as? [[String: Any]])
        // Their ids are the next that are free; the model knows those below 512.
        for text in (413..<512).map({ "<fill \($0)>" }) + ["<pad>"] {
            added.append([
                "id": 600, "content": text, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            ])
        }
        fields["added_tokens"] = added
        try JSONSerialization.data(withJSONObject: fields).write(to: file)
        return model
    }

    /// Writes a data file and returns its path.
    func data(_ lines: [String]) throws -> String {
        let file = folder.appendingPathComponent("data-\(UUID().uuidString).jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        return file.path
    }

    /// A job of trees on prompts of numbers, for a tiny policy, judged by a reward service.
    func treeSpecification(_ kind: JobKind, learningRate: Double) throws -> JobSpecification {
        var specification = JobSpecification(kind: kind)
        specification.data.train = try data((0..<9).map { #"{"prompt": "Say number \#($0).", "answer": "\#($0)"}"# })
        specification.steps = 30
        specification.rollout.groupSize = 4
        specification.rollout.maxTokens = 16
        specification.adaptive.branchedRollouts = 4
        // Tiny random policies write no lines: every token is a step.
        specification.branching.minGapTokens = 2
        specification.batch.promptsPerStep = 3
        specification.optimizer.learningRate = learningRate
        specification.reward.kind = .external
        specification.reward.external.address = "127.0.0.1:1"
        return specification
    }

    func context(
        _ specification: JobSpecification, checkpoint: Checkpoint? = nil, feedback: [FeedbackRecord] = [],
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) -> JobContext {
        let source = FeedbackSource(
            read: { number, limit in
                feedback.enumerated().dropFirst(Int(number)).prefix(limit).map {
                    FeedbackSource.Item(number: Int64($0.offset + 1), record: $0.element)
                }
            }, markUsed: { _ in })
        return JobContext(
            job: JobID(number: 1), specification: specification, checkpoint: checkpoint, folder: folder,
            feedback: source, note: note)
    }

    /// Saves a program's state as the runner does, without its manifest.
    func save(_ program: any JobProgram) throws -> Checkpoint {
        let directory = folder.appendingPathComponent("checkpoint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try program.saveCheckpoint(into: directory)
        return Checkpoint(step: program.stepsDone, directory: directory, createdAt: 0, bytes: 0)
    }

    /// Saves a program's policy and serves it, as the runner does.
    @discardableResult
    func publish(_ program: any TrainingProgram) async throws -> Int {
        let directory = folder.appendingPathComponent("published/step-\(program.stepsDone)")
        if !FileManager.default.fileExists(atPath: directory.path) {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try program.savePolicy(into: directory)
        }
        return try await program.publish(from: directory.appendingPathComponent("policy"))
    }

    /// Six steps without a stop are those of a program that is stopped after two and goes on in another engine, as after
    /// a restart; in bfloat16, where served and trained weights differ.
    static func expectSameWhenResumed(
        _ folder: URL, _ specification: (TrainingFixture) throws -> JobSpecification,
        _ program: (TrainingFixture, JobSpecification, Checkpoint?) throws -> any JobProgram
    ) async throws {
        let fixture = try TrainingFixture(folder, precision: .bfloat16), specification = try specification(fixture)
        let expected = try await run(program(fixture, specification, nil), steps: 6)
        let first = try program(fixture, specification, nil)
        _ = try await run(first, steps: 2)
        let restarted = try TrainingFixture(folder, precision: .bfloat16)
        let second = try program(restarted, specification, fixture.save(first))
        #expect(try await run(second, steps: 4) == Array(expected[2...]))
    }

    /// Some steps' metrics, without those that tell time.
    static func run(_ program: any JobProgram, steps: Int) async throws -> [[String: Double]] {
        var metrics: [[String: Double]] = []
        for _ in 0..<steps {
            let report = try await program.step()
            metrics.append(report.metrics.filter { !$0.key.hasPrefix("time/") })
        }
        return metrics
    }
}

/// A reward service that answers as told.
final class ScriptedReward: RewardClient {
    struct Failure: Error {}

    private let answer: @Sendable (RewardBatch) throws -> [RewardVerdict]
    private let asked = Guarded<[RewardBatch]>([])

    init(_ answer: @escaping @Sendable (RewardBatch) throws -> [RewardVerdict]) { self.answer = answer }

    /// A tenth for each letter; right with more than so many.
    static func letters(above limit: Int) -> ScriptedReward {
        ScriptedReward { batch in
            batch.questions.map { question in
                let letters = question.response.count { $0.isLetter && $0.isASCII }
                return RewardVerdict(verdict: letters > limit ? .correct : .incorrect, score: Double(letters) / 10)
            }
        }
    }

    var batches: [RewardBatch] { asked.withLock { $0 } }

    /// What it answers, without counting.
    func answers(_ batch: RewardBatch) throws -> [RewardVerdict] { try answer(batch) }

    func judge(_ batch: RewardBatch, deadline: Duration) async throws -> [RewardVerdict] {
        asked.withLock { $0.append(batch) }
        return try answer(batch)
    }
}
