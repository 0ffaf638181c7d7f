import Rewards
import Trees

/// Metrics of a step's groups. A metric with nothing to count is omitted.
struct GroupFigures {
    let metrics: [String: Double]

    /// - Parameter drawn: All groups of the step.
    init(_ drawn: [ResponseGroup], kept: Int) {
        let members = drawn.flatMap(\.members)
        // Feedback's responses were rewarded elsewhere, without a verdict, and not drawn here.
        let judged = members.filter { $0.verdict != nil }
        let groups = drawn.filter { $0.members.contains { $0.verdict != nil } }
        func isAll(_ verdict: Bool) -> (ResponseGroup) -> Bool {
            { $0.members.allSatisfy { ($0.verdict == .correct) == verdict } }
        }
        var metrics = [
            "prompts": Double(drawn.count), "prompts_kept": Double(kept), "rows": Double(members.count),
            "unjudged": Double(drawn.reduce(0) { $0 + $1.unjudged }),
        ]
        metrics["reward/mean"] = members.mean(\.reward)
        metrics["solved_all"] = groups.share(where: isAll(true))
        metrics["solved_none"] = groups.share(where: isAll(false))
        metrics["response/tokens"] = members.mean { Double($0.tokens.count) }
        metrics["response/cut"] = members.share { !$0.isComplete }
        metrics["policy/entropy"] = judged.mean(\.meanEntropy)
        for verdict in Verdict.allCases {
            metrics["verdict/\(verdict.rawValue.lowercased())"] = judged.share { $0.verdict == verdict }
        }
        self.metrics = metrics
    }
}

extension Array {
    /// The mean; nil if empty.
    func mean(_ value: (Element) -> Double) -> Double? {
        isEmpty ? nil : reduce(0) { $0 + value($1) } / Double(count)
    }

    /// The share of elements that satisfy a condition; nil if empty.
    func share(where isCounted: (Element) -> Bool) -> Double? {
        isEmpty ? nil : Double(count(where: isCounted)) / Double(count)
    }
}
