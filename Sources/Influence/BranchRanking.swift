/// How a strategy ranks the eligible steps.
struct BranchRanking {
    /// Steps in the order in which they are tried.
    var candidates: [Int]
    /// One for each step; empty for strategies that only look at positions.
    var scores: [Float] = []
    /// The score a candidate had to reach; 0 if there is no threshold.
    var threshold: Float = 0
    /// Why a candidate was chosen.
    var reason: (Int) -> String

    /// - Parameter eligible: The steps that can be chosen.
    init(_ input: BranchInput, options: BranchOptions, eligible: Range<Int>) throws(BranchError) {
        let strategy = options.strategy
        switch strategy {
        case .attention, .excess:
            let scores = try input.attentionScores(scored: eligible, strategy: strategy)
            let name = strategy == .excess ? "excess" : "influence"
            self.init(influence: scores, quantile: options.quantile, eligible: eligible, name: name)
            if let priority = input.priority { order(by: priority) }
        case .kurtosis:
            self.init(try input.attentionScores(scored: eligible, strategy: strategy), eligible) {
                "receiver heads give it a mean attention of \(brief($0))"
            }
        case .tokenEntropy:
            self.init(try input.tokenEntropyScores(strategy: strategy), eligible) {
                "holds a token of entropy \(brief($0)) nats"
            }
        case .lowProbability:
            self.init(try input.surpriseScores(strategy: strategy), eligible) {
                "holds a token of log-probability \(brief(-$0))"
            }
        case .sentenceEntropy:
            self.init(try input.meanEntropyScores(strategy: strategy), eligible) {
                "mean token entropy \(brief($0)) nats"
            }
        case .random:
            self.init(input.randomScores(seed: options.seed), eligible) { _ in "drawn at random" }
        case .latr:
            let seconds = try input.tiedProbabilities(eligible: eligible, options.tie)
            self.init(candidates: eligible.filter { seconds[$0] > 0 }, scores: seconds) {
                "another first token had a probability of \(brief(seconds[$0])), nearly the most probable one's"
            }
        case .pivot:
            let drawn = options.pivot.drawn(input.segmentation, eligible: eligible, seed: options.seed)
            self.init(candidates: drawn.order, scores: drawn.probabilities) { step in
                "drawn as a pivot, with probability \(brief(drawn.probabilities[step]))"
            }
        case .fixedSegment:
            self.init(segments: options.count, of: input.segmentation, eligible: eligible)
        case .firstSteps:
            self.init(candidates: Array(eligible)) { _ in "among the earliest steps after the first" }
        }
    }

    /// Attention-based tree branching: steps with y[k] at or above a quantile of y over all response steps, earliest
    /// first. If that quantile is 0, because most steps have no influence, the smallest positive y replaces it: a step
    /// without influence is never a candidate.
    ///
    /// Source: arXiv:2509.26628, quantile 0.8, and its code for counting zeros.
    ///
    /// - Parameter influence: y, 0 for steps that cannot be chosen. Shape [K].
    private init(influence: [Float], quantile share: Double, eligible: Range<Int>, name: String) {
        let response = influence.dropFirst()
        var threshold = response.isEmpty ? 0 : quantile(share, of: response)
        if threshold <= 0 { threshold = response.filter { $0 > 0 }.min() ?? 0 }
        self.init(
            candidates: eligible.filter { influence[$0] > 0 && influence[$0] >= threshold },
            scores: influence, threshold: threshold
        ) { "\(name) \(brief(influence[$0])), at least \(brief(threshold))" }
    }

    /// Tries those of greater priority first, the earlier among equals.
    private mutating func order(by priority: [Float]) {
        candidates.sort { (priority[$1], $0) < (priority[$0], $1) }
        let reason = reason
        self.reason = { "\(reason($0)); priority \(brief(priority[$0]))" }
    }

    /// The steps that start nearest to i / (N + 1) of the response, i = 1...N; the earlier one if two are equally near.
    ///
    /// Source: TreePO, which branches between segments of fixed length; here moved to the steps' starts.
    private init(segments count: Int, of segmentation: StepSegmentation, eligible: Range<Int>) {
        let parts = min(count, eligible.count) + 1
        var places: [Int: Int] = [:]
        for place in 1..<parts {
            let target = segmentation.promptLength * parts + segmentation.responseLength * place
            let distance = { (step: Int) in abs(segmentation.ranges[step].lowerBound * parts - target) }
            let step = eligible.filter { places[$0] == nil }.min { distance($0) < distance($1) }
            if let step { places[step] = place }
        }
        self.init(candidates: places.keys.sorted()) { step in
            "starts nearest to \(places[step] ?? 0)/\(parts) of the response"
        }
    }

    /// Greatest score first, the earlier step among equals.
    ///
    /// - Parameter reason: Why a step of such a score was chosen.
    private init(_ scores: [Float], _ eligible: Range<Int>, reason: @escaping (_ score: Float) -> String) {
        self.init(candidates: eligible.sorted { (scores[$1], $0) < (scores[$0], $1) }, scores: scores) {
            reason(scores[$0])
        }
    }

    private init(
        candidates: [Int], scores: [Float] = [], threshold: Float = 0, reason: @escaping (_ step: Int) -> String
    ) {
        self.candidates = candidates
        self.scores = scores
        self.threshold = threshold
        self.reason = reason
    }
}
