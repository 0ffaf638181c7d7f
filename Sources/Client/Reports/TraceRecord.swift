import JSONCoding
import Wire

/// Everything a Trace call returned.
struct TraceRecord {
    private(set) var response = GenerationRecord.Response()
    private(set) var trace: V1.Trace?
    private(set) var stepMaps: [StepMap] = []
    private(set) var rawRows: [V1.RawAttentionRows] = []
    private(set) var hiddenStates: HiddenStateRecord?

    mutating func add(_ part: V1.TraceResponse.Part) {
        switch part {
        case .tokens(let run): response.add(run)
        case .trace(let trace): self.trace = trace
        case .stepMap(let rows): StepMap.collect(rows, into: &stepMaps)
        case .rawRows(let rows): rawRows.append(rows)
        case .hiddenStates(let states): HiddenStateRecord.collect(states, into: &hiddenStates)
        }
    }

    /// The trace's fields, with the response's tokens, the maps and the rows.
    var json: JSONValue {
        (trace?.json ?? .object([])).adding([
            "influence": trace.map { .floats($0.steps.map(\.influence)) },
            "response": .fields([
                "text": .string(response.text), "token_ids": .integers(response.ids),
                "logprobs": .floats(response.logprobs), "entropies": .floats(response.entropies),
            ]),
            "step_maps": .array(stepMaps.map(\.json)),
            "raw_rows": .array(rawRows.map(\.json)),
            "hidden_states": hiddenStates?.json,
        ])
    }
}

extension V1.TraceResponse.Part {
    /// One line of `-o jsonl`.
    var json: JSONValue {
        func line(_ name: String, _ fields: JSONValue) -> JSONValue {
            JSONValue.fields(["part": .string(name)]).appending(fields)
        }
        switch self {
        case .tokens(let run): return line("tokens", run.json)
        case .trace(let trace): return line("trace", trace.json)
        case .stepMap(let rows): return line("step_map", rows.json)
        case .rawRows(let rows): return line("raw_rows", rows.json)
        case .hiddenStates(let states): return line("hidden_states", states.json)
        }
    }
}
