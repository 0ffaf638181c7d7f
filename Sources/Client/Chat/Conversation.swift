import Console
import Foundation
import Wire

/// A chat's history and the meaning of a line typed into it.
struct Conversation: Sendable {
    private(set) var system: String?
    private(set) var messages: [V1.ChatMessage] = []

    init(system: String? = nil) { self.system = system }

    enum Reaction: Equatable {
        case nothing
        case quit
        /// Show the user a message.
        case say(String)
        /// The line was added to the history and awaits an answer.
        case answer
    }

    mutating func read(_ line: String) -> Reaction {
        let text = line.drop(while: \.isWhitespace)
        guard !text.isEmpty else { return .nothing }
        guard text.hasPrefix("/") else {
            messages.append(V1.ChatMessage(role: "user", line))
            return .answer
        }
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch words[0] {
        case "/quit", "/exit": return .quit
        case "/reset":
            messages = []
            return .say("forgot the conversation")
        case "/system":
            system = words.count > 1 ? words[1] : nil
            return .say(system == nil ? "no system message" : "set the system message")
        default: return .say("there is no \(SafeText.singleLine(words[0])); there are /system TEXT, /reset and /quit")
        }
    }

    /// Keeps an answer for the next turn.
    ///
    /// If it is empty, the last message is removed too, as if it had not been sent.
    mutating func add(answer: String) {
        guard !answer.isEmpty else { return _ = messages.popLast() }
        messages.append(Self.message(answer: answer))
    }

    /// The messages before the next answer.
    var turns: [V1.ChatMessage] { (system.map { [V1.ChatMessage(role: "system", $0)] } ?? []) + messages }

    /// Splits an answer at the end of its thinking: templates expect the two separately in earlier turns.
    static func message(answer: String) -> V1.ChatMessage {
        guard let end = answer.range(of: "</think>") else { return V1.ChatMessage(role: "assistant", answer) }
        var message = V1.ChatMessage(role: "assistant", trimmed(answer[end.upperBound...]))
        var thinking = answer[..<end.lowerBound]
        if let start = thinking.range(of: "<think>") { thinking = thinking[start.upperBound...] }
        message.reasoningContent = trimmed(thinking)
        return message
    }

    private static func trimmed(_ text: Substring) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
