import Jobs
import Rollouts
import Sampling

extension SamplingParameters {
    /// As a job draws.
    init(_ specification: RolloutSpecification) {
        self.init()
        temperature = Float(specification.temperature)
        topP = Float(specification.topP)
        topK = specification.topK
        minP = Float(specification.minP)
        stopTexts = specification.stop
        maxTokens = specification.maxTokens
    }
}
