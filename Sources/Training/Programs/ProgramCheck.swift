import Compute
import Jobs
import ModelFiles
import Policy
import Preferences
import Rewards
import Rollouts
import Tasks

/// Checks the parts of a specification that depend on this server: its policies and files.
///
/// Reads only the first record of the data, so that a check takes the same time for any file.
struct ProgramCheck: Sendable {
    let engine: Engine

    func problems(_ specification: JobSpecification) -> [SpecificationProblem] {
        policyProblems(specification) + dataProblems(specification) + axisProblems(specification)
            + rewardProblems(specification) + memoryProblems(specification)
    }

    /// Also refuses adapters that the policy cannot have.
    private func memoryProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        guard let policy = try? engine.policy(specification.policy) else { return [] }
        if specification.kind.has(.fits) { return pairProblems(specification, policy) }
        guard specification.kind.has(.trains) else { return [] }
        do {
            _ = try AdaptedStart(specification, policy)
            guard let excess = try JobMemory(specification, policy, engine).excess() else { return [] }
            return [problem("batch.microbatch_tokens", "\(specification.batch.microbatchTokens)", excess)]
        } catch {
            return [problem("adapter.rank", specification.adapter.rank.map(String.init) ?? "", "\(error)")]
        }
    }

    /// Pairs whose states do not fit into the memory that is free.
    private func pairProblems(
        _ specification: JobSpecification, _ policy: PolicyInfo, free: Int = MachineMemory.free
    ) -> [SpecificationProblem] {
        let pairs = specification.rewardModel.pairs, each = ComparedPair.memory(width: policy.configuration.hiddenSize)
        guard pairs * each > free else { return [] }
        return [
            problem(
                "reward_model.pairs", "\(pairs)",
                "Fitting a reward to so many takes up to \(MemoryError.inUnits(pairs * each)) of memory, and "
                    + "\(MemoryError.inUnits(free)) are free. Give at most \(free / each).")
        ]
    }

    private func policyProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        do {
            let policy = try engine.policy(specification.policy)
            let source = try TrainingRun.source(of: policy)
            if specification.evaluation.gradientPrompts > 0, let obstacle = GradientProbe.obstacle(policy, source) {
                return [
                    problem(
                        "evaluation.gradient_prompts", "\(specification.evaluation.gradientPrompts)", obstacle)
                ]
            }
            return policy.endOfSequence.isEmpty
                ? [
                    problem(
                        "policy", specification.policy,
                        "Policy \"\(policy.name)\" has no end-of-sequence token, so "
                            + "its responses never end. Set eos_token_id in its generation_config.json.")
                ] : []
        } catch {
            return [problem("policy", specification.policy, "\(error)")]
        }
    }

    private func dataProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        // What was chosen is read when the job begins.
        if let set = specification.preferenceSet {
            guard PreferenceSource.isName(set) else {
                return [problem("data.train", specification.data.train, PreferenceSource.nameRule)]
            }
            return layerProblems(specification)
        }
        var problems: [SpecificationProblem] = []
        let all = TrainingData.all(specification)
        for data in all {
            do {
                try Task.checkCancellation()
                let record = try data.firstRecord()
                if data.path == all.first?.path { problems += recordProblems(record, specification) }
            } catch {
                problems.append(problem(data.path, data.name, "\(error)"))
            }
        }
        return problems
    }

    private func recordProblems(_ record: DataRecord, _ specification: JobSpecification) -> [SpecificationProblem] {
        var problems: [SpecificationProblem] = []
        if specification.kind.has(.judges), specification.reward.kind == .task, record.task == nil {
            problems.append(
                problem(
                    "reward.kind", "task",
                    "The data belongs to no built-in task. Choose another reward, or a task's data."))
        }
        if let injection = BehaviorInjection(specification.data),
            injection.response(to: record, seed: specification.seed, index: 0) == nil
        {
            problems.append(
                problem(
                    "data.augment", specification.data.augment.rawValue,
                    "The first record is no sound solution of a built-in task that has room for it: graph, chain, or words "
                        + "as lists (words-shuffled). Name such data, or remove data.augment."))
        }
        if specification.kind.records == .pairs, record.rejected == nil {
            problems.append(problem("data.train", specification.data.train, PairData.noPairs))
        }
        if let policy = try? engine.policy(specification.policy) {
            do {
                _ = try PromptBuilder(policy, specification.data).tokens(record)
                problems += layerProblems(specification) + templateProblems(record, specification, policy)
            } catch {
                problems.append(problem("data.chat", "\(specification.data.chat)", "\(error)"))
            }
        }
        return problems + markProblems(record, specification)
    }

    /// Marks that the policy has no tokens for, or that the data have already.
    private func markProblems(_ record: DataRecord, _ specification: JobSpecification) -> [SpecificationProblem] {
        guard specification.kind.has(.abstracts), let policy = try? engine.policy(specification.policy) else {
            return []
        }
        let abstraction = specification.abstraction
        if let response = record.response, abstraction.withoutThinks(response) != response {
            return [
                problem(
                    "abstraction.think_open", abstraction.thinkOpen,
                    "The first record's response has it where a step begins: what follows would be taken for a think, and "
                        + "left out of what is judged. Choose a mark that the data do not have.")
            ]
        }
        do {
            _ = try LatentMarks(specification.abstraction, policy)
            return []
        } catch {
            return [problem("abstraction.think_open", abstraction.thinkOpen, "\(error)")]
        }
    }

    /// Axes of which the data to be asked have nothing, as far as its first record tells.
    private func axisProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        // Data that cannot be read is reported by itself.
        guard !specification.evaluation.axes.isEmpty, let data = TrainingData.heldOut(specification),
            let record = try? data.firstRecord()
        else { return [] }
        return specification.evaluation.axes.filter { record.versions($0, specification.evaluation).isEmpty }.map {
            problem(
                "evaluation.axes", $0.rawValue,
                "Neither the first record of \(data.name) nor a built-in task provides any \($0.rawValue). Put "
                    + ($0 == .subproblems
                        ? "a list of prompts and answers into subproblems" : "a text into \($0.rawValue)")
                    + ", or remove this axis.")
        }
    }

    private func layerProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        guard let policy = try? engine.policy(specification.policy) else { return [] }
        let (path, layer, layers) =
            specification.kind.has(.fits)
            ? ("reward_model.layer", specification.rewardModel.layer, policy.configuration.layerCount)
            : ("warm_start.layer", specification.warmStart.layer, policy.configuration.layerCount)
        if let layer, layer > layers {
            return [
                problem(path, "\(layer)", "Policy \"\(policy.name)\" has \(layers) layers. Give 0 to \(layers).")
            ]
        }
        return []
    }

    /// Refuses templates of a warm start that come to nothing: those that a chat template leaves out.
    private func templateProblems(
        _ record: DataRecord, _ specification: JobSpecification, _ policy: PolicyInfo
    ) -> [SpecificationProblem] {
        guard specification.kind.has(.curates) else { return [] }
        var seen: [[Int32]: Int] = [:]
        return specification.templatePrompts(policy).enumerated().compactMap { index, prompts in
            let path = "warm_start.templates[\(index)]", text = specification.warmStart.templates[index]
            do {
                let tokens = try prompts.tokens(record)
                if let earlier = seen.updateValue(index, forKey: tokens) {
                    return problem(
                        path, text,
                        "It makes the same prompt as templates[\(earlier)]. Give another, or, if the policy's chat template "
                            + "has no place for a system message or the records bring their own, set data.chat to false and "
                            + "put {prompt} into the templates.")
                }
                return tokens.isEmpty ? problem(path, text, "It makes a prompt without tokens. Give another.") : nil
            } catch {
                return problem(path, text, "\(error)")
            }
        }
    }

    private func rewardProblems(_ specification: JobSpecification) -> [SpecificationProblem] {
        guard specification.kind.has(.judges) else { return [] }
        if specification.reward.kind == .learned { return learnedRewardProblems(specification.reward.model) }
        guard specification.reward.kind == .regex else { return [] }
        do {
            _ = try PatternChecker(specification.reward.pattern)
            return []
        } catch {
            return [problem("reward.pattern", specification.reward.pattern, "\(error)")]
        }
    }

    private func learnedRewardProblems(_ path: String) -> [SpecificationProblem] {
        // What a job has fitted is looked for when this one begins: it may not have been fitted yet.
        guard !path.isEmpty, JobID(path) == nil else { return [] }
        do throws(JobError) {
            let reward = try LearnedReward.read(path)
            let policy = try LearnedReward.policy(of: reward, path: path, in: engine)
            _ = try LearnedReward.source(of: reward, path: path, policy)
            return []
        } catch {
            return [problem("reward.model", path, "\(error)")]
        }
    }

    private func problem(_ path: String, _ value: String, _ message: String) -> SpecificationProblem {
        SpecificationProblem(path: path, value: value, message)
    }
}
