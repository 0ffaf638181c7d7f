import Policy

/// A given response with what was decided before each of its steps.
struct AnnotatedTrace: Sendable {
    /// A decision that was drawn before a step.
    struct Candidate: Sendable {
        /// Nil for one to act at once.
        let think: LatentMarks.Think?
        /// The log-probability of the step behind it.
        let stepLogprob: Double
        let reward: Double
        /// How much it counts in what is learnt of thinks, see `latentWeight`.
        var weight = 1.0
    }

    struct Step: Sendable {
        let tokens: [Int32]
        let candidates: [Candidate]
        /// The candidate that goes on.
        let chosen: Int
        /// How many of the decisions the policy would have made so were to think; the others were forced.
        let ownThinks: Int
        /// How many decisions were the policy's to make; 0 where a think has no room.
        let decisions: Int

        var think: LatentMarks.Think? { candidates[chosen].think }
    }

    let prompt: [Int32]
    private(set) var steps: [Step] = []
    /// The prompt and what follows it so far.
    private(set) var tokens: [Int32]

    init(prompt: [Int32]) {
        self.prompt = prompt
        tokens = prompt
    }

    /// A response without thinks, of which nothing is known.
    init(plain trace: SolutionTrace) {
        self.init(prompt: trace.prompt)
        for step in trace.steps {
            let act = Candidate(think: nil, stepLogprob: 0, reward: 0)
            add(Step(tokens: step, candidates: [act], chosen: 0, ownThinks: 0, decisions: 0))
        }
    }

    mutating func add(_ step: Step) {
        steps.append(step)
        tokens += (step.think?.tokens ?? []) + step.tokens
    }

    /// The thinks of all candidates, each with how much better it is than its group, as a tree to learn from.
    ///
    /// - Returns: The tree, and the advantage of each learnt token.
    func thinkTree(first: LearntToken) -> (tree: TrainingTree, advantages: [Double]) {
        var tree = TokenTree(prompt), advantages: [Double] = [], learnt: Set<TokenTree.Index> = []
        var place: TokenTree.Index = 0
        for step in steps {
            let gains = zip(latentAdvantages(step.candidates.map(\.reward)), step.candidates).map { $0 * $1.weight }
            var end = place
            for (index, candidate) in step.candidates.enumerated() {
                guard let think = candidate.think, index == step.chosen || gains[index] != 0 else { continue }
                let node = tree.add(Array(think.tokens[..<think.chosenCount]), to: place)
                if gains[index] != 0 {
                    learnt.insert(node)
                    advantages += repeatElement(gains[index], count: think.chosenCount)
                }
                guard index == step.chosen else { continue }
                let mark = Array(think.tokens[think.chosenCount...])
                end = mark.isEmpty ? node : tree.add(mark, to: node)
            }
            place = tree.add(step.tokens, to: end)
        }
        return (TrainingTree(tree, first: first) { learnt.contains($0) }, advantages)
    }

    /// The response with its thinks, as one sequence to learn.
    ///
    /// - Returns: The tree, and of each learnt token whether it belongs to a step of the given response.
    func responseTree(first: LearntToken, learnsPrompt: Bool) -> (tree: TrainingTree, isStep: [Bool]) {
        var tree = TokenTree(prompt), isStep = learnsPrompt ? prompt.map { _ in false } : []
        var place: TokenTree.Index = 0
        for step in steps {
            if let think = step.think {
                place = tree.add(think.tokens, to: place)
                isStep += think.tokens.map { _ in false }
            }
            place = tree.add(step.tokens, to: place)
            isStep += step.tokens.map { _ in true }
        }
        return (TrainingTree(tree, first: first) { $0 != 0 || learnsPrompt }, isStep)
    }
}
