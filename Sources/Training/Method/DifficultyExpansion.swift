public import Jobs

#if canImport(Glibc)
import Glibc
import Trees
#endif

/// Which of a prompt's initial rollouts are branched: the more often the prompt is solved, the fewer.
///
///     M = round(exp(-z) M'),     z = the share of right initial rollouts
///
/// With M' = 6 that is 6, 5, 4, 4, 3, 3, 2 rollouts for 0 to 6 right ones out of 6; rounding up, as the released code
/// does, gives 6, 6, 5, 4, 4, 3, 3. Never more than there are initial rollouts.
///
/// Source: arXiv:2509.26628, difficulty-aware expansion; its released code for which rollouts. Departure from that
/// code, unless `rule` asks for it: M is rounded to the nearest, as in the paper.
public struct DifficultyExpansion: Sendable, Hashable {
    public var rule: AdaptiveSpecification.Expansion
    /// M'
    public var most: Int

    public init(rule: AdaptiveSpecification.Expansion, most: Int) {
        self.rule = rule
        self.most = most
    }

    /// M: the number of rollouts to branch.
    ///
    /// - Parameters:
    ///   - correct: The number of right ones among them.
    ///   - count: The number of initial rollouts; at least 1.
    public func count(correct: Int, of count: Int) -> Int {
        let share = exp(-Double(correct) / Double(count)) * Double(most)
        switch rule {
        case .round: return min(Int(share.rounded()), count)
        case .ceil: return min(Int(share.rounded(.up)), count)
        case .all: return min(most, count)
        }
    }

    /// The wrong rollouts among those to branch, in order: the first M.
    public func failed(_ isCorrect: [Bool]) -> [Int] {
        let wrong = isCorrect.indices.filter { !isCorrect[$0] }
        return Array(wrong.prefix(count(correct: isCorrect.count - wrong.count, of: isCorrect.count)))
    }

    /// The rollouts to branch, in order. For a mixed prompt, all of the rarer kind first and the rest drawn from the
    /// other; if both are equally many, wrong ones first. For a prompt whose rollouts are all alike, the first ones.
    ///
    /// - Parameters:
    ///   - isCorrect: For each initial rollout.
    ///   - draw: Draws a number in 0..<n, uniformly.
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
