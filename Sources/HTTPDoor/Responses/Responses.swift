import Foundation
import JSONCoding
import Wire
import WireUV

/// `POST /v1/responses`, without stored state.
struct Responses: Sendable {
    private let input: ResponsesInput
    private let request: V1.GenerateRequest
    private let warnings: [(name: String, value: String)]
    private let id: String
    private let created = Int(Date().timeIntervalSince1970)

    init(_ request: DoorRequest) throws(DoorError) {
        var fields = try RequestFields(request.json())
        input = try ResponsesInput(&fields)
        fields.finish()
        warnings = fields.warnings
        guard input.options.count == 1 else { throw .unsupported("n", "a response is one.") }
        var prompt = V1.Prompt(), detail = V1.TokenDetail()
        var chat = input.chat
        chat.addGenerationPrompt = true
        prompt.input = .chat(chat)
        detail.logprobs = input.topLogprobs != nil
        detail.topLogprobs = input.topLogprobs ?? 0
        detail.texts = detail.logprobs
        self.request = input.options.request(prompt, detail: detail)
        id = "resp_\(request.id)"
    }

    func respond(_ calls: Calls, deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        let run = GenerationRun(request, input.options, cutsReasoning: true, findsCalls: input.hasTools)
        if input.options.isStreaming { return stream(run, calls, deadline) }
        try await withDeadline(deadline) { try await run.run(calls) }
        return .json(body(run, status: status(run)), warnings)
    }

    // MARK: The response

    private func status(_ run: GenerationRun) -> String { run.finishReason(0) == "length" ? "incomplete" : "completed" }

    private func body(_ run: GenerationRun, status: String) -> JSONValue {
        let isDone = status == "completed" || status == "incomplete"
        let sampling = run.started.sampling ?? V1.SamplingOptions()
        return JSONValue.fields([
            "id": .string(id), "object": .string("response"), "created_at": .integer(created),
            "status": .string(status), "background": .bool(false), "error": .null,
            "incomplete_details": status == "incomplete"
                ? .fields(["reason": .string("max_output_tokens")]) : .null,
            "model": .string(run.started.policy), "output": .array(isDone ? items(run) : []),
            "previous_response_id": .null, "reasoning": .fields(["effort": .null, "summary": .null]),
            "store": .bool(false), "temperature": .float(sampling.temperature ?? 1),
            "top_p": .float(sampling.topP ?? 1),
            "text": .fields(["format": .fields(["type": .string("text")])]), "truncation": .string("disabled"),
            "usage": isDone ? usage(run) : .null, "metadata": .object([]), "attnrl": isDone ? run.own(0) : nil,
        ]).appending(.object(input.echoed))
    }

    private func usage(_ run: GenerationRun) -> JSONValue {
        let usage = run.usage
        return .fields([
            "input_tokens": .integer(usage.prompt),
            "input_tokens_details": .fields(["cached_tokens": .integer(usage.cached)]),
            "output_tokens": .integer(usage.completion),
            "output_tokens_details": .fields(["reasoning_tokens": .integer(usage.reasoning)]),
            "total_tokens": .integer(usage.prompt + usage.completion),
        ])
    }

    /// The response's items: its reasoning, message and calls, if it has them.
    private func items(_ run: GenerationRun) -> [JSONValue] {
        let response = run.responses[0]
        var items: [JSONValue] = []
        if !response.reasoning.isEmpty { items.append(reasoning(response.reasoning, "completed")) }
        if !response.content.isEmpty || response.calls.isEmpty {
            items.append(message(response.content, logprobs: response.entries, status(run)))
        }
        let calls = input.allowsSeveralCalls ? response.calls[...] : response.calls.prefix(1)
        return items + calls.enumerated().map { call($1, $0, "completed") }
    }

    fileprivate func reasoning(_ text: String?, _ status: String) -> JSONValue {
        .fields([
            "type": .string("reasoning"), "id": .string("rs_\(id.dropFirst(5))"), "summary": .array([]),
            "content": .array(text.map { [.fields(["type": .string("reasoning_text"), "text": .string($0)])] } ?? []),
            "status": .string(status),
        ])
    }

    fileprivate func message(_ text: String?, logprobs: [TokenEntry], _ status: String) -> JSONValue {
        .fields([
            "type": .string("message"), "id": .string("msg_\(id.dropFirst(5))"), "status": .string(status),
            "role": .string("assistant"), "content": .array(text.map { [part($0, logprobs)] } ?? []),
        ])
    }

    fileprivate func part(_ text: String, _ entries: [TokenEntry] = []) -> JSONValue {
        .fields([
            "type": .string("output_text"), "text": .string(text), "annotations": .array([]),
            "logprobs": logprobs(entries),
        ])
    }

    fileprivate func logprobs(_ entries: [TokenEntry]) -> JSONValue {
        guard let top = input.topLogprobs else { return .array([]) }
        return .array(entries.map { $0.chat(top: top, byID: input.options.namesTokensByID) })
    }

    fileprivate func call(_ call: ToolCall, _ number: Int, _ status: String) -> JSONValue {
        .fields([
            "type": .string("function_call"), "id": .string("fc_\(id.dropFirst(5))_\(number)"),
            "call_id": .string("call_\(id.dropFirst(5))_\(number)"), "name": .string(call.name),
            "arguments": .string(call.arguments), "status": .string(status),
        ])
    }

    // MARK: Streaming

    private func stream(_ run: GenerationRun, _ calls: Calls, _ deadline: ContinuousClock.Instant?) -> HTTPResponse {
        EventStream.response(headers: warnings) { events in
            let writer = ResponseEvents(self, events)
            do {
                try await withDeadline(deadline) {
                    try await run.run(calls) { change in
                        switch change {
                        case .started:
                            for name in ["response.created", "response.in_progress"] {
                                try await writer.send(name, ["response": body(run, status: "in_progress")])
                            }
                        case .tokens(_, let pieces, let entries): try await writer.take(pieces, entries)
                        case .step(_, let step): try await writer.send("attnrl.step", ["step": step.jsonValue()])
                        case .finished(_, let pieces):
                            try await writer.take(pieces, [])
                            try await writer.finish(run.responses[0].calls.isEmpty)
                        case .prompt: break
                        }
                    }
                }
                let status = status(run)
                try await writer.send("response.\(status)", ["response": body(run, status: status)])
            } catch {
                let failure = DoorError(any: error, names: CompletionOptions.name)
                try await writer.send(
                    "error",
                    [
                        "code": failure.code.map { .string($0) } ?? .null, "message": .string(failure.message),
                        "param": failure.field.map { .string($0) } ?? .null,
                    ])
            }
        }
    }
}

/// Writes a response's events: items begin, grow and end one after another.
private final class ResponseEvents: @unchecked Sendable {  // of one task
    private enum Item { case reasoning, message }

    private let response: Responses
    private let events: EventStream
    private var number = 0
    /// The number of items that have ended.
    private var ended = 0
    private var open: Item?
    private var text = ""
    private var entries: [TokenEntry] = []
    private var hasMessage = false
    private var callCount = 0

    init(_ response: Responses, _ events: EventStream) {
        self.response = response
        self.events = events
    }

    func send(_ type: String, _ fields: KeyValuePairs<String, JSONValue?>) async throws {
        let head = JSONValue.fields(["type": .string(type), "sequence_number": .integer(number)])
        number += 1
        try await events.send(head.adding(fields), event: type)
    }

    func take(_ pieces: [ResponseParser.Piece], _ new: [TokenEntry]) async throws {
        var rest = new
        for piece in pieces {
            switch piece {
            case .reasoning(let delta):
                try await begin(.reasoning)
                text += delta
                try await send(
                    "response.reasoning_text.delta",
                    [
                        "item_id": itemID, "output_index": .integer(ended), "content_index": .integer(0),
                        "delta": .string(delta),
                    ])
            case .content(let delta):
                try await begin(.message)
                text += delta
                entries += rest
                try await send(
                    "response.output_text.delta",
                    [
                        "item_id": itemID, "output_index": .integer(ended), "content_index": .integer(0),
                        "delta": .string(delta), "logprobs": response.logprobs(rest),
                    ])
                rest = []
            case .call(let call): try await send(call)
            }
        }
    }

    /// Ends the open item, after adding an empty message if one is needed.
    func finish(_ needsMessage: Bool) async throws {
        if needsMessage, !hasMessage, open != .message { try await begin(.message) }
        try await end()
    }

    private var itemID: JSONValue {
        let item = open == .reasoning ? response.reasoning(nil, "") : response.message(nil, logprobs: [], "")
        guard case .object(let members) = item else { return .null }
        return members.first { $0.key == "id" }?.value ?? .null
    }

    private func begin(_ item: Item) async throws {
        guard open != item else { return }
        try await end()
        open = item
        if item == .message { hasMessage = true }
        let added =
            item == .reasoning
            ? response.reasoning(nil, "in_progress") : response.message(nil, logprobs: [], "in_progress")
        try await send("response.output_item.added", ["output_index": .integer(ended), "item": added])
        let part =
            item == .reasoning
            ? JSONValue.fields(["type": .string("reasoning_text"), "text": .string("")]) : response.part("")
        try await send(
            "response.content_part.added",
            ["item_id": itemID, "output_index": .integer(ended), "content_index": .integer(0), "part": part])
    }

    private func end() async throws {
        guard let item = open else { return }
        let isReasoning = item == .reasoning
        try await send(
            isReasoning ? "response.reasoning_text.done" : "response.output_text.done",
            [
                "item_id": itemID, "output_index": .integer(ended), "content_index": .integer(0), "text": .string(text),
                "logprobs": isReasoning ? nil : response.logprobs(entries),
            ])
        let part =
            isReasoning
            ? JSONValue.fields(["type": .string("reasoning_text"), "text": .string(text)])
            : response.part(text, entries)
        try await send(
            "response.content_part.done",
            ["item_id": itemID, "output_index": .integer(ended), "content_index": .integer(0), "part": part])
        let done =
            isReasoning
            ? response.reasoning(text, "completed") : response.message(text, logprobs: entries, "completed")
        try await send("response.output_item.done", ["output_index": .integer(ended), "item": done])
        (open, text, entries) = (nil, "", [])
        ended += 1
    }

    private func send(_ call: ToolCall) async throws {
        try await end()
        let number = callCount
        callCount += 1
        let begun = response.call(ToolCall(name: call.name, arguments: ""), number, "in_progress")
        let done = response.call(call, number, "completed")
        guard case .object(let members) = done, let id = members.first(where: { $0.key == "id" })?.value else { return }
        try await send("response.output_item.added", ["output_index": .integer(ended), "item": begun])
        let place: JSONValue = .integer(ended)
        try await send(
            "response.function_call_arguments.delta",
            ["item_id": id, "output_index": place, "delta": .string(call.arguments)])
        try await send(
            "response.function_call_arguments.done",
            ["item_id": id, "output_index": place, "name": .string(call.name), "arguments": .string(call.arguments)])
        try await send("response.output_item.done", ["output_index": place, "item": done])
        ended += 1
    }
}
