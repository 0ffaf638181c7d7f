import Basics
import ModelFiles
import Templates
import Tokenizing

/// The one place where texts become a policy's tokens, for serving and for training.
///
/// A prompt begins a sequence and a response continues one, and a text's first token depends on that: a SentencePiece
/// vocabulary puts a space before a text that begins a sequence, but none before a continuation. The two are tokenized
/// separately, so a response never changes its prompt's tokens: if the characters on both sides of the boundary would
/// merge into one token, they stay two, as when the response is drawn.
extension PolicyInfo {
    /// The tokens of a prompt given as text.
    ///
    /// - Parameter addsSpecialTokens: Whether to add the tokenizer's special tokens: those its post-processor names,
    ///   and its beginning token if tokenizer_config.json sets `add_bos_token`. A beginning token already present in
    ///   the text is not duplicated.
    public func encode(
        prompt text: String, addsSpecialTokens: Bool = true, controlTokens: ControlTokens = .recognized
    ) -> EncodedPrompt {
        var ids = tokenizer.encode(
            text, addSpecialTokens: addsSpecialTokens,
            specialTokens: controlTokens == .asText ? .asText : .recognized)
        if addsSpecialTokens, let token = tokenizer.bosToken, let beginning = tokenizer.id(of: token) {
            let isWritten = controlTokens == .recognized && text.utf8.starts(with: token.utf8)
            if isWritten, ids.starts(with: [beginning, beginning]) { ids.removeFirst() }
            if tokenizer.configuration.addsBeginning, ids.first != beginning { ids.insert(beginning, at: 0) }
        }
        return EncodedPrompt(ids: ids, rendered: text)
    }

    /// The tokens of a chat.
    ///
    /// The template writes special tokens itself, so none are added to its output.
    ///
    /// - Throws: `PromptError`, or `TemplateError` if the template cannot render this chat.
    public func encode(_ chat: ChatPrompt, controlTokens: ControlTokens = .recognized) throws -> EncodedPrompt {
        let template = try usableTemplate()
        switch controlTokens {
        case .recognized:
            let text = try render(chat, template) { $0 }
            return EncodedPrompt(ids: tokenizer.encode(text, addSpecialTokens: false), rendered: text)
        case .asText:
            let marks = try ControlTokenMarks(tokenizer, avoiding: chat)
            let (text, plain) = marks.remove(from: try render(chat, template, marks.insert))
            return EncodedPrompt(
                ids: tokenizer.encode(text, addSpecialTokens: false, specialTokens: .asText(in: plain)),
                rendered: text)
        }
    }

    /// The tokens of a text that continues a prompt's tokens.
    ///
    /// Special tokens spelled out in it are read as those tokens, as in a drawn response.
    public func encode(response text: String) -> [Int32] {
        tokenizer.encode(text, addSpecialTokens: false, position: .continuing)
    }

    /// The tokens to train on for a response: its own, then the end token, unless the text already ends with one.
    ///
    /// - Parameter endsTurn: Whether it answers a chat rather than a plain text.
    public func encode(response text: String, endsTurn: Bool) -> [Int32] {
        let ids = encode(response: text)
        if let last = ids.last, endOfSequence.ids.contains(last) { return ids }
        return ids + [endsTurn ? endOfSequence.ofTurn : endOfSequence.ofText].compactMap(\.self)
    }

    private func usableTemplate() throws(PromptError) -> ChatTemplate {
        switch chatTemplate {
        case .success(let template): return template
        case .failure(let error): throw .unusableChatTemplate(policy: name, error)
        case nil: throw .noChatTemplate(policy: name)
        }
    }

    /// - Parameter change: Applied to every text in the messages.
    private func render(
        _ chat: ChatPrompt, _ template: ChatTemplate, _ change: (String) -> String
    ) throws -> String {
        var variables = tokenizer.specialTokenVariables
        // What a template can read besides the messages, as provided by transformers' `apply_chat_template`.
        if let enablesThinking = chat.enablesThinking { variables["enable_thinking"] = .bool(enablesThinking) }
        let messages = chat.messages.map { message in
            var object = TemplateObject.message(role: change(message.role), content: change(message.content))
            if !message.reasoningContent.isEmpty {
                object["reasoning_content"] = .string(change(message.reasoningContent))
            }
            return object
        }
        return try template.render(
            messages: messages, addGenerationPrompt: chat.addsGenerationPrompt, variables: variables)
    }
}
