import ArgumentParser
import Rewards

/// How responses are judged.
struct RewardArguments: ParsableArguments {
    @Option(help: "How answers are judged.")
    var reward = RewardKind.math

    @OptionGroup var match: AnswerMatchArguments

    enum RewardKind: String, ExpressibleByArgument, CaseIterable { case math, exact, regex }

    /// - Throws: `ValidationError` for options that do not go together and patterns that cannot be used.
    func kind() throws -> Reward.Kind {
        if reward != .regex, match.pattern != nil { throw ValidationError("--pattern goes with --reward regex only.") }
        switch reward {
        case .math:
            if match.ignoreCase { throw ValidationError("--ignore-case goes with --reward exact or regex only.") }
            return .math(MathChecker())
        case .exact: return .exact(ExactChecker(ignoresCase: match.ignoreCase))
        case .regex:
            guard let pattern = match.pattern else {
                throw ValidationError("--reward regex needs --pattern, as \"Answer: (.+)\".")
            }
            do {
                return .pattern(try PatternChecker(pattern, ignoresCase: match.ignoreCase))
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}
