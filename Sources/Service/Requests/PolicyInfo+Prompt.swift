import Policy
import Rollouts
import Tokenizing
import Wire

/// A prompt as the policy reads it.
struct ResolvedPrompt: Sendable {
    var ids: [Int32]
    /// The text that was tokenized, after the chat template; empty when token ids were given.
    var rendered = ""
}

extension PolicyInfo {
    /// Turns a prompt into tokens.
    ///
    /// - Parameter path: Path of the field that holds it.
    /// - Returns: nil when there is none; `problems` says why.
    func resolve(
        _ prompt: V1.Prompt?, path: String, _ problems: inout FieldProblems
    ) async throws -> ResolvedPrompt? {
        switch prompt?.input {
        case nil:
            problems.add(path, "There is no prompt. Set text, token_ids or chat.")
            return nil
        case .tokenIds(let tokens):
            check(tokens.ids, path: "\(path).token_ids.ids", &problems)
            return ResolvedPrompt(ids: tokens.ids)
        case .text(let text):
            let ids = try await encode(text, addSpecialTokens: prompt?.addSpecialTokens ?? true)
            return ResolvedPrompt(ids: ids, rendered: text)
        case .chat(let chat):
            guard !chat.messages.isEmpty else {
                problems.add("\(path).chat.messages", "There is no message. Give at least one.")
                return nil
            }
            return try await render(chat)
        }
    }

    /// The tokens of a text.
    func encode(_ text: String, addSpecialTokens: Bool) async throws -> [Int32] {
        tokenizer.encode(text, addSpecialTokens: addSpecialTokens)
    }

    /// Adds a problem when an id is outside the vocabulary; the first one stands for all.
    ///
    /// - Parameter member: Path within an element, with its dot, where the ids are fields of messages.
    func check(_ ids: [Int32], path: String, of member: String = "", _ problems: inout FieldProblems) {
        let vocabulary = configuration.vocabularySize
        guard let index = ids.firstIndex(where: { !(0..<vocabulary ~= Int($0)) }) else { return }
        problems.add(
            "\(path)[\(index)]\(member)", value: "\(ids[index])",
            "\(ids[index]) is no token of this policy. Ids are 0 to \(vocabulary - 1).")
    }

    /// Renders a chat.
    ///
    /// The template writes special tokens itself, so tokenizing adds none.
    private func render(_ chat: V1.Chat) async throws -> ResolvedPrompt {
        let chatTemplate = try usableTemplate()
        let text = try chatTemplate.render(
            messages: chat.messages.map(Self.message), addGenerationPrompt: chat.addGenerationPrompt ?? true,
            variables: templateVariables(chat))
        return ResolvedPrompt(ids: tokenizer.encode(text, addSpecialTokens: false), rendered: text)
    }

    private func usableTemplate() throws(RPCError) -> ChatTemplate {
        switch chatTemplate {
        case .success(let template): return template
        case .failure(let error): throw RPCError(unusableTemplate: error)
        case nil:
            throw RPCError(
                .failedPrecondition, reason: "NO_CHAT_TEMPLATE",
                "Policy '\(name)' has no chat template. Send the prompt as text, or put a chat_template.jinja into "
                    + "its folder and load it again.",
                values: ["policy": name])
        }
    }

    /// What a template can read beside the messages, as transformers' `apply_chat_template` gives it.
    private func templateVariables(_ chat: V1.Chat) -> [String: TemplateValue] {
        var variables = tokenizer.specialTokenVariables
        if let enableThinking = chat.enableThinking { variables["enable_thinking"] = .bool(enableThinking) }
        return variables
    }

    private static func message(_ message: V1.ChatMessage) -> TemplateObject {
        var object = TemplateObject()
        object["role"] = .string(message.role)
        object["content"] = .string(message.content)
        if !message.reasoningContent.isEmpty { object["reasoning_content"] = .string(message.reasoningContent) }
        return object
    }
}
