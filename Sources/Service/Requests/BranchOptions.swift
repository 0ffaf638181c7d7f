import Influence
import Rollouts
import Sampling
import Wire

extension FieldProblems {
    /// More points than any response has steps are meaningless, and cost memory.
    private static var branchLimit: Int32 { 4096 }

    /// - Parameter path: Path of the field that holds the options.
    mutating func branchOptions(
        _ message: V1.BranchOptions?, path: String = "options", includesAfterThinking: Bool
    ) -> BranchOptions {
        let message = message ?? V1.BranchOptions()
        var options = BranchOptions()
        options.includesAfterThinking = includesAfterThinking
        options.strategy = strategy(message.strategy, path)
        // As written: 0.8 means the quantile 0.8, not the nearest float.
        if options.strategy.hasQuantile, let quantile = message.quantile.flatMap({ Double("\($0)") }) {
            options.quantile = value(
                quantile, in: 0...1, or: options.quantile, "\(path).quantile",
                "\(quantile) is outside [0, 1]. \(options.quantile) is the method's.")
        }
        options.seed = message.seed ?? .random(in: 0...UInt64.max)
        if let count = message.count {
            options.count = Int(
                value(
                    count, in: 1...Self.branchLimit, or: 1, "\(path).count",
                    "\(count) branch points. Ask for 1 to \(Self.branchLimit)."))
        }
        switch message.minimumGap {
        case nil: break
        case .minGapTokens(let tokens):
            let least = value(
                tokens, in: 0...Int32.max, or: 0, "\(path).min_gap_tokens", "\(tokens) tokens. Give at least 0.")
            options.minimumGap = .tokens(Int(least))
        case .minGapFraction(let share):
            let least = value(
                share, in: 0...1, or: 0, "\(path).min_gap_fraction",
                "\(share) is outside [0, 1], a share of the response.")
            options.minimumGap = .fraction(Double(least))
        }
        return options
    }

    private mutating func strategy(_ message: V1.BranchStrategy, _ path: String) -> BranchStrategy {
        if message == .unspecified { return .attention }
        if let strategy = BranchStrategy(rawValue: message.name) {
            if strategy.looksAhead {
                add(
                    "\(path).strategy", value: message.name,
                    "\(strategy.rawValue) draws ahead and prunes what goes on alike, which only training jobs do. Choose "
                        + "another, such as token_entropy.")
            }
            return strategy
        }
        let number = message.rawValue
        add("\(path).strategy", value: "\(number)", "\(number) is not a strategy this server knows.")
        return .firstSteps
    }
}

extension TokenDetail {
    /// The token statistics that a strategy needs.
    init(_ needs: BranchStrategy.Needs) {
        self.init(logprobs: needs.contains(.logprobs), entropies: needs.contains(.entropies))
    }
}
