import Rewards
import Service
import Wire

// Trees and what comes of exploring as JSON: the names are those of the .proto files. Files of trees have the same
// names; see `TreeRecord`.

extension V1.Tree {
    var json: JSON {
        .fields([
            "policy": .string(policy), "step": step.map { .integer($0) }, "prompt_ids": .integers(promptIds),
            "prompt_text": .string(promptText), "rollouts": .array(rollouts.map(\.json)),
            "nodes": .array(nodes.map(\.json)),
        ])
    }
}

extension V1.TreeRollout {
    var json: JSON {
        .fields([
            "index": .integer(index), "fork": fork?.json, "ids": .integers(ids), "text": .string(text),
            "logprobs": .floats(logprobs), "entropies": .floats(entropies), "version": .integer(version),
            "complete": .bool(complete), "reward": reward.map { .number($0) },
            "verdict": verdict == .unspecified ? nil : .string(Verdict(verdict).rawValue),
            "steps": .array(steps.map(\.json)),
        ])
    }
}

extension V1.TreeFork {
    var json: JSON { .fields(["rollout": .integer(rollout), "offset": .integer(offset)]) }
}

extension V1.TreeStep {
    var json: JSON { .fields(["start": .integer(start), "influence": .float(influence)]) }
}

extension V1.TreeNode {
    var json: JSON {
        .fields([
            "parent": parent.map { .integer($0) }, "rollout": rollout.map { .integer($0) }, "start": .integer(start),
            "end": .integer(end), "leaves": .integer(leaves), "value": value.map { .number($0) },
            "text": .string(text),
        ])
    }
}

extension V1.ExploreStarted {
    var json: JSON {
        .fields([
            "policy": .string(policy), "version": .integer(version), "prompt_ids": .integers(promptIds),
            "prompt_text": .string(promptText), "sampling": sampling?.json, "width": .integer(width),
            "continuations": .integer(continuations), "depth": .integer(depth),
            "max_tokens_total": .integer(maxTokensTotal),
        ])
    }
}

extension V1.ExploreFinished {
    var json: JSON {
        .fields([
            "rollout_count": .integer(rolloutCount), "undrawn": .integer(undrawn), "cut": .integer(cut),
            "drawn_tokens": .integer(drawnTokens), "computed_tokens": .integer(computedTokens),
            "total_seconds": .number(totalSeconds),
        ])
    }
}

extension V1.ExploreResponse.Event {
    /// One line of `-o jsonl`.
    var json: JSON {
        func line(_ name: String, _ fields: JSON?) -> JSON { JSON.fields(["event": .string(name)]).appending(fields) }
        switch self {
        case .started(let started): return line("started", started.json)
        case .rollout(let rollout): return line("rollout", rollout.json)
        case .note(let note): return line("note", .fields(["text": .string(note.text)]))
        case .nodes(let nodes): return line("nodes", .fields(["nodes": .array(nodes.nodes.map(\.json))]))
        case .finished(let finished): return line("finished", finished.json)
        }
    }
}
