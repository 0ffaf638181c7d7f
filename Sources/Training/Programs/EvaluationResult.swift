import Tasks
import Trees

/// What an evaluation has found so far, as it is kept and told.
struct EvaluationResult: Sendable, Equatable, Codable {
    /// Of the prompts that were asked, in their order.
    var tallies: [PromptTally] = []
    /// Prompts left out because they were too long, or had no tokens.
    var skipped = 0

    mutating func add(_ more: EvaluationResult) {
        tallies += more.tallies
        skipped += more.skipped
    }

    /// By name, as a job's events have them. `eval/pass_at_k` is that of all the responses drawn for a prompt.
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
        return metrics
    }
}
