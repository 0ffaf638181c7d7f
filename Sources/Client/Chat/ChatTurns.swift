import Console
import Wire

/// Requests answers and shows them as they arrive.
struct ChatTurns: Sendable {
    let connection: Connection
    let policy: String
    let template: TemplateArguments
    let tokens: ControlTokenArguments
    let sampling: V1.SamplingOptions

    /// Streams the answer to a conversation and returns it, or as much as arrived if the task is cancelled.
    ///
    /// A failed call is reported, and the conversation continues.
    func answer(_ conversation: Conversation) async throws -> String {
        var request = V1.GenerateRequest()
        request.policy = policy
        request.prompt = tokens.prompt(for: conversation.turns)
        try request.prompt?.changeChat { try template.apply(to: &$0) }
        request.sampling = sampling
        var record = GenerationRecord(count: 1)
        var view = TextView(count: 1, showsSteps: false)
        do {
            for try await response in connection.stream(V1.GenerationService.generate, request) {
                guard let event = response.event else { continue }
                record.add(event)
                view.show(event, record)
            }
        } catch {
            view.breakOff()
            guard !Task.isCancelled else {
                Output.talk.line(Output.talk.terminal.style(.faint, "(stopped)"))
                return record.responses[0].text
            }
            guard let status = error as? RPCError, status.code != .unavailable else { throw error }
            let failure = Failure(status, server: connection.server.description)
            Output.talk.line(failure.text(Output.talk.terminal.style))
            return ""
        }
        Output.talk.line(Output.talk.terminal.style(.faint, GenerationSummary.line(record)))
        return record.responses[0].text
    }
}
