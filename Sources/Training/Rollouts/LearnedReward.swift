import Basics
import Foundation
import Jobs
import ModelFiles
import Preferences
import Rewards
import Rollouts
import Sampling

/// Rewards from comparisons: a reward linear in mean hidden states, as a `reward_model` job fitted it.
struct LearnedReward: Sendable {
    private let reward: LinearReward
    private let prompts: PromptBuilder
    private let drawer: ResponseDrawer
    private let contextLength: Int
    /// The weights that the states are computed with.
    private let version: FixedVersion
    private let scores: VerdictScores

    /// - Throws: `JobError` if the file, its policy or its weights cannot be used.
    init(_ context: JobContext, engine: Engine, scores: VerdictScores) throws {
        let specification = context.specification
        let path = Self.path(of: specification.reward.model, besides: context.folder)
        reward = try Self.read(path)
        let policy = try Self.policy(of: reward, path: path, in: engine)
        // A job of this server wrote its own folder there; a file from a caller may name any.
        let source =
            JobID(specification.reward.model) == nil
            ? try Self.source(of: reward, path: path, policy) : try TrainingRun.source(at: reward.source)
        version = try FixedVersion(
            source, of: policy, in: engine, sharesServed: false, use: "The reward of \(path) is of these weights")
        prompts = PromptBuilder(policy, specification.data)
        contextLength = policy.configuration.contextLength
        drawer = ResponseDrawer(
            forJobsOn: engine, policy: policy, sampling: SamplingParameters(), version: version.number,
            waitSeconds: specification.limits.waitSeconds, ranks: context.ranks)
        self.scores = scores
    }

    /// The file of a reward that a specification names: by the job that fitted it, or by its path.
    ///
    /// - Parameter folder: Of a job of the same server.
    private static func path(of model: String, besides folder: URL) -> String {
        guard let job = JobID(model) else { return model }
        let jobs = folder.deletingLastPathComponent()
        return jobs.appendingPathComponent("\(job)").appendingPathComponent(LinearReward.fileName).path
    }

    /// The most bytes of a reward's file: more than a million weights.
    private static let mostBytes = 32 << 20

    /// Reads what a caller names as a reward, whatever that is.
    static func read(_ path: String) throws(JobError) -> LinearReward {
        let remedy = "Name the \(LinearReward.fileName) in the folder of a job of kind reward_model."
        let data: Data
        do throws(RegularFile.Problem) {
            data = try RegularFile.contents(of: path, atMost: mostBytes)
        } catch {
            throw .file(path: path, reason: "\(error) \(remedy)")
        }
        guard let reward = try? JSONDecoder().decode(LinearReward.self, from: data), reward.isFinite else {
            throw .file(path: path, reason: "It is no reward that this version of the program fitted. \(remedy)")
        }
        return reward
    }

    /// The policy whose states a reward is linear in.
    static func policy(of reward: LinearReward, path: String, in engine: Engine) throws(JobError) -> PolicyInfo {
        guard let policy = try? engine.policy(reward.policy) else { throw .policyUnloaded(policy: reward.policy) }
        let shape = policy.configuration
        guard reward.weights.count == shape.hiddenSize, 0...shape.layerCount ~= reward.layer else {
            throw .file(
                path: path,
                reason: "It is of a model of width \(reward.weights.count), layer \(reward.layer), and policy "
                    + "\"\(policy.name)\" has \(shape.hiddenSize) and \(shape.layerCount) layers. Load the model of "
                    + "\(reward.source) under that name.")
        }
        return policy
    }

    /// The folder of the weights whose states a reward of a file is linear in: one that the policy has a version of. So a file
    /// leads nowhere that loading does not.
    static func source(of reward: LinearReward, path: String, _ policy: PolicyInfo) throws(JobError) -> URL {
        guard policy.versions.contains(where: { $0.directory == reward.source }) else {
            throw .file(
                path: path,
                reason: "It is of the weights in \(reward.source), and policy \"\(policy.name)\" has no version of "
                    + "that folder. Load it as one, or name the reward_model job.")
        }
        return try TrainingRun.source(at: reward.source)
    }

    func judge(_ questions: [Judge.Question]) async throws -> [Judge.Answer] {
        var given: [GivenTokens] = [], places: [Int?] = []
        for question in questions {
            let prompt = try prompts.tokens(question.record)
            let response = try prompts.response(question.response, to: question.record)
            let fits = !prompt.isEmpty && !response.isEmpty && prompt.count + response.count <= contextLength
            places.append(fits ? given.count : nil)
            if fits { given.append(GivenTokens(prompt: prompt, response: response)) }
        }
        let states = try await drawer.states(of: given, layer: reward.layer)
        return places.map { place in
            let value = place.map { reward.reward(states[$0].response) }
            guard let value, value.isFinite else {
                let detail =
                    place == nil ? "it has no tokens, or more than the context of the reward" : "it is not finite"
                return Grade(Judgement(.internal, detail: detail), score: scores[.internal])
            }
            return Grade(Judgement(.undecided, detail: "a learned reward"), score: value)
        }
    }
}
