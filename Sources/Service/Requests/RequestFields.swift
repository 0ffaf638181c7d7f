import Rollouts
import Sampling
import Wire

/// Fields shared by several requests.
extension FieldProblems {
    private static let topLogprobLimit: Int32 = 20

    mutating func detail(_ detail: V1.TokenDetail?, path: String = "detail") -> TokenDetail {
        let detail = detail ?? V1.TokenDetail()
        let alternatives = value(
            detail.topLogprobs, in: 0...Self.topLogprobLimit, or: 0, "\(path).top_logprobs",
            "\(detail.topLogprobs) alternatives. Give 0 to \(Self.topLogprobLimit).")
        return TokenDetail(logprobs: detail.logprobs, topLogprobs: Int(alternatives), entropies: detail.entropies)
    }

    mutating func priority(_ priority: V1.Priority) -> Priority {
        switch priority {
        case .unspecified, .interactive: return .interactive
        case .batch: return .batch
        default:
            add(
                "priority", value: "\(priority.rawValue)", "\(priority.rawValue) is not a priority this server knows."
            )
            return .interactive
        }
    }

    /// A given response, as tokens.
    mutating func nonEmpty(_ ids: [Int32]?, path: String) {
        if let ids, ids.isEmpty { add(path, "It has no tokens. Give some text or token ids.") }
    }
}
