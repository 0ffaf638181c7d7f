import Jobs
import Policy
import Rollouts
import Tasks
import Tokenizing

/// Makes a policy's tokens of records: prompt template, chat template, length limit.
struct PromptBuilder: Sendable {
    enum Problem: Error, CustomStringConvertible {
        case noChatTemplate(policy: String)
        case unusableChatTemplate(policy: String, reason: String)

        var description: String {
            switch self {
            case .noChatTemplate(let policy):
                "The data holds chats, and policy '\(policy)' has no chat template. Put a chat_template.jinja into its "
                    + "folder and load it again, or give prompts as text."
            case .unusableChatTemplate(let policy, let reason):
                "The chat template of policy '\(policy)' cannot be used: \(reason)"
            }
        }
    }

    private let policy: PolicyInfo
    private let data: DataSpecification

    init(_ policy: PolicyInfo, _ data: DataSpecification) {
        self.policy = policy
        self.data = data
    }

    /// The prompt's tokens.
    ///
    /// - Throws: `Problem`, or what the chat template throws.
    func tokens(_ record: DataRecord) throws -> [Int32] {
        switch record.prompt {
        case .messages(let messages): return try render(messages)
        case .text(let text):
            let text = data.promptTemplate.replacing("{prompt}", with: text)
            guard data.chat else { return policy.tokenizer.encode(text) }
            return try render([DataRecord.Message(role: "user", content: text)])
        }
    }

    /// A response's tokens, with the end-of-sequence token behind them.
    func response(_ text: String) -> [Int32] {
        policy.tokenizer.encode(text, addSpecialTokens: false) + policy.configuration.endOfSequence.prefix(1)
    }

    private func render(_ messages: [DataRecord.Message]) throws -> [Int32] {
        let template: ChatTemplate
        switch policy.chatTemplate {
        case .success(let usable): template = usable
        case .failure(let error): throw Problem.unusableChatTemplate(policy: policy.name, reason: error.description)
        case nil: throw Problem.noChatTemplate(policy: policy.name)
        }
        var messages = messages
        if let system = data.system, messages.first?.role != "system" {
            messages.insert(DataRecord.Message(role: "system", content: system), at: 0)
        }
        let text = try template.render(
            messages: messages.map(Self.object), addGenerationPrompt: true,
            variables: policy.tokenizer.specialTokenVariables)
        return policy.tokenizer.encode(text, addSpecialTokens: false)
    }

    private static func object(_ message: DataRecord.Message) -> TemplateObject {
        var object = TemplateObject()
        object["role"] = .string(message.role)
        object["content"] = .string(message.content)
        return object
    }
}
