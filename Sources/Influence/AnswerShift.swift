import Foundation

/// The result stated by one drawn response.
public enum DrawnAnswer: Sendable, Hashable {
    case stated(String)
    /// No result is stated, for example because the response was cut off first.
    case unstated
}

/// How two sets of drawn answers differ: those drawn with something in place, and those drawn without it.
///
/// With c[a] and d[a] the counts of answer a in the base's n and the ablated set's m draws, and A the answers that occur
/// in either:
///
///     total variation = 1/2 sum over A of |c[a] / n - d[a] / m|                        in [0, 1]
///     divergence      = sum over A of p[a] ln(p[a] / q[a]),   p[a] = (c[a] + 1) / (n + |A|),  q[a] = (d[a] + 1) / (m + |A|)
///     changed         = share of the m draws that are not the base's most frequent answer
///
/// Adding one to each count (Laplace) keeps the divergence finite if an answer occurs on one side only; it also pulls
/// small sets towards each other. Two sets of n draws from one distribution differ by chance, in total variation by up
/// to about sqrt(|A| / (pi n)) on average. An unstated answer counts as an answer like any other.
public struct AnswerShift: Sendable, Equatable {
    /// How often an answer was drawn.
    public struct Count: Sendable, Equatable {
        public let answer: DrawnAnswer
        public let base: Int
        public let ablated: Int

        public init(answer: DrawnAnswer, base: Int, ablated: Int) {
            self.answer = answer
            self.base = base
            self.ablated = ablated
        }
    }

    /// Every answer seen; most frequent in the base first, then most frequent in the ablated set, then by text.
    public let counts: [Count]
    public let totalVariation: Double
    /// In nats.
    public let divergence: Double
    public let changed: Double

    /// - Precondition: Neither set is empty.
    public init(base: [DrawnAnswer], ablated: [DrawnAnswer]) {
        precondition(
            !base.isEmpty && !ablated.isEmpty, "\(base.count) and \(ablated.count) answers have no distributions")
        counts = Self.counts(base, ablated)
        let (n, m, kinds) = (Double(base.count), Double(ablated.count), Double(counts.count))
        totalVariation = counts.reduce(0) { $0 + abs(Double($1.base) / n - Double($1.ablated) / m) } / 2
        divergence = max(
            0,
            counts.reduce(0) { sum, count in
                let p = (Double(count.base) + 1) / (n + kinds), q = (Double(count.ablated) + 1) / (m + kinds)
                return sum + p * log(p / q)
            })
        changed = 1 - Double(counts[0].ablated) / m
    }

    private static func counts(_ base: [DrawnAnswer], _ ablated: [DrawnAnswer]) -> [Count] {
        var tally: [DrawnAnswer: (base: Int, ablated: Int)] = [:]
        for answer in base { tally[answer, default: (0, 0)].base += 1 }
        for answer in ablated { tally[answer, default: (0, 0)].ablated += 1 }
        return tally.map { Count(answer: $0, base: $1.base, ablated: $1.ablated) }.sorted { a, b in
            (b.base, b.ablated, a.answer.order) < (a.base, a.ablated, b.answer.order)
        }
    }
}

extension DrawnAnswer {
    /// A sort key: stated answers by text, then unstated ones.
    fileprivate var order: String {
        switch self {
        case .stated(let text): "0" + text
        case .unstated: "1"
        }
    }
}
