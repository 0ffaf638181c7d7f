import Tasks
import Trees

/// The results of an evaluation so far, as stored and reported.
struct EvaluationResult: Sendable, Equatable, Codable {
    /// One for each prompt asked, in order.
    var tallies: [PromptTally] = []
    /// Prompts left out because they were too long or had no tokens.
    var skipped = 0
    /// What the axes found; nil in checkpoints from before there were any.
    var axes: [AxisTally]?

    mutating func add(_ more: EvaluationResult) {
        tallies += more.tallies
        skipped += more.skipped
        if let found = more.axes { axes = (axes ?? []) + found }
    }

    /// Metrics by name, as in a job's events. `eval/pass_at_k` is over all responses drawn for a prompt.
    func metrics(samples: Int) -> [String: Double] {
        let figures = EvaluationFigures(tallies, samples: samples)
        var metrics = [
            "eval/prompts": Double(tallies.count), "eval/skipped_prompts": Double(skipped),
            "eval/unjudged": Double(tallies.reduce(0) { $0 + $1.responses - $1.judged }),
        ]
        metrics["eval/pass_at_k"] = figures.passAtSamples
        for figure in figures.figures {
            metrics["eval/" + figure.key] = figure.value
            metrics["eval/" + figure.key + "_margin"] = figure.margin
        }
        metrics.merge(Readiness(tallies).metrics) { $1 }
        metrics.merge((axes ?? []).metrics) { $1 }
        return metrics
    }
}
