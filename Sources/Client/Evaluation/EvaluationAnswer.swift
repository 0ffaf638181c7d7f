import JSONCoding
import Judging
import Rewards
import Tasks

/// A response as received.
struct EvaluationResponse {
    var text = ""
    var tokens = 0
    /// Whether it was cut off by the length limit.
    var isCut = false
}

/// A judged response.
struct EvaluationAnswer {
    let prompt: Int
    let record: DataRecord
    let response: EvaluationResponse
    let verdict: Verdict
    /// The result of a built-in task's checker; nil for other data.
    let check: TaskCheck?

    init(_ prompt: Int, _ record: DataRecord, _ response: EvaluationResponse, _ judge: ResponseJudge) {
        let finding = judge.judge(response.text, to: record)
        (self.prompt, self.record, self.response) = (prompt, record, response)
        (verdict, check) = (finding.grade.verdict, finding.check)
    }

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
