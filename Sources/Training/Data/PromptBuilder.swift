import Basics
import Jobs
import Policy
import Rollouts
import Tasks

/// Turns records into a policy's tokens, by the job's data options.
struct PromptBuilder: Sendable {
    private let policy: PolicyInfo
    private let data: DataSpecification

    init(_ policy: PolicyInfo, _ data: DataSpecification) {
        self.policy = policy
        self.data = data
    }

    /// The prompt's tokens.
    ///
    /// - Throws: `PromptError`, what the chat template throws, or `EngineError` for a token the model lacks.
    func tokens(_ record: DataRecord) throws -> [Int32] {
        let ids = try encode(record)
        try policy.checkVocabulary(ids)
        return ids
    }

    private func encode(_ record: DataRecord) throws -> [Int32] {
        switch record.prompt {
        case .messages(let messages): return try chat(messages, record)
        case .text(let text):
            let text = data.promptTemplate.replacing("{prompt}", with: text)
            if data.chat { return try chat([ChatMessage(role: "user", content: text)], record) }
            return policy.encode(
                prompt: text, addsSpecialTokens: data.addSpecialTokens, controlTokens: controlTokens
            ).ids
        }
    }

    /// The tokens to train on for a response to a record, including its end token.
    ///
    /// - Throws: `EngineError` for a token the model lacks.
    func response(_ text: String, to record: DataRecord) throws -> [Int32] {
        let ids = policy.encode(response: text, endsTurn: data.chat || record.isChat)
        try policy.checkVocabulary(ids)
        return ids
    }

    /// The tokens of the beginning of a response, which goes on.
    ///
    /// - Throws: `EngineError` for a token the model lacks.
    func beginning(_ text: String) throws -> [Int32] {
        let ids = text.isEmpty ? [] : policy.encode(response: text)
        try policy.checkVocabulary(ids)
        return ids
    }

    private func chat(_ messages: [ChatMessage], _ record: DataRecord) throws -> [Int32] {
        var chat = ChatPrompt(messages)
        if let system = data.system, messages.first?.role != "system" {
            chat.messages.insert(ChatMessage(role: "system", content: system), at: 0)
        }
        chat.enablesThinking = data.enableThinking
        chat.tools = record.tools.isEmpty ? data.tools ?? "" : record.tools
        chat.templateArguments = data.templateArguments ?? ""
        if data.continueFinalMessage, messages.last?.role == "assistant" {
            chat.continuesLastMessage = true
            chat.addsGenerationPrompt = false
        }
        return try policy.encode(chat, controlTokens: controlTokens).ids
    }

    private var controlTokens: ControlTokens {
        switch data.controlTokens {
        case .recognized: .recognized
        case .asText: .asText
        }
    }
}

extension DataRecord {
    /// Whether the prompt is a conversation.
    fileprivate var isChat: Bool { if case .messages = prompt { true } else { false } }
}
