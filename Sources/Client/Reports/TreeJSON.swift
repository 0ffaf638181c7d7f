import JSONCoding
import Messages
import Rewards
import Wire

// Trees and the results of exploring as JSON: the names are those of the .proto files. Files of trees use the same
// names; see `TreeRecord`.

extension V1.Tree {
    var json: JSONValue {
        .fields([
            "policy": .string(policy), "step": step.map { .whole($0) }, "prompt_ids": .integers(promptIds),
            "prompt_text": .string(promptText), "rollouts": .array(rollouts.map(\.json)),
            "nodes": .array(nodes.map(\.json)),
        ])
    }
}

extension V1.TreeRollout {
    var json: JSONValue {
        .fields([
            "index": .whole(index), "fork": fork?.json, "ids": .integers(ids), "text": .string(text),
            "logprobs": .floats(logprobs), "entropies": .floats(entropies), "version": .whole(version),
            "complete": .bool(complete), "reward": reward.map { .number($0) },
            "verdict": verdict == .unspecified ? nil : .string(Verdict(verdict).rawValue),
            "steps": .array(steps.map(\.json)),
        ])
    }
}

extension V1.TreeFork {
    var json: JSONValue { .fields(["rollout": .whole(rollout), "offset": .whole(offset)]) }
}

extension V1.TreeStep {
    var json: JSONValue { .fields(["start": .whole(start), "influence": .float(influence)]) }
}

extension V1.TreeNode {
    var json: JSONValue {
        .fields([
            "parent": parent.map { .whole($0) }, "rollout": rollout.map { .whole($0) }, "start": .whole(start),
            "end": .whole(end), "leaves": .whole(leaves), "value": value.map { .number($0) },
            "text": .string(text),
        ])
    }
}

extension V1.ExploreStarted {
    var json: JSONValue {
        .fields([
            "policy": .string(policy), "version": .whole(version), "prompt_ids": .integers(promptIds),
            "prompt_text": .string(promptText), "sampling": sampling?.json, "width": .whole(width),
            "continuations": .whole(continuations), "depth": .whole(depth),
            "max_tokens_total": .whole(maxTokensTotal),
        ])
    }
}

extension V1.ExploreFinished {
    var json: JSONValue {
        .fields([
            "rollout_count": .whole(rolloutCount), "undrawn": .whole(undrawn), "cut": .whole(cut),
            "drawn_tokens": .whole(drawnTokens), "computed_tokens": .whole(computedTokens),
            "total_seconds": .number(totalSeconds),
        ])
    }
}

extension V1.ExploreResponse.Event {
    /// One line of `-o jsonl`.
    var json: JSONValue {
        func line(_ name: String, _ fields: JSONValue?) -> JSONValue {
            JSONValue.fields(["event": .string(name)]).appending(fields)
        }
        switch self {
        case .started(let started): return line("started", started.json)
        case .rollout(let rollout): return line("rollout", rollout.json)
        case .note(let note): return line("note", .fields(["text": .string(note.text)]))
        case .nodes(let nodes): return line("nodes", .fields(["nodes": .array(nodes.nodes.map(\.json))]))
        case .finished(let finished): return line("finished", finished.json)
        }
    }
}
