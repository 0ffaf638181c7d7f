import Testing
import Wire

@testable import Client

@Suite("Conversation")
struct ConversationTests {
    private func roles(_ conversation: Conversation) -> [String] {
        conversation.turns.map(\.role)
    }

    @Test("Lines and answers alternate behind the system message")
    func history() {
        var conversation = Conversation(system: "Be brief.")
        #expect(conversation.read("Hello") == .answer)
        conversation.add(answer: "Hi.")
        #expect(conversation.read("And?") == .answer)
        #expect(roles(conversation) == ["system", "user", "assistant", "user"])
    }

    @Test("Commands change the conversation and are not sent")
    func commands() {
        var conversation = Conversation()
        #expect(conversation.read("/system Be kind.") == .say("set the system message"))
        #expect(conversation.read("Hello") == .answer)
        #expect(roles(conversation) == ["system", "user"])
        #expect(conversation.read("/reset") == .say("forgot the conversation"))
        #expect(roles(conversation) == ["system"])
        #expect(conversation.read("/system") == .say("no system message"))
        #expect(conversation.read("   ") == .nothing)
        #expect(conversation.read("/quit") == .quit)
        guard case .say(let text) = conversation.read("/qiut") else {
            Issue.record("a wrong command was sent")
            return
        }
        #expect(text.contains("/quit"))
    }

    @Test("A message that got no answer is taken back")
    func failedAnswer() {
        var conversation = Conversation()
        _ = conversation.read("Hello")
        conversation.add(answer: "")
        #expect(roles(conversation) == [])
    }

    @Test(
        "Thinking is kept apart from the answer",
        arguments: [
            ("<think>\nhm\n</think>\n\nYes.", "hm", "Yes."), ("hm</think>Yes.", "hm", "Yes."), ("Yes.", "", "Yes."),
        ])
    func thinking(answer: String, reasoning: String, content: String) {
        let message = Conversation.message(answer: answer)
        #expect(message.reasoningContent == reasoning)
        #expect(message.content == content)
    }
}
