import JSONCoding
import Jobs
import Messages
import Wire

// Job messages as JSON: the names are those of the .proto files.

extension JSONValue {
    /// A specification, or a value in one.
    init(_ value: SpecificationValue) {
        self =
            switch value {
            case .null: .null
            case .flag(let flag): .bool(flag)
            case .whole(let number): .whole(number)
            case .large(let number): .whole(number)
            case .number(let number): .number(number)
            case .text(let text): .string(text)
            case .list(let values): .array(values.map { JSONValue($0) })
            case .section(let entries): .object(entries.map { JSONMember(key: $0.name, value: JSONValue($0.value)) })
            }
    }

    fileprivate static func metrics(_ metrics: [String: Double]) -> JSONValue {
        .object(metrics.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: .number($0.value)) })
    }
}

extension V1.Job {
    var json: JSONValue {
        .fields([
            "id": .string(id), "state": .string(state.name), "reason": reason.isEmpty ? nil : .string(reason),
            "pending": pending.isEmpty ? nil : .string(pending),
            "steps_done": .whole(stepsDone), "total_steps": totalSteps.map { .whole($0) },
            "created_at": .number(createdAt), "started_at": startedAt == 0 ? nil : .number(startedAt),
            "ended_at": endedAt == 0 ? nil : .number(endedAt), "last_sequence": .whole(lastSequence),
            "published_version": publishedVersion == 0 ? nil : .whole(publishedVersion),
            "ranks": ranks.isEmpty ? nil : .array(ranks.map(\.json)),
            "specification": specification.map { JSONValue(SpecificationValue(message: $0)) },
        ])
    }
}

extension V1.RankShare {
    fileprivate var json: JSONValue {
        .fields([
            "rank": .whole(Int64(rank)), "host": .string(host), "drawn_tokens": .whole(drawnTokens),
            "learnt_tokens": .whole(learntTokens), "bytes_sent": .whole(bytesSent),
            "seconds_computing": .number(secondsComputing), "seconds_waiting": .number(secondsWaiting),
            "seconds_aside": .number(secondsAside),
        ])
    }
}

extension V1.Checkpoint {
    var json: JSONValue {
        .fields([
            "step": .whole(step), "path": .string(path), "bytes": .whole(bytes), "created_at": .number(createdAt),
        ])
    }
}

extension V1.JobEvent {
    var json: JSONValue {
        JSONValue.fields([
            "sequence": .whole(sequence), "time": .number(time), "step": .whole(step), "message": .string(message),
        ]).adding(content)
    }

    private var content: KeyValuePairs<String, JSONValue?> {
        switch event {
        case .stateChanged(let change):
            [
                "event": .string("state_changed"), "state": .string(change.state.name),
                "reason": change.reason.isEmpty ? nil : .string(change.reason),
                "resumed_from_step": change.resumedFromStep.map { .whole($0) },
            ]
        case .stepDone(let step):
            [
                "event": .string("step_done"), "metrics": .metrics(step.metrics),
                "skipped": step.skipped.isEmpty ? nil : .string(step.skipped),
                "total_steps": step.totalSteps.map { .whole($0) },
            ]
        case .evaluated(let evaluated): ["event": .string("evaluated"), "metrics": .metrics(evaluated.metrics)]
        case .checkpointSaved(let saved):
            ["event": .string("checkpoint_saved"), "path": .string(saved.path), "bytes": .whole(saved.bytes)]
        case .policyPublished(let published):
            [
                "event": .string("policy_published"), "policy": .string(published.policy),
                "version": .whole(published.version),
            ]
        case .note(let note): ["event": .string("note"), "warning": .bool(note.warning)]
        case nil: ["event": .string("unknown")]
        }
    }
}
