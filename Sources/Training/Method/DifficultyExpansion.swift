public import Jobs

#if canImport(Glibc)
import Glibc
import Trees
#endif

/// Which of a prompt's initial rollouts are branched: the more of them, the less often the prompt is solved.
///
///     M = round(exp(-z) M'),     z = the share of right initial rollouts
///
/// With M' = 6 that is 6, 5, 4, 4, 3, 3, 2 rollouts for 0 to 6 right ones of 6; rounded up, as the released code does,
/// 6, 6, 5, 4, 4, 3, 3. Never more than there are.
///
/// Source: arXiv:2509.26628, difficulty-aware expansion; its released code for which rollouts. Departure from that code,
/// unless `rule` asks for it: M is rounded to the nearest, as the paper has it.
public struct DifficultyExpansion: Sendable, Hashable {
    public var rule: AdaptiveSpecification.Expansion
    /// M'
    public var most: Int

    public init(rule: AdaptiveSpecification.Expansion, most: Int) {
        self.rule = rule
        self.most = most
    }

    /// M: how many rollouts are branched.
    ///
    /// - Parameters:
    ///   - correct: Right ones among them.
    ///   - count: Initial rollouts, at least 1.
    public func count(correct: Int, of count: Int) -> Int {
        let share = exp(-Double(correct) / Double(count)) * Double(most)
        switch rule {
        case .round: return min(Int(share.rounded()), count)
        case .ceil: return min(Int(share.rounded(.up)), count)
        case .all: return min(most, count)
        }
    }

    /// Rollouts to branch, in order: of a mixed prompt the rarer kind first, the rest drawn from the other; of equally
    /// many, wrong ones first. Of a prompt whose rollouts are all alike, the first.
    ///
    /// - Parameters:
    ///   - isCorrect: For each initial rollout.
    ///   - draw: A number in 0..<n, uniformly.
    public func chosen(_ isCorrect: [Bool], draw: (_ n: Int) -> Int) -> [Int] {
        let right = isCorrect.indices.filter { isCorrect[$0] }, wrong = isCorrect.indices.filter { !isCorrect[$0] }
        let wanted = count(correct: right.count, of: isCorrect.count)
        if right.isEmpty || wrong.isEmpty { return Array(isCorrect.indices.prefix(wanted)) }
        let (rarer, other) = right.count < wrong.count ? (right, wrong) : (wrong, right)
        var chosen = Array(rarer.prefix(wanted)), rest = other
        while chosen.count < wanted { chosen.append(rest.remove(at: draw(rest.count))) }
        return chosen.sorted()
    }
}
