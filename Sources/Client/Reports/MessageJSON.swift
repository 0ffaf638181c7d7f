import JSONCoding
import Wire

// Messages as JSON: the names are those of the .proto files.

extension V1.TokenRun {
    var json: JSONValue {
        .fields([
            "start": .whole(start), "ids": .integers(ids), "text": .string(text),
            "logprobs": logprobs.isEmpty ? nil : .floats(logprobs),
            "entropies": entropies.isEmpty ? nil : .floats(entropies),
            "top": top.isEmpty ? nil : .array(top.map(\.json)),
        ])
    }
}

extension V1.TopLogprobs {
    var json: JSONValue { .fields(["ids": .integers(ids), "logprobs": .floats(logprobs)]) }
}

extension V1.LayerHead {
    var json: JSONValue { .fields(["layer": .whole(layer), "head": .whole(head)]) }
}

extension V1.Step {
    var json: JSONValue {
        .fields([
            "index": .whole(index), "start": .whole(start), "end": .whole(end), "text": .string(text),
            "influence": .float(influence),
            "top_heads": .array(topHeads.map(\.json)),
            "mean_logprob": .float(meanLogprob), "mean_entropy": .float(meanEntropy),
            "after_thinking": .bool(afterThinking), "excess": .float(excess),
        ])
    }
}

extension V1.HeadInfluence {
    var json: JSONValue {
        .fields([
            "layer": head.map { .whole($0.layer) }, "head": head.map { .whole($0.head) },
            "influence": .float(influence),
        ])
    }
}

extension V1.Trace {
    var json: JSONValue {
        .fields([
            "policy": .string(policy), "version": .whole(version), "prompt_tokens": .whole(promptTokens),
            "total_tokens": .whole(totalTokens), "separator": .string(separator.name), "gap": .whole(gap),
            "layers": .whole(layers), "heads": .whole(heads), "maps_dropped": .bool(mapsDropped),
            "finish_reason": finishReason == .unspecified ? nil : .string(finishReason.name),
            "stop_text": stopText.isEmpty ? nil : .string(stopText), "stop_token_id": stopTokenId.map { .whole($0) },
            "steps": .array(steps.map(\.json)),
        ])
    }
}

extension StepMap {
    var json: JSONValue {
        .fields([
            "kind": .string(kind.name), "head": head?.json, "rows": .array(rows.map { .floats($0) }),
        ])
    }
}

extension V1.RawAttentionRows {
    var json: JSONValue {
        .fields([
            "head": head?.json, "first_query": .whole(firstQuery), "row_count": .whole(rowCount),
            "values": .floats(values),
        ])
    }
}

extension V1.StepMapRows {
    var json: JSONValue {
        .fields([
            "kind": .string(kind.name), "head": head?.json, "first_row": .whole(firstRow),
            "row_count": .whole(rowCount), "values": .floats(values),
        ])
    }
}

extension V1.SamplingOptions {
    var json: JSONValue {
        .fields([
            "temperature": temperature.map { .float($0) }, "top_p": topP.map { .float($0) },
            "top_k": topK.map { .whole($0) }, "min_p": minP.map { .float($0) },
            "repetition_penalty": repetitionPenalty.map { .float($0) },
            "max_tokens": maxTokens.map { .whole($0) }, "min_tokens": minTokens.map { .whole($0) },
            "stop": .array(stop.map { .string($0) }), "stop_token_ids": .integers(stopTokenIds),
            "seed": seed.map { .whole($0) }, "ignore_eos": .bool(ignoreEos),
        ])
    }
}

extension V1.GenerationStarted {
    var json: JSONValue {
        .fields([
            "request_id": .string(requestId), "policy": .string(policy), "version": .whole(version),
            "prompt_tokens": .whole(promptTokens), "cached_tokens": .whole(cachedTokens),
            "sampling": sampling?.json,
        ])
    }
}

extension V1.GenerationFinished {
    var json: JSONValue {
        .fields([
            "finish_reason": .string(reason.name), "stop_text": stopText.isEmpty ? nil : .string(stopText),
            "stop_token_id": stopTokenId.map { .whole($0) }, "completion_tokens": .whole(completionTokens),
            "versions": .array(versions.map(\.json)), "first_token_seconds": .number(firstTokenSeconds),
            "total_seconds": .number(totalSeconds),
        ])
    }
}

extension V1.VersionRange {
    var json: JSONValue { .fields(["start": .whole(start), "end": .whole(end), "version": .whole(version)]) }
}

extension V1.BranchPoint {
    var json: JSONValue {
        .fields([
            "step": .whole(step), "token": .whole(token), "score": .float(score), "fallback": .bool(fallback),
            "reason": .string(reason),
        ])
    }
}

extension V1.Policy {
    var json: JSONValue {
        .fields([
            "name": .string(name), "version": .whole(version), "versions": .array(versions.map(\.json)),
            "family": .string(family), "precision": .string(precision), "weights": .string(weights),
            "parameters": .whole(parameters),
            "layers": .whole(layers), "heads": .whole(heads), "key_value_heads": .whole(keyValueHeads),
            "hidden_size": .whole(hiddenSize), "head_size": .whole(headSize),
            "feed_forward_size": .whole(feedForwardSize), "vocabulary": .whole(vocabulary),
            "context": .whole(context), "has_chat_template": .bool(hasChatTemplate), "untrained": .bool(untrained),
            "end_of_sequence": .integers(endOfSequence),
        ])
    }
}

extension V1.PolicyVersion {
    var json: JSONValue {
        .fields([
            "version": .whole(version), "directory": .string(directory), "loaded_at": .number(loadedAt),
            "weight_bytes": .whole(weightBytes),
        ])
    }
}
