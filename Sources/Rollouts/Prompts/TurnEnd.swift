import Templates
import Tokenizing

/// Finds the token that a chat template writes at the end of an assistant's turn, by rendering a short chat.
struct TurnEnd {
    /// Content no template would write of its own accord.
    private static let content = "Vqjxk"

    private let template: ChatTemplate
    private let tokenizer: Tokenizer

    init(_ template: ChatTemplate, _ tokenizer: Tokenizer) {
        self.template = template
        self.tokenizer = tokenizer
    }

    /// The first special token after the content of a final assistant message. If there is none, the first token after
    /// an assistant message that a user answers, if it is a known end token: some templates end a turn only by
    /// beginning the next.
    ///
    /// - Parameter known: End tokens that other files name.
    /// - Returns: nil for templates that end turns by other means or cannot render such chats.
    func token(known: [Int32]) -> Int32? {
        let beginning = tokenizer.bosToken.flatMap(tokenizer.id)
        let last = following(isLast: true).first { tokenizer.isSpecial($0) || known.contains($0) }
        if let last, last != beginning || known.contains(last) { return last }
        return following(isLast: false).first { known.contains($0) }
    }

    /// The tokens after an assistant's message.
    private func following(isLast: Bool) -> [Int32] {
        var messages = [
            TemplateObject.message(role: "user", content: "Hi"),
            TemplateObject.message(role: "assistant", content: Self.content),
        ]
        if !isLast { messages.append(.message(role: "user", content: "Hi")) }
        let text = try? template.render(
            messages: messages, addGenerationPrompt: false, variables: tokenizer.specialTokenVariables)
        guard let text, let place = text.ranges(of: Self.content).last else { return [] }
        return tokenizer.encode(String(text[place.upperBound...]), addSpecialTokens: false, position: .continuing)
    }
}
