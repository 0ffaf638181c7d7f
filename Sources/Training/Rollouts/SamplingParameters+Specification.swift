import Jobs
import Rollouts

extension SamplingParameters {
    /// As a job draws.
    ///
    /// - Parameter room: Tokens that responses can have at most.
    init(_ specification: RolloutSpecification, room: Int) {
        self.init()
        temperature = Float(specification.temperature)
        topP = Float(specification.topP)
        topK = specification.topK
        minP = Float(specification.minP)
        stopTexts = specification.stop
        maxTokens = min(specification.maxTokens, room)
    }
}

extension TrainingRun {
    /// Tokens that the context leaves for responses to the longest of some prompts.
    func room(_ prompts: [[Int32]]) -> Int { policy.maxSequenceTokens - (prompts.map(\.count).max() ?? 0) }

    func room(_ items: [RecordStream.Item]) -> Int { room(items.map(\.prompt)) }
}
