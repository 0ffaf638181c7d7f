import JSONCoding
import Wire

/// Everything a Generate call returned, grouped by response.
struct GenerationRecord {
    struct Response {
        var text = ""
        var ids: [Int32] = []
        var logprobs: [Float] = []
        var entropies: [Float] = []
        var top: [V1.TopLogprobs] = []
        var trace: V1.Trace?
        var stepMaps: [StepMap] = []
        var hiddenStates: HiddenStateRecord?
        var finished: V1.GenerationFinished?
    }

    private(set) var started: V1.GenerationStarted?
    private(set) var prompt: V1.TokenRun?
    private(set) var responses: [Response]

    init(count: Int) { responses = Array(repeating: Response(), count: count) }

    /// Whether every response is finished.
    var isComplete: Bool { responses.allSatisfy { $0.finished != nil } }

    mutating func add(_ event: V1.GenerateResponse.Event) {
        switch event {
        case .started(let value): started = value
        case .prompt(let value): addPrompt(value.run)
        case .tokens(let value): change(value.index) { $0.add(value.run) }
        case .trace(let value): change(value.index) { $0.trace = value.trace }
        case .stepMap(let value):
            guard let rows = value.rows else { return }
            change(value.index) { StepMap.collect(rows, into: &$0.stepMaps) }
        case .hiddenStates(let value):
            guard let states = value.states else { return }
            change(value.index) { HiddenStateRecord.collect(states, into: &$0.hiddenStates) }
        case .finished(let value): change(value.index) { $0.finished = value }
        case .step, .rawRows: break
        }
    }

    private mutating func change(_ index: Int32, _ body: (inout Response) -> Void) {
        guard responses.indices.contains(Int(index)) else { return }
        body(&responses[Int(index)])
    }

    private mutating func addPrompt(_ run: V1.TokenRun?) {
        guard let run, var whole = prompt else { return prompt = run }
        whole.ids += run.ids
        whole.text += run.text
        whole.logprobs += run.logprobs
        whole.entropies += run.entropies
        whole.top += run.top
        prompt = whole
    }

    var json: JSONValue {
        (started?.json ?? .object([])).adding([
            "prompt": prompt?.json,
            "responses": .array(responses.enumerated().map { $1.json(index: $0) }),
        ])
    }
}

extension GenerationRecord.Response {
    mutating func add(_ run: V1.TokenRun?) {
        guard let run else { return }
        text += run.text
        ids += run.ids
        logprobs += run.logprobs
        entropies += run.entropies
        top += run.top
    }

    func json(index: Int) -> JSONValue {
        JSONValue.fields([
            "index": .whole(index), "text": .string(text), "token_ids": .integers(ids),
            "logprobs": logprobs.isEmpty ? nil : .floats(logprobs),
            "entropies": entropies.isEmpty ? nil : .floats(entropies),
            "top_logprobs": top.isEmpty ? nil : .array(top.map(\.json)),
            "trace": trace?.json,
            "step_maps": stepMaps.isEmpty ? nil : .array(stepMaps.map(\.json)),
            "hidden_states": hiddenStates?.json,
        ]).appending(finished?.json)
    }
}

extension V1.GenerateResponse.Event {
    /// One line of `-o jsonl`: the event's name, then its fields.
    var json: JSONValue {
        func line(_ name: String, _ index: Int32?, _ fields: JSONValue?) -> JSONValue {
            JSONValue.fields(["event": .string(name), "index": index.map { .whole($0) }]).appending(fields)
        }
        switch self {
        case .started(let value): return line("started", nil, value.json)
        case .prompt(let value): return line("prompt", value.index, value.run?.json)
        case .tokens(let value): return line("tokens", value.index, value.run?.json)
        case .step(let value):
            return line(
                "step", value.index,
                .fields([
                    "step": value.step?.json, "attention": .floats(value.attention),
                    "influence": .floats(value.influence),
                ]))
        case .trace(let value): return line("trace", value.index, value.trace?.json)
        case .stepMap(let value): return line("step_map", value.index, value.rows?.json)
        case .rawRows(let value): return line("raw_rows", value.index, value.rows?.json)
        case .hiddenStates(let value): return line("hidden_states", value.index, value.states?.json)
        case .finished(let value): return line("finished", value.index, value.json)
        }
    }
}
