import JSONCoding
import Rewards
import Tasks

/// A response as it came.
struct EvaluationResponse {
    var text = ""
    var tokens = 0
    /// Ended by the length limit.
    var isCut = false
}

/// A judged response.
struct EvaluationAnswer {
    let prompt: Int
    let record: DataRecord
    let response: EvaluationResponse
    let verdict: Verdict
    /// What a built-in task's checker found; nil for other data.
    let check: TaskCheck?

    var isCorrect: Bool { verdict == .correct }

    var json: JSONValue {
        .fields([
            "index": .whole(prompt), "prompt": .string(record.text), "answer": .string(record.answer),
            "response": .string(response.text), "tokens": .whole(response.tokens), "cut": .bool(response.isCut),
            "verdict": .string(verdict.rawValue), "steps": check.map { .whole($0.steps) },
            "sound": check.map { .bool($0.isSound) },
            "fault": check?.fault?.json,
        ])
    }
}

extension StepFault {
    var json: JSONValue { .fields(["step": .whole(step), "kind": .string(kind.rawValue)]) }
}

/// Judges responses: by a built-in task's checker where the record belongs to one, else by a reward.
struct EvaluationJudge: Sendable {
    private let reward: Reward

    init(_ kind: Reward.Kind) { reward = Reward(kind) }

    func answer(_ prompt: Int, _ record: DataRecord, _ response: EvaluationResponse) -> EvaluationAnswer {
        if let task = record.task, let check = try? task.check(prompt: record.text, response: response.text) {
            return EvaluationAnswer(
                prompt: prompt, record: record, response: response, verdict: Verdict(check.answer), check: check)
        }
        let verdict = reward.grade(response: response.text, truths: record.answers).verdict
        return EvaluationAnswer(prompt: prompt, record: record, response: response, verdict: verdict, check: nil)
    }
}
