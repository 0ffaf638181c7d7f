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
        guard !chat.bringsTools || templateKnowsTools else { throw PromptError.noTools(policy: name) }
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

    /// Whether a prompt ends inside a `<think>` block, so that the response begins with reasoning.
    public func endsInThinking(_ prompt: [Int32]) -> Bool {
        let bytes = prompt.suffix(Self.thinkingTail).flatMap { tokenizer.texts.bytes(of: $0) }
        guard let begin = bytes.lastRange(of: Array("<think>".utf8)) else { return false }
        return (bytes.lastRange(of: Array("</think>".utf8))?.lowerBound ?? -1) < begin.lowerBound
    }

    /// The number of tokens at a prompt's end in which a block may begin: one opened by the template, or by a message
    /// that is continued.
    private static let thinkingTail = 1024

    /// Whether the chat template mentions tools.
    public var templateKnowsTools: Bool { tokenizer.chatTemplate?.contains("tools") ?? false }

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
        let given = try ChatVariables(chat, change)
        let text = try template.render(
            messages: given.messages, addGenerationPrompt: chat.addsGenerationPrompt && !chat.continuesLastMessage,
            variables: given.variables.merging(tokenizer.specialTokenVariables) { own, _ in own })
        return chat.continuesLastMessage ? try cut(text, behind: change(chat.messages.last?.content ?? "")) : text
    }

    /// A rendered chat up to the end of its last message, without what ends the turn.
    ///
    /// - Throws: `PromptError.cannotContinue` if the rendering does not contain the message verbatim. White space
    ///   around it may be missing, as templates often strip it; trailing white space is kept if present.
    private func cut(_ text: String, behind message: String) throws(PromptError) -> String {
        let trimmed = Array(message.trimming(while: \.isWhitespace).utf8), bytes = Array(text.utf8)
        guard !trimmed.isEmpty, let place = bytes.lastRange(of: trimmed) else { throw .cannotContinue(policy: name) }
        let trailing = Array(message.utf8.suffix(while: { $0 == 0x20 || 0x09...0x0D ~= $0 }))
        let end =
            bytes[place.upperBound...].starts(with: trailing) ? place.upperBound + trailing.count : place.upperBound
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}

extension String {
    fileprivate func trimming(while isSpace: (Character) -> Bool) -> Substring {
        var rest = drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }
}

extension BidirectionalCollection {
    /// The longest suffix whose elements all satisfy the predicate.
    fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}

extension [UInt8] {
    /// The range of the last occurrence of other bytes; nil if there is none.
    fileprivate func lastRange(of other: [UInt8]) -> Range<Int>? {
        guard !other.isEmpty, other.count <= count else { return nil }
        for start in stride(from: count - other.count, through: 0, by: -1)
        where self[start] == other[0] && self[start..<start + other.count].elementsEqual(other) {
            return start..<start + other.count
        }
        return nil
    }
}
