import Jobs
import Rewards
import Rollouts
import Tasks
import Trees

/// How much a policy could learn from rewards, from how often it solves each prompt:
///
///     rewards differ = mean over prompts of a (1 - a),   a the probability that a response is right
///
/// estimated without bias as n / (n - 1) times that of the shares of n responses, so that it does not depend on how many
/// were drawn. The histogram has prompts that are never and always solved apart from the quarters between.
///
/// Source: Behavior Injection (arXiv:2505.18917), by which a step's influence is proportional to sqrt(a (1 - a)) K.
struct Readiness {
    /// Names of the histogram's parts, in order.
    static let parts = ["none", "0_to_25", "25_to_50", "50_to_75", "75_to_100", "all"]

    let metrics: [String: Double]

    /// - Parameter tallies: Of prompts with several responses each; others say nothing.
    init(_ tallies: [PromptTally]) {
        let shares = tallies.filter { $0.judged > 1 }.map { (right: $0.correct, of: $0.judged) }
        var metrics: [String: Double] = [:]
        if !shares.isEmpty {
            for (part, name) in Self.parts.enumerated() {
                metrics["eval/solved_" + name] = shares.share { Self.part($0.right, of: $0.of) == part }
            }
            metrics["eval/reward_variance"] = shares.mean { Self.variance($0.right, of: $0.of) }
        }
        self.metrics = metrics
    }

    static func variance(_ right: Int, of count: Int) -> Double {
        Double(right * (count - right)) / Double(count * (count - 1))
    }

    private static func part(_ right: Int, of count: Int) -> Int {
        if right == 0 { return 0 }
        if right == count { return 5 }
        // A share on a border belongs to the quarter below it.
        return (4 * right + count - 1) / count
    }
}

extension Evaluation {
    /// Compares the gradients of the responses to the first prompts, those that the evaluation asked.
    func gradientMetrics(_ probe: GradientProbe, version: Int, step: Int) async throws -> [String: Double] {
        let wanted = min(specification.evaluation.gradientPrompts, count)
        let (usable, drawn) = try await answers(to: 0..<wanted, version: version)
        let questions = zip(usable, drawn).map { asked, responses in
            responses.map { Judge.Question(record: asked.record, response: $0.text) }
        }
        let judgements = try await judge.judge(groups: questions, job: "\(job)", step: step, label: "gradients")
        var agreement = GradientAgreement(), found: [(prompt: GradientAgreement.Prompt, right: Int, judged: Int)] = []
        for (asked, (responses, answers)) in zip(usable, zip(drawn, judgements.groups)) {
            try Task.checkCancellation()
            // A response that nobody judged is left out.
            let judged = zip(responses, answers).compactMap { response, grade in
                grade.map { (tokens: response.rollout.tokens, isRight: $0.verdict == .correct) }
            }
            let gradients = try judged.map {
                (gradient: try probe.gradient(of: $0.tokens, to: asked.prompt), isRight: $0.isRight)
            }
            found.append((agreement.add(gradients), judged.count { $0.isRight }, judged.count))
        }
        var metrics: [String: Double] = ["eval/gradients/prompts": Double(found.count)]
        metrics["eval/gradients/norm"] = found.mean { $0.prompt.norm }
        metrics["eval/gradients/influence"] = found.compactMap(\.prompt.influence).mean { $0 }
        metrics["eval/gradients/same_prompt"] = found.compactMap(\.prompt.cosine).mean { $0 }
        metrics["eval/gradients/other_prompts"] = agreement.across
        // What a step with these prompts would move, up to a factor.
        metrics["eval/gradients/readiness"] = found.compactMap { found in
            found.prompt.influence.map { $0 * Readiness.variance(found.right, of: found.judged).squareRoot() }
        }.mean { $0 }
        return metrics
    }
}
