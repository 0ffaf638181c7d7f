import Console
import JSONCoding

/// What a policy could learn from rewards, by the metrics of an evaluation.
struct ReadinessReport {
    private static let width = 30
    private static let parts = [
        ("never", "none"), ("up to a quarter", "0_to_25"), ("up to half", "25_to_50"),
        ("up to three quarters", "50_to_75"),
        ("more, not always", "75_to_100"), ("always", "all"),
    ]
    private static let figures = [
        ("accuracy", "accuracy"), ("variance of rewards, 0.25 at most", "reward_variance"),
        ("cosine of gradients, same prompt", "gradients/same_prompt"),
        ("cosine of gradients, other prompts", "gradients/other_prompts"),
        ("co-influence of right against wrong", "gradients/influence"), ("length of a gradient", "gradients/norm"),
        ("co-influence times deviation of rewards", "gradients/readiness"),
    ]

    private let metrics: [String: Double]

    init(_ metrics: [String: Double]) { self.metrics = metrics }

    var json: JSONValue {
        .object(metrics.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: .number($0.value)) })
    }

    func lines(_ terminal: Terminal) -> [String] {
        var histogram = Table([.init(title: "solved"), .init(title: "prompts", isNumeric: true), .init(title: "")])
        for (name, key) in Self.parts {
            guard let share = metrics["eval/solved_" + key] else { continue }
            histogram.add([name, Figures.brief(100 * share) + "%", Bars.horizontal(share, width: Self.width)])
        }
        var table = Table([.init(title: "figure"), .init(title: "value", isNumeric: true)])
        for (name, key) in Self.figures {
            if let value = metrics["eval/" + key] { table.add([name, Figures.brief(value)]) }
        }
        return histogram.lines(terminal) + [""] + table.lines(terminal)
    }
}
