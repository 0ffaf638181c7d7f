import Foundation
import Jobs
import Rewards
import Rollouts
import Tasks

/// How well a policy answers held-out prompts.
struct Evaluation {
    private let run: TrainingRun
    private let judge: Judge

    /// - Parameter judge: Judges responses; without one, tasks' own checks do where the data belongs to tasks, and answers
    ///   are compared as mathematics elsewhere.
    init(_ run: TrainingRun, judge: Judge? = nil) {
        self.run = run
        self.judge = judge?.ofAnswers ?? Judge(.usual)
    }

    /// A held-out record with what was drawn for it.
    private struct Examined {
        let record: DataRecord
        let responses: [DrawnResponse]
        /// Of those that were judged.
        let judged: [(response: DrawnResponse, grade: Grade)]
    }

    /// Accuracy, pass@k, lengths; for built-in tasks also the share of right answers all of whose steps are sound.
    ///
    /// Prompts that are too long are left out, and counted, as they are in training; so are responses that nobody judged.
    func metrics() async throws -> [String: Double] {
        let specification = run.specification.evaluation
        guard let data = try TrainingData.heldOut(run.specification)?.dataset() else { return [:] }
        var usable: [(record: DataRecord, prompt: [Int32])] = [], skipped = 0
        for place in 0..<min(specification.prompts, data.count ?? .max) {
            try Task.checkCancellation()
            let record = try data.record(at: place), prompt = try run.prompts.tokens(record)
            if run.stream.accepts(prompt) { usable.append((record, prompt)) } else { skipped += 1 }
        }
        var sampling = SamplingParameters()
        sampling.temperature = Float(specification.temperature)
        sampling.maxTokens = specification.maxTokens
        // Apart from the seeds of training: no step has this number.
        let step = Int.max
        let requests = usable.enumerated().map { index, usable in
            DrawRequest(prompt: usable.prompt, count: specification.samples, seed: run.seed(step: step, index))
        }
        let drawn = try await run.drawer.draw(requests, sampling: sampling, version: try run.stage())
        let examined = try await examined(Array(zip(usable.map(\.record), drawn)))
        var metrics = Self.figures(examined)
        metrics["eval/skipped_prompts"] = Double(skipped)
        return metrics
    }

    private func examined(_ drawn: [(record: DataRecord, responses: [DrawnResponse])]) async throws -> [Examined] {
        let questions = drawn.flatMap { record, responses in
            responses.map { Judge.Question(record: record, response: $0.text) }
        }
        var answers = try await judge.judge(
            questions, job: "\(run.job)", step: run.state.steps, label: "evaluation"
        ).answers[...]
        return drawn.map { record, responses in
            let grades = answers.prefix(responses.count)
            answers = answers.dropFirst(responses.count)
            return Examined(
                record: record, responses: responses,
                judged: zip(responses, grades).compactMap { response, grade in grade.map { (response, $0) } })
        }
    }

    private static func figures(_ examined: [Examined]) -> [String: Double] {
        let responses = examined.flatMap(\.responses), judged = examined.flatMap(\.judged)
        var metrics = [
            "eval/prompts": Double(examined.count), "eval/unjudged": Double(responses.count - judged.count),
        ]
        metrics["eval/accuracy"] = judged.share { $0.grade.verdict == .correct }
        metrics["eval/pass_at_k"] = examined.filter { !$0.judged.isEmpty }
            .share { $0.judged.contains { $0.grade.verdict == .correct } }
        metrics["eval/tokens"] = responses.mean { Double($0.tokens.count) }
        metrics["eval/cut"] = responses.share { !$0.isComplete }
        metrics["eval/sound"] = examined.flatMap(soundness).share { $0 }
        return metrics
    }

    /// For each response to a built-in task's problem, whether its answer is right and every step of it sound.
    private static func soundness(_ examined: Examined) -> [Bool] {
        guard let task = examined.record.task else { return [] }
        return examined.responses.map {
            (try? task.check(prompt: examined.record.text, response: $0.text))?.isSound == true
        }
    }
}
