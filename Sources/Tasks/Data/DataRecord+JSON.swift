internal import JSONReading

extension DataRecord {
    /// Reads a line in one of two shapes.
    ///
    /// Plain: `{"prompt": "…", "answer": "…"}`, with an optional `"response"`. verl's: `prompt` is a list of messages,
    /// the answer stands in `reward_model.ground_truth`, as a text, a whole number or a list of them. `data_source`
    /// names the source in both; other members are passed over.
    init(line: [UInt8]) throws(RecordField.Problem) {
        let value: JSONValue
        do {
            value = try JSONReader.parse(line)
        } catch {
            let (before, after) = (line.prefix(error.offset), line.dropFirst(error.offset))
            let found = String(decoding: after.prefix(16), as: UTF8.self).first.map { ", at \"\($0)\"" } ?? ""
            throw RecordField.Problem(
                column: String(decoding: before, as: UTF8.self).count + 1, field: nil,
                message: "this is not JSON: \(error.reason)\(found). Each line is one JSON object.")
        }
        let record = RecordField(value: value, path: "")
        prompt = try Self.prompt(
            record.required("prompt", "Give the prompt as a text, or as a list of messages."))
        answers = try Self.answers(record)
        response = try record.member("response").map { field throws(RecordField.Problem) in try field.string() }
        source = try record.member("data_source").map { field throws(RecordField.Problem) in try field.string() }
    }

    private static func prompt(_ field: RecordField) throws(RecordField.Problem) -> Prompt {
        switch field.value {
        case .string(let text):
            guard !text.isEmpty else { throw field.problem("is empty. Write a prompt, or remove the line.") }
            return .text(text)
        case .array:
            var messages: [Message] = []
            for element in try field.elements() { messages.append(try message(element)) }
            guard messages.contains(where: { !$0.content.isEmpty }) else {
                throw field.problem("has no message with content. Write a prompt, or remove the line.")
            }
            return .messages(messages)
        default: throw field.wrongType("a text, or a list of messages")
        }
    }

    private static func message(_ field: RecordField) throws(RecordField.Problem) -> Message {
        Message(
            role: try field.required("role", "It is 'user', 'assistant' or 'system'.").string(),
            content: try field.required("content", "Give the message's text.").string(),
            reasoningContent: try field.member("reasoning_content").map { field throws(RecordField.Problem) in
                try field.string()
            } ?? "")
    }

    private static func answers(_ record: RecordField) throws(RecordField.Problem) -> [String] {
        if let answer = try record.member("answer") { return [try answer.text()] }
        guard let reward = try record.member("reward_model") else {
            throw RecordField.Problem(
                field: "answer", message: "is missing. Give the answer there, or in reward_model.ground_truth.")
        }
        let truth = try reward.required("ground_truth", "Give the right answer there.")
        guard case .array = truth.value else { return [try truth.text()] }
        var answers: [String] = []
        for element in try truth.elements() { answers.append(try element.text()) }
        guard !answers.isEmpty else { throw truth.problem("is an empty list. Give the right answer in it.") }
        return answers
    }
}
