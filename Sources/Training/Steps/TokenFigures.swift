import Policy
import Ranks
import Sampling

/// The results of passes for the tokens that a step trains on.
struct TokenFigures: Sendable {
    private(set) var logprobs: PerToken<Float>
    private(set) var entropies: PerToken<Float>
    private(set) var divergences: PerToken<Double>
    private(set) var isClipped: PerToken<Bool>
    /// The sum of the tokens' losses by group; NaN if a logit was not finite.
    private var losses: [Double]
    private var isComputed: PerToken<Bool>

    /// - Parameters:
    ///   - count: The number of tokens the step trains on.
    ///   - groups: The number of groups its trees are divided into.
    init(count: Int, groups: Int) {
        losses = Array(repeating: 0, count: groups)
        isComputed = PerToken(repeating: false, count: count)
        logprobs = PerToken(repeating: 0, count: count)
        entropies = PerToken(repeating: 0, count: count)
        divergences = PerToken(repeating: 0, count: count)
        isClipped = PerToken(repeating: false, count: count)
    }

    /// The sum of all tokens' losses; NaN if a logit was not finite.
    var loss: Double { losses.reduce(0, +) }

    /// - Parameters:
    ///   - learnt: The token of each row of the result.
    ///   - group: The group that its trees belong to.
    mutating func add(_ result: TrainingResult, _ learnt: [LearntToken?], group: Int) {
        for (row, token) in learnt.enumerated() {
            guard let token, !result.logprobs[row].isNaN else { continue }
            logprobs[token] = result.logprobs[row]
            entropies[token] = result.entropies[row]
            divergences[token] = result.divergences[row]
            isClipped[token] = result.isClipped[row]
            isComputed[token] = true
        }
        losses[group] += result.isFinite ? result.loss : .nan
    }

    /// The mean over the computed tokens, in nats.
    var meanEntropy: Double {
        let count = isComputed.values.count { $0 }
        return entropies.values.reduce(0) { $0 + Double($1) } / Double(max(count, 1))
    }
}

// MARK: Ranks

extension TokenFigures {
    /// These figures with those that other ranks have of their groups.
    ///
    /// - Parameter learnt: The tokens of each tree's rows.
    func completed(_ learnt: [[LearntToken?]], _ division: StepDivision, among ranks: Ranks) throws -> TokenFigures {
        guard ranks.count > 1 else { return self }
        func tokens(of rank: Int) -> [LearntToken] {
            learnt[division.trees(of: division.groups(of: rank))].flatMap { $0.compactMap(\.self) }
        }
        let own = encoded(tokens(of: ranks.index), groups: division.ownGroups)
        var figures = self
        let operation = "telling what passes came to"
        for (rank, message) in try ranks.gather(own.bytes, operation).enumerated()
        where rank != ranks.index {
            do {
                try figures.take(RankMessage(message), tokens(of: rank), groups: division.groups(of: rank))
            } catch {
                throw RankError.different(
                    operation: operation, rank: ranks.name(of: rank), what: "learns from other tokens")
            }
        }
        return figures
    }

    private func encoded(_ tokens: [LearntToken], groups: Range<Int>) -> RankMessage {
        var message = RankMessage()
        message.append(Array(losses[groups]))
        message.append(tokens.map { logprobs[$0] })
        message.append(tokens.map { entropies[$0] })
        message.append(tokens.map { divergences[$0] })
        message.append(tokens.map { isClipped[$0] })
        message.append(tokens.map { isComputed[$0] })
        return message
    }

    private mutating func take(_ message: RankMessage, _ tokens: [LearntToken], groups: Range<Int>) throws {
        var message = message
        losses.replaceSubrange(groups, with: try message.next(groups.count))
        for (token, value) in zip(tokens, try message.next(tokens.count) as [Float]) { logprobs[token] = value }
        for (token, value) in zip(tokens, try message.next(tokens.count) as [Float]) { entropies[token] = value }
        for (token, value) in zip(tokens, try message.next(tokens.count) as [Double]) { divergences[token] = value }
        for (token, value) in zip(tokens, try message.next(tokens.count) as [Bool]) { isClipped[token] = value }
        for (token, value) in zip(tokens, try message.next(tokens.count) as [Bool]) { isComputed[token] = value }
        guard message.isAtEnd else { throw RankMessage.Short() }
    }
}
