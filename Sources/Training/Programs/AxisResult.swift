import Jobs
import Tasks

/// What an axis of an evaluation found of one prompt.
struct AxisTally: Sendable, Equatable, Codable {
    /// `EvaluationSpecification.Axis` by name.
    let axis: String
    /// The prompt itself, asked without help.
    let plain: PromptTally
    /// The versions of the axis that were asked: one, or a part each.
    let versions: [PromptTally]
}

extension [AxisTally] {
    /// Figures by name, each a mean over the prompts that have the axis, with a margin where there is one.
    var metrics: [String: Double] {
        var metrics: [String: Double] = [:]
        for axis in EvaluationSpecification.Axis.allCases {
            let tallies = filter { $0.axis == axis.rawValue }
            guard !tallies.isEmpty else { continue }
            let name = "eval/\(axis.rawValue)/"
            // A prompt of which any part was not judged says nothing.
            let judged = tallies.filter { $0.plain.judged > 0 && $0.versions.allSatisfy { $0.judged > 0 } }
            metrics[name + "prompts"] = Double(judged.count)
            func add(_ key: String, _ value: (AxisTally) -> Double) {
                guard !judged.isEmpty else { return }
                let (mean, margin) = PassRate.mean(judged.map(value))
                metrics[name + key] = mean
                if margin.isFinite { metrics[name + key + "_margin"] = margin }
            }
            if axis == .subproblems {
                add("accuracy") { $0.shares.reduce(0, +) / Double($0.shares.count) }
                add("chained") { chainedParts($0.shares).chained }
                add("all") { chainedParts($0.shares).all }
                add("gain") { chainedParts($0.shares).all - $0.plain.share }
            } else {
                add("accuracy") { $0.shares[0] }
                add("gain") { $0.shares[0] - $0.plain.share }
            }
        }
        return metrics
    }
}

extension AxisTally {
    fileprivate var shares: [Double] { versions.map(\.share) }
}

extension PromptTally {
    /// The share of judged responses that are right.
    fileprivate var share: Double { Double(correct) / Double(judged) }
}
