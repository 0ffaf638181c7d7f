import Foundation
import JSONCoding
import Wire
import WireUV

/// `POST /v1/completions`.
struct TextCompletions: Sendable {
    /// The maximum number of prompts in a request.
    private static let mostPrompts = 2048
    /// The maximum number of prompts computed at once.
    private static let window = 64

    private let options: CompletionOptions
    private let prompts: [V1.Prompt]
    /// The number of alternatives per token; nil if logprobs are not reported.
    private let logprobs: Int32?
    private let echoes: Bool
    /// Whether only the prompt is returned.
    private let onlyEchoes: Bool
    private let warnings: [(name: String, value: String)]
    private let id: String
    private let created = Int(Date().timeIntervalSince1970)

    init(_ request: DoorRequest) throws(DoorError) {
        var fields = try RequestFields(request.json())
        prompts = try Self.prompts(&fields)
        var options = try CompletionOptions(&fields, defaultTokens: 16)
        logprobs = try fields.integer("logprobs")
        if let logprobs, !(0...20 ~= logprobs) {
            throw .field("logprobs", "There can be 0 to 20 alternatives, not \(logprobs).")
        }
        echoes = try fields.flag("echo")
        // A request draws at least one token; if none was asked for, the answer omits it.
        onlyEchoes = options.sampling.maxTokens == 0
        if onlyEchoes { options.sampling.maxTokens = 1 }
        self.options = options
        if let suffix = try fields.string("suffix"), !suffix.isEmpty {
            throw .unsupported("suffix", "text is written in one direction.")
        }
        try ChatCompletions.checkForm(&fields)
        fields.finish()
        warnings = fields.warnings
        id = "cmpl-\(request.id)"
    }

    /// A text, tokens, or a list of either.
    private static func prompts(_ fields: inout RequestFields) throws(DoorError) -> [V1.Prompt] {
        guard let field = fields.take("prompt") else {
            throw DoorError(400, "prompt: It is missing. Give a text or a list of token ids.", field: "prompt")
        }
        let addsSpecialTokens = try fields.take("add_special_tokens").map { (field) throws(DoorError) in
            try field.bool()
        }
        func text(_ text: String) -> V1.Prompt {
            var prompt = V1.Prompt()
            prompt.input = .text(text)
            prompt.addSpecialTokens = addsSpecialTokens
            return prompt
        }
        func tokens(_ ids: [Int32]) -> V1.Prompt {
            var list = V1.TokenIds(), prompt = V1.Prompt()
            list.ids = ids
            prompt.input = .tokenIds(list)
            return prompt
        }
        if case .string(let string) = field.value { return [text(string)] }
        let elements = try field.elements()
        guard let first = elements.first else { throw field.failure("is empty. Give at least one prompt.") }
        guard elements.count <= mostPrompts || first.value.isNumber else {
            throw field.failure("has \(elements.count) prompts. Give at most \(mostPrompts).")
        }
        if first.value.isNumber { return [tokens(try field.int32s())] }
        var prompts: [V1.Prompt] = []
        for element in elements {
            if case .string(let string) = element.value {
                prompts.append(text(string))
            } else {
                prompts.append(tokens(try element.int32s()))
            }
        }
        return prompts
    }

    func respond(_ calls: Calls, deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        options.isStreaming ? stream(calls, deadline) : try await whole(calls, deadline)
    }

    private func makeRuns() -> [GenerationRun] {
        var detail = V1.TokenDetail()
        detail.logprobs = logprobs != nil || options.promptLogprobs != nil
        detail.topLogprobs = max(logprobs ?? 0, options.promptLogprobs ?? 0)
        detail.texts = detail.logprobs
        return prompts.map {
            GenerationRun(
                options.request($0, detail: detail, echo: echoes), options, cutsReasoning: false, findsCalls: false)
        }
    }

    // MARK: One answer

    private func whole(_ calls: Calls, _ deadline: ContinuousClock.Instant?) async throws -> HTTPResponse {
        let runs = makeRuns()
        try await withDeadline(deadline) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, run) in runs.enumerated() {
                    if index >= Self.window { try await group.next() }
                    group.addTask { try await run.run(calls) }
                }
                try await group.waitForAll()
            }
        }
        let choices = runs.enumerated().flatMap { place, run in
            run.responses.indices.map { choice(number(place, $0), $0, run) }
        }
        let body = JSONValue.fields([
            "id": .string(id), "object": .string("text_completion"), "created": .integer(created),
            "model": .string(runs[0].started.policy), "choices": .array(choices),
            "usage": runs.map(\.usage).reduce(Usage(), +).json,
        ])
        return .json(body, warnings)
    }

    /// A response's index among all of the request's.
    private func number(_ place: Int, _ index: Int) -> Int { place * Int(max(options.count, 1)) + index }

    private func choice(_ number: Int, _ index: Int, _ run: GenerationRun) -> JSONValue {
        let response = run.responses[index]
        let drawn = onlyEchoes ? [] : response.entries
        let text = (echoes ? run.promptText : "") + (onlyEchoes ? "" : response.content)
        return .fields([
            "index": .integer(number), "text": .string(text),
            "logprobs": report((echoes ? run.promptEntries : []) + drawn, offset: 0),
            "finish_reason": .string(onlyEchoes ? "length" : run.finishReason(index)),
            "stop_reason": run.stopReason(index),
            "token_ids": options.returnsTokenIDs ? .integers(drawn.map(\.id)) : nil,
            "prompt_token_ids": options.returnsTokenIDs ? .integers(run.promptEntries.map(\.id)) : nil,
            "prompt_logprobs": options.promptLogprobs.map { count in
                .array(run.promptEntries.map { $0.prompt(top: count) })
            },
            "attnrl": run.own(index),
        ])
    }

    /// - Parameter offset: The first token's offset in the text, in Unicode scalars.
    private func report(_ entries: [TokenEntry], offset: Int) -> JSONValue {
        guard let logprobs else { return .null }
        var offset = offset
        let offsets = entries.map { entry in
            defer { offset += String(decoding: entry.bytes, as: UTF8.self).unicodeScalars.count }
            return offset
        }
        return .fields([
            "tokens": .array(
                entries.map { .string(TokenEntry.name($0.id, $0.bytes, byID: options.namesTokensByID)) }),
            "token_logprobs": .array(entries.map { TokenEntry.number($0.logprob) }),
            "top_logprobs": logprobs == 0
                ? .null : .array(entries.map { $0.completion(top: logprobs, byID: options.namesTokensByID) }),
            "text_offset": .integers(offsets),
        ])
    }

    // MARK: Streaming

    private func stream(_ calls: Calls, _ deadline: ContinuousClock.Instant?) -> HTTPResponse {
        EventStream.openAI(headers: warnings, deadline: deadline) { events in
            let runs = makeRuns()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (place, run) in runs.enumerated() {
                    if place >= Self.window { try await group.next() }
                    group.addTask {
                        try await run.run(calls) { change in
                            for chunk in chunks(change, place, run) { try await events.send(chunk) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            if options.streamsUsage {
                let usage = runs.map(\.usage).reduce(Usage(), +).json
                try await events.send(chunk(runs[0], choices: []).adding(["usage": usage]))
            }
        }
    }

    private func chunks(_ change: GenerationRun.Change, _ place: Int, _ run: GenerationRun) -> [JSONValue] {
        switch change {
        case .started, .prompt: return []
        case .tokens(let index, let pieces, let entries):
            guard !onlyEchoes else { return [] }
            // The prompt is sent with each response's first tokens.
            let isFirst = run.responses[index].entries.count == entries.count
            return [chunk(place, index, run, isFirst: isFirst, text: pieces.text, entries, finish: nil)]
        case .step(let index, let step):
            let own = JSONValue.fields(["step": step.jsonValue()])
            return [chunk(place, index, run, isFirst: false, text: "", [], finish: nil, own: own)]
        case .finished(let index, let pieces):
            let isFirst = onlyEchoes || run.responses[index].entries.isEmpty
            return [
                chunk(
                    place, index, run, isFirst: isFirst, text: pieces.text, [],
                    finish: onlyEchoes ? "length" : run.finishReason(index), own: run.own(index))
            ]
        }
    }

    private func chunk(
        _ place: Int, _ index: Int, _ run: GenerationRun, isFirst: Bool, text: String, _ entries: [TokenEntry],
        finish: String?, own: JSONValue? = nil
    ) -> JSONValue {
        let before = isFirst && echoes ? run.promptText : ""
        let shown = (isFirst && echoes ? run.promptEntries : []) + entries
        return chunk(
            run,
            choices: [
                .fields([
                    "index": .integer(number(place, index)), "text": .string(before + text),
                    "logprobs": shown.isEmpty ? .null : report(shown, offset: 0),
                    "finish_reason": finish.map { .string($0) } ?? .null,
                    "stop_reason": finish == nil ? nil : run.stopReason(index),
                    "token_ids": options.returnsTokenIDs ? .integers(entries.map(\.id)) : nil,
                    "prompt_token_ids": options.returnsTokenIDs && isFirst
                        ? .integers(run.promptEntries.map(\.id)) : nil,
                    "attnrl": own,
                ])
            ])
    }

    private func chunk(_ run: GenerationRun, choices: [JSONValue]) -> JSONValue {
        .fields([
            "id": .string(id), "object": .string("text_completion"), "created": .integer(created),
            "model": .string(run.started.policy), "choices": .array(choices),
        ])
    }
}

extension JSONValue {
    var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .number, .float: true
        default: false
        }
    }
}

extension [ResponseParser.Piece] {
    /// Their text, without calls.
    var text: String {
        map {
            switch $0 {
            case .reasoning(let text), .content(let text): text
            case .call: ""
            }
        }
        .joined()
    }
}
