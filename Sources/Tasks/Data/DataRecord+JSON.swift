internal import Basics
internal import JSONCoding

extension DataRecord {
    /// Reads a line in one of three shapes.
    ///
    /// Plain: `{"prompt": "…", "answer": "…", "response": "…"}`. verl's: `prompt` is a list of messages and the answer
    /// is in `reward_model.ground_truth`, as a text, a whole number or a list of them. A conversation: `{"messages":
    /// […]}`, in which the final message, if it is the assistant's, is the response and the others are the prompt. In
    /// all of them, `chosen` is a response that was preferred to `rejected`, `data_source` names the source and `tools`
    /// lists the functions that may be called, in OpenAI's form. `plan` and `facts` are texts, `facts` also a list of them, and `subproblems` a list of objects with `prompt`
    /// and `answer`; of another type they are something else. Other members are ignored.
    init(line: [UInt8], _ need: RecordNeed) throws(RecordProblem) {
        let value: JSONValue
        do {
            value = try JSONReader.parse(line)
        } catch {
            let (before, after) = (line.prefix(error.offset), line.dropFirst(error.offset))
            let column = String(decoding: before, as: UTF8.self).count + 1
            // A line that does not even begin as JSON may be from a file that the caller is not allowed to see.
            let character = column == 1 ? nil : String(decoding: after.prefix(16), as: UTF8.self).first
            let found = character.map { ", at \"\($0)\"" } ?? ""
            throw RecordProblem(
                column: column, field: nil,
                message: "this is not JSON: \(error.reason)\(found). Each line is one JSON object.")
        }
        let record = RecordField(value)
        if let messages = try record.member("messages") {
            (prompt, response) = try Self.conversation(messages, in: record)
        } else {
            prompt = try Self.prompt(
                record.required("prompt", "Give the prompt as a text, or as a list of messages; or give messages."))
            response = try record.member("response")?.string()
        }
        if let chosen = try record.member("chosen") {
            guard response == nil else {
                throw chosen.failure("cannot go with response. Leave one of them out.")
            }
            response = try chosen.string()
        }
        rejected = try record.member("rejected")?.string()
        answers = try Self.answers(record)
        source = try record.member("data_source")?.string()
        if let tools = try record.member("tools") {
            _ = try tools.elements()
            self.tools = tools.value.compact
        }
        plan = Self.text(try record.member("plan"))
        facts = Self.text(try record.member("facts"))
        subproblems = Self.parts(try record.member("subproblems"))
        if let problem = need.problem(self) { throw problem }
    }

    /// A text, or the lines of a list of texts; nil for anything else, which has another meaning.
    private static func text(_ field: RecordField?) -> String? {
        if let text = try? field?.string() { return text }
        guard let elements = try? field?.elements(), !elements.isEmpty else { return nil }
        let lines = elements.compactMap { try? $0.string() }
        return lines.count == elements.count ? lines.joined(separator: "\n") : nil
    }

    private static func parts(_ field: RecordField?) -> [Part] {
        guard let elements = try? field?.elements() else { return [] }
        let parts = elements.compactMap { element -> Part? in
            guard let prompt = try? element.member("prompt")?.string(),
                let answer = try? element.member("answer")?.text()
            else { return nil }
            return Part(prompt: prompt, answer: answer)
        }
        return parts.count == elements.count ? parts : []
    }

    /// Splits a conversation into the given part and the part to train on.
    private static func conversation(
        _ field: RecordField, in record: RecordField
    ) throws(RecordProblem) -> (Prompt, response: String?) {
        for other in ["prompt", "response"] {
            guard try record.member(other) == nil else {
                throw field.failure("cannot go with \(other). Leave one of them out.")
            }
        }
        var messages = try messages(field)
        var response: String?
        if let last = messages.last, last.role == "assistant" {
            guard last.reasoningContent.isEmpty else {
                throw RecordProblem(
                    field: "\(field.path)[\(messages.count - 1)].reasoning_content",
                    message: "cannot be learnt apart. Put the thinking into content, in the marks the model writes.")
            }
            guard last.toolCalls.isEmpty else {
                throw RecordProblem(
                    field: "\(field.path)[\(messages.count - 1)].tool_calls",
                    message: "cannot be learnt apart. Put the calls into content, in the marks the model writes.")
            }
            response = last.content
            messages.removeLast()
        }
        return (try prompt(of: messages, field), response)
    }

    private static func prompt(_ field: RecordField) throws(RecordProblem) -> Prompt {
        switch field.value {
        case .string(let text):
            guard !text.isEmpty else { throw field.failure("is empty. Write a prompt, or remove the line.") }
            return .text(text)
        case .array:
            return try prompt(of: messages(field), field)
        default: throw field.wrongType("a text, or a list of messages")
        }
    }

    private static func messages(_ field: RecordField) throws(RecordProblem) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        for element in try field.elements() { messages.append(try message(element)) }
        return messages
    }

    private static func prompt(of messages: [ChatMessage], _ field: RecordField) throws(RecordProblem) -> Prompt {
        guard messages.contains(where: { !$0.content.isEmpty }) else {
            throw field.failure("has no message with content. Write a prompt, or remove the line.")
        }
        return .messages(messages)
    }

    private static func message(_ field: RecordField) throws(RecordProblem) -> ChatMessage {
        var message = ChatMessage(
            role: try field.required("role", "It is 'user', 'assistant', 'system' or 'tool'.").string(), content: "",
            reasoningContent: try field.member("reasoning_content")?.string() ?? "")
        if let calls = try field.member("tool_calls") {
            _ = try calls.elements()
            message.toolCalls = calls.value.compact
        }
        message.toolCallID = try field.member("tool_call_id")?.string() ?? ""
        message.name = try field.member("name")?.string() ?? ""
        // A turn that calls functions needs no content.
        let content = try field.member("content")
        if content == nil, message.toolCalls.isEmpty { _ = try field.required("content", "Give the message's text.") }
        message.content = try content?.string() ?? ""
        return message
    }

    private static func answers(_ record: RecordField) throws(RecordProblem) -> [String] {
        if let answer = try record.member("answer") { return [try answer.text()] }
        guard let reward = try record.member("reward_model") else { return [] }
        let truth = try reward.required("ground_truth", "Give the right answer there.")
        guard case .array = truth.value else { return [try truth.text()] }
        var answers: [String] = []
        for element in try truth.elements() { answers.append(try element.text()) }
        guard !answers.isEmpty else { throw truth.failure("is an empty list. Give the right answer in it.") }
        return answers
    }
}
