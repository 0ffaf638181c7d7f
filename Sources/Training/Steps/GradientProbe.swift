import Foundation
import Jobs
import ModelFiles
import Policy
import Rollouts

/// Gradients of responses' log-likelihoods, with respect to an adapter that changes nothing yet.
///
/// A new adapter's B is 0 and its A random, so that of the gradient with respect to a projection's weights W what is found is
/// dL/dB = dL/dW A^T: each row projected at random to `rank` numbers, which keeps inner products up to a common factor and a
/// relative error of about sqrt(2 / (rank rows)). So a few numbers for each output of each projection stand for all weights
/// but the embeddings, the norms and the head. Of a response the mean over its tokens is taken, so that long ones do not
/// outweigh others.
///
/// Everything follows from the seed.
final class GradientProbe {
    private let trainer: PolicyTrainer

    /// - Parameter folder: Of the weights; those of a version of the policy are used where it has them.
    /// - Throws: `JobError` for a policy that cannot have an adapter, or has one.
    init(_ specification: JobSpecification, _ policy: PolicyInfo, _ engine: Engine, folder: URL) throws {
        if let obstacle = Self.obstacle(policy, folder) { throw JobError.data(reason: obstacle) }
        let rank = specification.evaluation.gradientRank
        let shape = AdapterShape(
            rank: rank, alpha: Double(rank), stabilisesRank: false, targets: specification.adapter.targets,
            of: policy.configuration)
        let weights = try TrainingRun.weights(in: folder.path, policy, engine, policy.weightFormat)
        trainer = try PolicyTrainer(
            shape, on: weights, from: nil, seed: specification.seed, backend: engine.backend,
            precision: policy.precision,
            optimizer: specification.optimizer, compute: specification.compute,
            microbatchTokens: specification.batch.microbatchTokens)
    }

    /// Why a policy has no gradients of this kind; nil if it has.
    static func obstacle(_ policy: PolicyInfo, _ folder: URL) -> String? {
        if AdapterDirectory.exists(at: folder) {
            return
                "Version \(policy.version) of policy \"\(policy.name)\" is an adapter, and gradients are compared with "
                + "respect to another one. Set evaluation.gradient_prompts to 0, or merge it by `attnrl policy export "
                + "--adapter`."
        }
        return AdapterShape.obstacle(policy.configuration).map {
            "The gradients of policy \"\(policy.name)\" cannot be compared: \($0). Set evaluation.gradient_prompts to 0."
        }
    }

    /// The gradient of a response's mean log-likelihood, up to its sign.
    func gradient(of response: [Int32], to prompt: [Int32]) throws -> [Float] {
        try trainer.differentiate(response, to: prompt, scale: 1 / Double(max(response.count, 1)))
        return trainer.gradients
    }
}

extension PolicyTrainer {
    /// Leaves the gradient of a response's log-likelihood, negative and times a factor, and nothing else.
    func differentiate(_ response: [Int32], to prompt: [Int32], scale: Double = 1) throws {
        var tree = TokenTree(prompt)
        let leaf = tree.add(response, to: 0)
        clearGradients()
        _ = try accumulate(
            [TrainingTree(tree, first: LearntToken(0)) { $0 == leaf }], count: response.count, isAlone: true
        ) { rows in TrainingLoss(.likelihood, scale: rows.map { $0 == nil ? 0 : scale }) }
    }
}

extension TrainingRun {
    /// The gradient of a response's log-likelihood under the current parameters, of the head alone; of an adapter that is
    /// trained, of all of it. An update begins with other gradients.
    func headGradient(of response: [Int32], to prompt: [Int32]) throws -> [Float] {
        try trainer.differentiate(response, to: prompt)
        return trainer.headGradients
    }
}
