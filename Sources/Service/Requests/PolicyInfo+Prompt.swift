import Basics
import ModelFiles
import Policy
import Rollouts
import Tokenizing
import Wire

extension PolicyInfo {
    /// Turns a prompt into tokens.
    ///
    /// - Parameter path: Path of the field that holds it.
    /// - Returns: The prompt; nil if there is none, with the reason in `problems`.
    func resolve(
        _ prompt: V1.Prompt?, path: String, _ problems: inout FieldProblems
    ) async throws -> EncodedPrompt? {
        guard let prompt, let input = prompt.input else {
            problems.add(path, "There is no prompt. Set text, token_ids or chat.")
            return nil
        }
        let controlTokens = problems.controlTokens(prompt.controlTokens, path: "\(path).control_tokens")
        switch input {
        case .tokenIds(let tokens):
            check(tokens.ids, path: "\(path).token_ids.ids", &problems)
            return EncodedPrompt(ids: tokens.ids)
        case .text(let text):
            func encoded() -> EncodedPrompt {
                encode(prompt: text, addsSpecialTokens: prompt.addSpecialTokens ?? true, controlTokens: controlTokens)
            }
            return text.utf8.count <= Self.shortText ? encoded() : try await onPromptThread(encoded)
        case .chat(let chat):
            guard !chat.messages.isEmpty else {
                problems.add("\(path).chat.messages", "There is no message. Give at least one.")
                return nil
            }
            return try await onPromptThread { try encode(ChatPrompt(chat), controlTokens: controlTokens) }
        }
    }

    /// The longest text, in bytes, that is encoded on the caller's thread: a millisecond's worth.
    private static let shortText = 16 << 10

    /// Adds a problem if an id is outside the vocabulary; only the first is reported.
    ///
    /// - Parameter member: Path within an element, with its dot, if the ids are fields of messages.
    func check(_ ids: [Int32], path: String, of member: String = "", _ problems: inout FieldProblems) {
        let vocabulary = configuration.vocabularySize
        guard let index = ids.firstIndex(where: { !(0..<vocabulary ~= Int($0)) }) else { return }
        problems.add(
            "\(path)[\(index)]\(member)", value: "\(ids[index])",
            "\(ids[index]) is not a token of this policy. Ids are 0 to \(vocabulary - 1).")
    }
}

extension FieldProblems {
    /// Whether special tokens written out in a prompt are recognized.
    fileprivate mutating func controlTokens(_ value: V1.ControlTokens, path: String) -> ControlTokens {
        switch value {
        case .unspecified, .recognized: return .recognized
        case .asText: return .asText
        default:
            add(path, value: "\(value.rawValue)", "This server does not know the choice \(value.rawValue).")
            return .recognized
        }
    }
}

extension ChatPrompt {
    fileprivate init(_ chat: V1.Chat) {
        self.init(
            chat.messages.map {
                var message = ChatMessage(
                    role: $0.role, content: $0.content, reasoningContent: $0.reasoningContent)
                message.toolCalls = $0.toolCalls
                message.toolCallID = $0.toolCallId
                message.name = $0.name
                return message
            })
        addsGenerationPrompt = chat.addGenerationPrompt ?? true
        continuesLastMessage = chat.continueFinalMessage
        enablesThinking = chat.enableThinking
        tools = chat.tools
        templateArguments = chat.templateArguments
    }
}
