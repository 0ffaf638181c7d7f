import Foundation
import JSONCoding
import Wire
import WireUV

/// `POST /v1/chat/completions`.
struct ChatCompletions: Sendable {
    private let options: CompletionOptions
    private let input: ChatInput
    private let isLogged: Bool
    private let topLogprobs: Int32
    private let includesReasoning: Bool
    private let warnings: [(name: String, value: String)]
    private let request: V1.GenerateRequest
    private let id: String
    private let created = Int(Date().timeIntervalSince1970)

    init(_ request: DoorRequest) throws(DoorError) {
        var fields = try RequestFields(request.json())
        input = try ChatInput(&fields)
        options = try CompletionOptions(&fields, defaultTokens: nil)
        let top = try fields.integer("top_logprobs")
        isLogged = try fields.flag("logprobs")
        guard top == nil || top == 0 || isLogged else { throw .field("top_logprobs", "It goes with logprobs: true.") }
        topLogprobs = top ?? 0
        includesReasoning = try fields.flag("include_reasoning", default: true)
        try fields.refuse("separate_reasoning", unless: { $0 == .bool(true) }, "reasoning comes apart.")
        try Self.checkForm(&fields)
        fields.finish()
        warnings = fields.warnings
        var detail = V1.TokenDetail()
        detail.logprobs = isLogged || options.promptLogprobs != nil
        detail.topLogprobs = max(topLogprobs, options.promptLogprobs ?? 0)
        detail.texts = detail.logprobs
        self.request = options.request(input.prompt, detail: detail)
        id = "chatcmpl-\(request.id)"
    }

    /// Members that ask for something other than text.
    static func checkForm(_ fields: inout RequestFields) throws(DoorError) {
        if let format = fields.take("response_format") {
            let type = try format.required("type", "Give text.").string()
            guard type == "text" else { throw .unsupported("response_format \(type)", "text is not held to a form.") }
        }
        try fields.refuse("modalities", unless: { $0 == .array([.string("text")]) }, "answers are texts.")
        try fields.refuse("audio", "answers are texts.")
        try fields.refuse("web_search_options", "the server reaches no web.")
        try fields.refuse("add_special_tokens", unless: { $0 == .bool(false) }, "the chat template writes them.")
    }

    func respond(_ calls: Calls, deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        options.isStreaming ? stream(calls, deadline) : try await whole(calls, deadline)
    }

    private func makeRun() -> GenerationRun {
        GenerationRun(request, options, cutsReasoning: true, findsCalls: input.hasTools)
    }

    // MARK: One answer

    private func whole(_ calls: Calls, _ deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        let run = makeRun()
        try await withDeadline(deadline) { try await run.run(calls) }
        let body = JSONValue.fields([
            "id": .string(id), "object": .string("chat.completion"), "created": .integer(created),
            "model": .string(run.started.policy), "choices": .array(run.responses.indices.map { choice($0, run) }),
            "usage": run.usage.json, "prompt_logprobs": promptLogprobs(run), "prompt_token_ids": promptIDs(run),
        ])
        return .json(body, warnings)
    }

    private func choice(_ index: Int, _ run: GenerationRun) -> JSONValue {
        let response = run.responses[index]
        let reasoning: JSONValue? =
            includesReasoning && !response.reasoning.isEmpty ? .string(response.reasoning) : nil
        let toolCalls = handedOn(response.calls)
        let message = JSONValue.fields([
            "role": .string("assistant"),
            "content": response.content.isEmpty && !toolCalls.isEmpty ? .null : .string(response.content),
            "refusal": .null, "annotations": .array([]), "reasoning": reasoning, "reasoning_content": reasoning,
            "tool_calls": toolCalls.isEmpty
                ? nil : .array(toolCalls.enumerated().map { toolCall($1, name: callID(index, $0)) }),
        ])
        return .fields([
            "index": .integer(index), "message": message, "logprobs": logprobs(response.entries),
            "finish_reason": .string(run.finishReason(index)), "stop_reason": run.stopReason(index),
            "token_ids": options.returnsTokenIDs ? .integers(response.entries.map(\.id)) : nil,
            "attnrl": run.own(index),
        ])
    }

    private func handedOn(_ calls: [ToolCall]) -> ArraySlice<ToolCall> {
        input.allowsSeveralCalls ? calls[...] : calls.prefix(1)
    }

    private func callID(_ index: Int, _ call: Int) -> String { "call_\(id.dropFirst(9))_\(index)_\(call)" }

    private func toolCall(_ call: ToolCall, name: String) -> JSONValue {
        .fields([
            "id": .string(name), "type": .string("function"),
            "function": .fields(["name": .string(call.name), "arguments": .string(call.arguments)]),
        ])
    }

    private func logprobs(_ entries: [TokenEntry]) -> JSONValue {
        guard isLogged else { return .null }
        return .fields([
            "content": .array(entries.map { $0.chat(top: topLogprobs, byID: options.namesTokensByID) })
        ])
    }

    private func promptLogprobs(_ run: GenerationRun) -> JSONValue? {
        options.promptLogprobs.map { count in .array(run.promptEntries.map { $0.prompt(top: count) }) }
    }

    private func promptIDs(_ run: GenerationRun) -> JSONValue? {
        options.returnsTokenIDs ? .integers(run.promptEntries.map(\.id)) : nil
    }

    // MARK: Streaming

    private func stream(_ calls: Calls, _ deadline: ContinuousClock.Instant?) -> HTTPResponse {
        EventStream.openAI(headers: warnings, deadline: deadline) { events in
            let run = makeRun()
            try await run.run(calls) { change in
                for chunk in chunks(change, run) { try await events.send(chunk) }
            }
            if options.streamsUsage {
                try await events.send(chunk(run, choices: []).adding(["usage": run.usage.json]))
            }
        }
    }

    private func chunks(_ change: GenerationRun.Change, _ run: GenerationRun) -> [JSONValue] {
        switch change {
        case .started:
            // If the prompt's token ids were asked for, the first chunk has them and waits until they arrive.
            return options.returnsTokenIDs ? [] : beginnings(run)
        case .prompt: return []
        case .tokens(let index, let pieces, let entries):
            let first = options.returnsTokenIDs && run.responses[index].entries.count == entries.count
            return (first ? [beginning(index, run)] : []) + delta(index, pieces, entries, run)
        case .step(let index, let step):
            return [chunk(run, index, delta: .object([]), finish: nil, own: .fields(["step": step.jsonValue()]))]
        case .finished(let index, let pieces):
            let isEmpty = options.returnsTokenIDs && run.responses[index].entries.isEmpty
            return (isEmpty ? [beginning(index, run)] : []) + delta(index, pieces, [], run) + [end(index, run)]
        }
    }

    private func beginnings(_ run: GenerationRun) -> [JSONValue] { run.responses.indices.map { beginning($0, run) } }

    private func beginning(_ index: Int, _ run: GenerationRun) -> JSONValue {
        chunk(run, index, delta: .fields(["role": .string("assistant"), "content": .string("")]), finish: nil)
            .adding(["prompt_token_ids": promptIDs(run)])
    }

    private func delta(
        _ index: Int, _ pieces: [ResponseParser.Piece], _ entries: [TokenEntry], _ run: GenerationRun
    ) -> [JSONValue] {
        var reasoning = "", content = ""
        var calls: [ToolCall] = []
        for piece in pieces {
            switch piece {
            case .reasoning(let text): reasoning += text
            case .content(let text): content += text
            case .call(let call): calls.append(call)
            }
        }
        let first = run.responses[index].calls.count - calls.count
        if !input.allowsSeveralCalls, first > 0 { calls = [] }
        let shown: JSONValue? = reasoning.isEmpty || !includesReasoning ? nil : .string(reasoning)
        var chunks: [JSONValue] = []
        if shown != nil || !content.isEmpty || !entries.isEmpty && (isLogged || options.returnsTokenIDs) {
            let delta = JSONValue.fields([
                "reasoning": shown, "reasoning_content": shown, "content": content.isEmpty ? nil : .string(content),
            ])
            chunks.append(chunk(run, index, delta: delta, finish: nil, entries))
        }
        for (offset, call) in handedOn(calls).enumerated() { chunks += self.calls(call, index, first + offset, run) }
        return chunks
    }

    /// A tool call as two chunks: the function's name, then the arguments.
    private func calls(_ call: ToolCall, _ index: Int, _ number: Int, _ run: GenerationRun) -> [JSONValue] {
        let begin = JSONValue.fields([
            "index": .integer(number), "id": .string(callID(index, number)), "type": .string("function"),
            "function": .fields(["name": .string(call.name), "arguments": .string("")]),
        ])
        let rest = JSONValue.fields([
            "index": .integer(number), "function": .fields(["arguments": .string(call.arguments)]),
        ])
        return [begin, rest].map { chunk(run, index, delta: .fields(["tool_calls": .array([$0])]), finish: nil) }
    }

    private func end(_ index: Int, _ run: GenerationRun) -> JSONValue {
        chunk(run, index, delta: .object([]), finish: run.finishReason(index), own: run.own(index))
    }

    private func chunk(
        _ run: GenerationRun, _ index: Int, delta: JSONValue, finish: String?, _ entries: [TokenEntry] = [],
        own: JSONValue? = nil
    ) -> JSONValue {
        let choice = JSONValue.fields([
            "index": .integer(index), "delta": delta, "logprobs": entries.isEmpty ? .null : logprobs(entries),
            "finish_reason": finish.map { .string($0) } ?? .null,
            "stop_reason": finish == nil ? nil : run.stopReason(index),
            "token_ids": options.returnsTokenIDs && !entries.isEmpty ? .integers(entries.map(\.id)) : nil,
            "attnrl": own,
        ])
        return chunk(run, choices: [choice])
    }

    private func chunk(_ run: GenerationRun, choices: [JSONValue]) -> JSONValue {
        .fields([
            "id": .string(id), "object": .string("chat.completion.chunk"), "created": .integer(created),
            "model": .string(run.started.policy), "choices": .array(choices),
            "usage": options.streamsUsageContinuously ? run.usage.json : nil,
        ])
    }
}
