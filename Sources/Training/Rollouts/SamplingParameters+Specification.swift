import Jobs
import Rollouts
import Sampling

extension SamplingParameters {
    /// The sampling parameters of a job.
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
