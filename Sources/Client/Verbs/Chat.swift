import ArgumentParser
import Console
import Foundation
import Wire
import WireUV

struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with a policy that has a chat template.",
        discussion: """
            Commands: /system TEXT sets the system message, /reset forgets the conversation,
            /quit or Ctrl-D leaves. Ctrl-C stops the answer that is being written.

            Example:
              attnrl chat --system "Answer briefly." --temperature 0.6
            """)

    @Option(help: ArgumentHelp("The system message to start with.", valueName: "text"))
    var system: String?

    @OptionGroup var policy: PolicyArguments
    @OptionGroup var template: TemplateArguments
    @OptionGroup var tokens: ControlTokenArguments
    @OptionGroup(title: "Sampling") var sampling: SamplingArguments
    @OptionGroup(title: "Connection") var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        try await Connection.open(connection) { connection in
            let interrupts = SignalWatcher([.interrupt])
            let turns = ChatTurns(
                connection: connection, policy: policy.policy, template: template, tokens: tokens,
                sampling: sampling.options)
            try await converse(turns, interrupts)
            interrupts.stop()
        }
    }

    private func converse(_ turns: ChatTurns, _ interrupts: SignalWatcher) async throws {
        var conversation = Conversation(system: system)
        let current = CurrentAnswer()
        let watching = Task {
            for await _ in interrupts.signals where !current.cancel() { Self.hint() }
        }
        defer { watching.cancel() }
        greet()
        for await line in InputLines() {
            guard case .text(let text) = line else {
                Output.talk.line("that line is not valid UTF-8, and was not sent")
                Self.ask()
                continue
            }
            switch conversation.read(text) {
            case .nothing: break
            case .quit: return
            case .say(let text): Output.talk.line(text)
            case .answer:
                let answer = try await current.run { [conversation] in try await turns.answer(conversation) }
                conversation.add(answer: answer)
            }
            Self.ask()
        }
        Output.talk.line()
    }

    private func greet() {
        guard Output.talk.terminal.isInteractive else { return }
        Output.talk.line(
            Output.talk.terminal.style(.faint, "/system TEXT, /reset, /quit; Ctrl-C stops an answer, Ctrl-D leaves"))
        Self.ask()
    }

    private static func ask() {
        if Output.talk.terminal.isInteractive { Output.talk.write(Output.talk.terminal.style(.accent, "you> ")) }
    }

    private static func hint() {
        Output.talk.line()
        Output.talk.line(Output.talk.terminal.style(.faint, "/quit or Ctrl-D leaves"))
        ask()
    }
}
