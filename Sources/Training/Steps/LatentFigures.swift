/// What is reported of thinks.
struct LatentFigures {
    private var (decisions, ownThinks, steps, kept) = (0, 0, 0, 0)
    private var (thinks, thinkTokens) = (0, 0)
    private var (stepTokens, logprob) = (0, 0.0)
    private var (gains, gain) = (0, 0.0)

    init(_ traces: [AnnotatedTrace]) {
        for step in traces.flatMap(\.steps) {
            decisions += step.decisions
            ownThinks += step.ownThinks
            steps += 1
            kept += step.think == nil ? 0 : 1
            stepTokens += step.tokens.count
            logprob += step.candidates[step.chosen].stepLogprob
            let act = step.candidates.first { $0.think == nil }
            for candidate in step.candidates {
                guard let think = candidate.think else { continue }
                thinks += 1
                thinkTokens += think.length
                if let act {
                    gains += 1
                    gain += candidate.stepLogprob - act.stepLogprob
                }
            }
        }
    }

    /// The share of decisions that the policy made itself and that were to think.
    var rate: Double { Double(ownThinks) / Double(max(decisions, 1)) }
    /// The mean length of all thinks drawn, in tokens without marks.
    var length: Double { Double(thinkTokens) / Double(max(thinks, 1)) }
    /// Of the steps behind the decisions that went on, in nats a token.
    var crossEntropy: Double { -logprob / Double(max(stepTokens, 1)) }

    /// Metrics of a step.
    var metrics: [String: Double] {
        var metrics = [
            "think/rate": rate, "think/tokens": length, "think/kept": Double(kept) / Double(max(steps, 1)),
        ]
        // Where both were drawn at one place: what a think adds to the step's log-probability, in nats.
        if gains > 0 { metrics["think/gain"] = gain / Double(gains) }
        return metrics
    }
}
