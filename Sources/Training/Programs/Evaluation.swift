import Jobs
import Rewards
import Rollouts
import Tasks

/// How well a policy answers held-out prompts.
struct Evaluation {
    private let run: TrainingRun
    private let judge: Judge?

    /// - Parameter judge: Judges responses; without one, tasks' own checks do where the data belongs to tasks.
    init(_ run: TrainingRun, judge: Judge? = nil) {
        self.run = run
        self.judge = judge?.ofAnswers
    }

    /// Accuracy, pass@k, lengths; for built-in tasks also the share of right answers all of whose steps are sound.
    ///
    /// - Throws: `JobError.data` when there is nothing to examine with.
    func metrics() async throws -> [String: Double] {
        let specification = run.specification.evaluation
        guard let heldOut = run.specification.data.heldOut else { return [:] }
        let data = try TrainingData.dataset(heldOut, seed: run.specification.seed, split: .heldOut)
        let records = try (0..<min(specification.prompts, data.count ?? .max)).map { try data.record(at: $0) }
        let prompts = try records.map(run.prompts.tokens)
        var sampling = SamplingParameters()
        sampling.temperature = Float(specification.temperature)
        sampling.maxTokens = specification.maxTokens
        // Apart from the seeds of training: no step has this number.
        let step = Int.max
        let requests = prompts.enumerated().map { index, prompt in
            DrawRequest(prompt: prompt, count: specification.samples, seed: run.seed(step: step, index))
        }
        let drawn = try await run.drawer.draw(requests, sampling: sampling, version: try run.stage())
        let judge = judge ?? Judge.ofTasks()
        let questions = zip(records, drawn).flatMap { record, drawn in
            drawn.map { Judge.Question(record: record, response: $0.text) }
        }
        let answers = try await judge.judge(
            questions, job: "\(run.job)", step: run.state.steps, label: "evaluation")
        return figures(records, drawn, answers)
    }

    private func figures(
        _ records: [DataRecord], _ drawn: [[DrawnResponse]], _ answers: [Judge.Answer]
    ) -> [String: Double] {
        let samples = run.specification.evaluation.samples
        let isCorrect = answers.map { $0?.verdict == .correct }
        let solved = records.indices.count { record in
            isCorrect[record * samples..<(record + 1) * samples].contains(true)
        }
        let correct = isCorrect.count { $0 }, total = Double(max(answers.count, 1))
        let responses = drawn.joined()
        var metrics = [
            "eval/accuracy": Double(correct) / total, "eval/pass_at_k": Double(solved) / Double(max(records.count, 1)),
            "eval/tokens": Double(responses.reduce(0) { $0 + $1.tokens.count }) / total,
            "eval/cut": Double(responses.count { !$0.isComplete }) / total, "eval/prompts": Double(records.count),
        ]
        let sound = zip(records, drawn).reduce(0) { sum, pair in
            guard let task = pair.0.task else { return sum }
            return sum + pair.1.count { (try? task.check(prompt: pair.0.text, response: $0.text))?.isSound == true }
        }
        if records.contains(where: { $0.task != nil }) { metrics["eval/sound"] = Double(sound) / total }
        return metrics
    }
}
