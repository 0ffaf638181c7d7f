import Wire

// Messages as JSON: the names are those of the .proto files.

extension V1.TokenRun {
    var json: JSON {
        .fields([
            "start": .integer(start), "ids": .integers(ids), "text": .string(text),
            "logprobs": logprobs.isEmpty ? nil : .floats(logprobs),
            "entropies": entropies.isEmpty ? nil : .floats(entropies),
            "top": top.isEmpty ? nil : .array(top.map(\.json)),
        ])
    }
}

extension V1.TopLogprobs {
    var json: JSON { .fields(["ids": .integers(ids), "logprobs": .floats(logprobs)]) }
}

extension V1.LayerHead {
    var json: JSON { .fields(["layer": .integer(layer), "head": .integer(head)]) }
}

extension V1.Step {
    var json: JSON {
        .fields([
            "index": .integer(index), "start": .integer(start), "end": .integer(end), "text": .string(text),
            "influence": .float(influence),
            "top_heads": .array(topHeads.map(\.json)),
            "mean_logprob": .float(meanLogprob), "mean_entropy": .float(meanEntropy),
            "after_thinking": .bool(afterThinking),
        ])
    }
}

extension V1.HeadInfluence {
    var json: JSON {
        .fields([
            "layer": head.map { .integer($0.layer) }, "head": head.map { .integer($0.head) },
            "influence": .float(influence),
        ])
    }
}

extension V1.Trace {
    var json: JSON {
        .fields([
            "policy": .string(policy), "version": .integer(version), "prompt_tokens": .integer(promptTokens),
            "total_tokens": .integer(totalTokens), "separator": .string(separator.name), "gap": .integer(gap),
            "layers": .integer(layers), "heads": .integer(heads), "maps_dropped": .bool(mapsDropped),
            "finish_reason": finishReason == .unspecified ? nil : .string(finishReason.name),
            "stop_text": stopText.isEmpty ? nil : .string(stopText), "stop_token_id": stopTokenId.map { .integer($0) },
            "steps": .array(steps.map(\.json)),
        ])
    }
}

extension StepMap {
    var json: JSON {
        .fields([
            "kind": .string(kind.name), "head": head?.json, "rows": .array(rows.map { .floats($0) }),
        ])
    }
}

extension V1.StepMapKind {
    var name: String {
        switch self {
        case .noMap: "none"
        case .mean: "mean"
        case .max: "max"
        case .heads: "heads"
        default: "unspecified"
        }
    }
}

extension V1.RawAttentionRows {
    var json: JSON {
        .fields([
            "head": head?.json, "first_query": .integer(firstQuery), "row_count": .integer(rowCount),
            "values": .floats(values),
        ])
    }
}

extension V1.StepMapRows {
    var json: JSON {
        .fields([
            "kind": .string(kind.name), "head": head?.json, "first_row": .integer(firstRow),
            "row_count": .integer(rowCount), "values": .floats(values),
        ])
    }
}

extension V1.SamplingOptions {
    var json: JSON {
        .fields([
            "temperature": temperature.map { .float($0) }, "top_p": topP.map { .float($0) },
            "top_k": topK.map { .integer($0) }, "min_p": minP.map { .float($0) },
            "repetition_penalty": repetitionPenalty.map { .float($0) },
            "max_tokens": maxTokens.map { .integer($0) }, "min_tokens": minTokens.map { .integer($0) },
            "stop": .array(stop.map { .string($0) }), "stop_token_ids": .integers(stopTokenIds),
            "seed": seed.map { .unsigned($0) }, "ignore_eos": .bool(ignoreEos),
        ])
    }
}

extension V1.FinishReason {
    var name: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .cancelled: "cancelled"
        default: "unspecified"
        }
    }
}

extension V1.GenerationStarted {
    var json: JSON {
        .fields([
            "request_id": .string(requestId), "policy": .string(policy), "version": .integer(version),
            "prompt_tokens": .integer(promptTokens), "cached_tokens": .integer(cachedTokens),
            "sampling": sampling?.json,
        ])
    }
}

extension V1.GenerationFinished {
    var json: JSON {
        .fields([
            "finish_reason": .string(reason.name), "stop_text": stopText.isEmpty ? nil : .string(stopText),
            "stop_token_id": stopTokenId.map { .integer($0) }, "completion_tokens": .integer(completionTokens),
            "versions": .array(versions.map(\.json)), "first_token_seconds": .number(firstTokenSeconds),
            "total_seconds": .number(totalSeconds),
        ])
    }
}

extension V1.VersionRange {
    var json: JSON { .fields(["start": .integer(start), "end": .integer(end), "version": .integer(version)]) }
}

extension V1.BranchPoint {
    var json: JSON {
        .fields([
            "step": .integer(step), "token": .integer(token), "score": .float(score), "fallback": .bool(fallback),
            "reason": .string(reason),
        ])
    }
}

extension V1.Policy {
    var json: JSON {
        .fields([
            "name": .string(name), "version": .integer(version), "versions": .array(versions.map(\.json)),
            "family": .string(family), "precision": .string(precision), "parameters": .integer(parameters),
            "layers": .integer(layers), "heads": .integer(heads), "key_value_heads": .integer(keyValueHeads),
            "hidden_size": .integer(hiddenSize), "head_size": .integer(headSize),
            "feed_forward_size": .integer(feedForwardSize), "vocabulary": .integer(vocabulary),
            "context": .integer(context), "has_chat_template": .bool(hasChatTemplate), "untrained": .bool(untrained),
            "end_of_sequence": .integers(endOfSequence),
        ])
    }
}

extension V1.PolicyVersion {
    var json: JSON {
        .fields([
            "version": .integer(version), "directory": .string(directory), "loaded_at": .number(loadedAt),
            "weight_bytes": .integer(weightBytes),
        ])
    }
}
