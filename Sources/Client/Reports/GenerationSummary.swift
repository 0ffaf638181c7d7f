import Console
import Wire

/// A one-line summary of a generation.
enum GenerationSummary {
    /// Fewer tokens may come in one piece, and then took no time.
    private static let fewestPaced = 8

    /// For example `128 tokens in 2.40 s (53.4 tok/s, first after 80 ms), stopped at its end, seed 42`.
    static func line(_ record: GenerationRecord) -> String {
        let finished = record.responses.compactMap(\.finished)
        let tokens = finished.reduce(0) { $0 + Int($1.completionTokens) }
        let seconds = finished.map(\.totalSeconds).max() ?? 0
        let first = finished.map(\.firstTokenSeconds).min() ?? 0
        let many = record.responses.count > 1 ? " of \(record.responses.count) responses" : ""
        var parts = ["\(Figures.count(tokens, "token"))\(many) in \(Figures.seconds(seconds))"]
        // The first token of each response comes from the prefill, and says nothing about decode speed.
        let paced = tokens - finished.count
        if paced >= fewestPaced, seconds > first {
            let rate = Figures.brief(Double(paced) / (seconds - first))
            parts[0] += " (\(rate) tok/s, first after \(Figures.seconds(first)))"
        }
        parts.append(reasons(finished))
        if let seed = record.started?.sampling?.seed { parts.append("seed \(seed)") }
        return parts.joined(separator: ", ")
    }

    private static func reasons(_ finished: [V1.GenerationFinished]) -> String {
        var counts: [(phrase: String, count: Int)] = []
        for end in finished {
            if let index = counts.firstIndex(where: { $0.phrase == end.phrase }) {
                counts[index].count += 1
            } else {
                counts.append((end.phrase, 1))
            }
        }
        guard counts.count > 1 else { return counts.first?.phrase ?? "not finished" }
        return counts.map { "\($0.count) \($0.phrase)" }.joined(separator: ", ")
    }
}

extension V1.GenerationFinished {
    /// Why the response ended, in words.
    var phrase: String {
        switch reason {
        case .stop: stopText.isEmpty ? "ended by itself" : "stopped at \"\(SafeText.singleLine(stopText))\""
        case .length: "cut at the length limit"
        case .cancelled: "cancelled"
        default: "ended"
        }
    }
}
