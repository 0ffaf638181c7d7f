import Jobs

/// Which prompts a job's steps take from its data.
protocol PromptChoice: AnyObject {
    /// - Parameters:
    ///   - probe: Answers prompts where the choice depends on how hard they are.
    ///   - report: Takes figures of the choice.
    func next(
        _ count: Int, _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RecordStream.Item]

    /// Learns from how the first responses to prompts turned out.
    func observe(_ outcomes: [PromptOutcome], _ report: inout StepReport)
}

extension PromptChoice {
    func observe(_ outcomes: [PromptOutcome], _ report: inout StepReport) {}
}

/// The data's records one after another.
final class PromptsInOrder: PromptChoice {
    private let run: TrainingRun

    init(_ run: TrainingRun) { self.run = run }

    func next(
        _ count: Int, _ probe: PromptProbe, _ report: inout StepReport
    ) async throws -> [RecordStream.Item] { try run.stream.nextFromData(count) }
}
