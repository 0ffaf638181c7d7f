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

    var json: JSON {
        (started?.json ?? .object([])).adding(["ablations": .array(steps.map(\.json))])
    }
}

extension V1.AblateResponse.Part {
    /// One line of `-o jsonl`.
    var json: JSON {
        switch self {
        case .started(let started): JSON.fields(["part": .string("started")]).appending(started.json)
        case .step(let step): JSON.fields(["part": .string("step")]).appending(step.json)
        }
    }
}

extension V1.AblationStarted {
    var json: JSON {
        .fields([
            "mode": .string(mode.name), "steps": .integers(steps), "samples": .integer(samples),
            "sampling": sampling?.json, "answer": .string(answer), "answer_form": .string(answerForm.name),
            "answer_start": .integer(answerStart), "answer_end": .integer(answerEnd),
            "response_ids": .integers(responseIds), "trace": trace?.json,
        ])
    }
}

extension V1.StepAblation {
    var json: JSON {
        .fields([
            "step": .integer(step), "influence": .float(influence), "forced": forced?.json, "sampled": sampled?.json,
        ])
    }
}

extension V1.ForcedEffect {
    var json: JSON {
        .fields([
            "divergence": .number(divergence), "tokens": .integer(tokens),
            "answer_divergence": answerDivergence.map { .number($0) },
            "answer_logprob_change": answerLogprobChange.map { .number($0) }, "answer_tokens": .integer(answerTokens),
            "lower_bound": .bool(lowerBound),
        ])
    }
}

extension V1.SampledEffect {
    var json: JSON {
        .fields([
            "answers": .array(answers.map(\.json)), "total_variation": .number(totalVariation),
            "divergence": .number(divergence), "changed": .number(changed),
            "base_unfinished": .integer(baseUnfinished), "ablated_unfinished": .integer(ablatedUnfinished),
        ])
    }
}

extension V1.AnswerCount {
    /// A null answer is none stated.
    var json: JSON {
        .fields([
            "answer": answer.map { .string($0) } ?? .null, "with_step": .integer(withStep),
            "without_step": .integer(withoutStep),
        ])
    }
}

extension V1.AblationMode {
    var name: String {
        switch self {
        case .hide: "hide"
        case .resample: "resample"
        default: "unspecified"
        }
    }
}

extension V1.AnswerForm {
    var name: String {
        switch self {
        case .boxed: "boxed"
        case .lastLine: "last_line"
        default: "unspecified"
        }
    }
}
