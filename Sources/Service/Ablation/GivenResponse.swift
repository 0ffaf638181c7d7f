import Influence
import ModelFiles
import Policy
import Rollouts
import Sampling
import Wire

/// The response as given, with its next-token distributions: the baseline for teacher-forced runs with a hidden step.
///
/// The distributions are computed once, for all steps; runs with a hidden step are compared while their logits are
/// available, and keep one number per token.
struct GivenResponse: Sendable {
    private let plan: AblationPlan
    private let engine: Engine
    private let record: DistributionRecord

    init(plan: AblationPlan, engine: Engine) async throws {
        self.plan = plan
        self.engine = engine
        let first = plan.steps.map(plan.firstAffected).min() ?? plan.tokenCount
        record = try DistributionRecord(
            positions: first..<plan.tokenCount,
            vocabulary: try engine.policy(plan.traced.message.policy).configuration.vocabularySize)
        try await compute(.record(record))
    }

    /// The effect of hiding a step from the tokens after it.
    func effect(ofHiding step: Int) async throws -> V1.ForcedEffect {
        let positions = plan.firstAffected(by: step)..<plan.tokenCount
        let comparison = try DistributionComparison(to: record, positions: positions)
        try await compute(.compare(comparison), hiding: plan.segmentation.ranges[step])
        let divergences = comparison.divergences
        var effect = V1.ForcedEffect()
        effect.divergence = Self.mean(divergences)
        effect.tokens = Int32(clamping: positions.count)
        effect.lowerBound = !record.isWhole
        let answer = plan.answerTokens.clamped(to: positions)
        guard !answer.isEmpty else { return effect }
        effect.answerTokens = Int32(clamping: answer.count)
        effect.answerDivergence = Self.mean(answer.map { divergences[$0 - positions.lowerBound] })
        let (hidden, visible) = (comparison.logprobs, record.givenLogprobs)
        effect.answerLogprobChange = answer.reduce(0.0) { sum, token in
            sum + Double(hidden[token - positions.lowerBound]) - Double(visible[token - record.positions.lowerBound])
        }
        return effect
    }

    private func compute(_ use: DistributionUse, hiding hidden: Range<Int>? = nil) async throws {
        var request = plan.request(upTo: plan.tokenCount)
        request.sampling.maxTokens = 0
        request.hidden = hidden
        request.distributions = use
        try await engine.run(request) { _ in }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
