import JSONCoding
import Wire

/// Everything an Ablate call returned.
struct AblationRecord {
    private(set) var started: V1.AblationStarted?
    private(set) var steps: [V1.StepAblation] = []

    mutating func add(_ part: V1.AblateResponse.Part) {
        switch part {
        case .started(let started): self.started = started
        case .step(let step): steps.append(step)
        }
    }

    var json: JSONValue {
        (started?.json ?? .object([])).adding(["ablations": .array(steps.map(\.json))])
    }
}

extension V1.AblateResponse.Part {
    /// One line of `-o jsonl`.
    var json: JSONValue {
        switch self {
        case .started(let started): JSONValue.fields(["part": .string("started")]).appending(started.json)
        case .step(let step): JSONValue.fields(["part": .string("step")]).appending(step.json)
        }
    }
}

extension V1.AblationStarted {
    var json: JSONValue {
        .fields([
            "mode": .string(mode.name), "steps": .integers(steps), "samples": .whole(samples),
            "sampling": sampling?.json, "answer": .string(answer), "answer_form": .string(answerForm.name),
            "answer_start": .whole(answerStart), "answer_end": .whole(answerEnd),
            "response_ids": .integers(responseIds), "trace": trace?.json,
        ])
    }
}

extension V1.StepAblation {
    var json: JSONValue {
        .fields([
            "step": .whole(step), "influence": .float(influence), "forced": forced?.json, "sampled": sampled?.json,
        ])
    }
}

extension V1.ForcedEffect {
    var json: JSONValue {
        .fields([
            "divergence": .number(divergence), "tokens": .whole(tokens),
            "answer_divergence": answerDivergence.map { .number($0) },
            "answer_logprob_change": answerLogprobChange.map { .number($0) }, "answer_tokens": .whole(answerTokens),
            "lower_bound": .bool(lowerBound),
        ])
    }
}

extension V1.SampledEffect {
    var json: JSONValue {
        .fields([
            "answers": .array(answers.map(\.json)), "total_variation": .number(totalVariation),
            "divergence": .number(divergence), "changed": .number(changed),
            "base_unfinished": .whole(baseUnfinished), "ablated_unfinished": .whole(ablatedUnfinished),
        ])
    }
}

extension V1.AnswerCount {
    /// Null means that no answer was stated.
    var json: JSONValue {
        .fields([
            "answer": answer.map { .string($0) } ?? .null, "with_step": .whole(withStep),
            "without_step": .whole(withoutStep),
        ])
    }
}
