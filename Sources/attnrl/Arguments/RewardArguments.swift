import ArgumentParser
import Rewards

/// How responses are judged.
struct RewardArguments: ParsableArguments {
    @Option(help: "How answers are judged.")
    var reward = RewardKind.math

    @Option(
        help: ArgumentHelp(
            "With --reward regex: captures the answer in its first group, as \"Answer: (.+)\".", valueName: "regex"))
    var pattern: String?

    @Flag(help: "With --reward exact or regex: upper and lower case are the same.")
    var ignoreCase = false

    enum RewardKind: String, ExpressibleByArgument, CaseIterable { case math, exact, regex }

    /// - Throws: `ValidationError` for options that do not go together and patterns that cannot be used.
    func kind() throws -> Reward.Kind {
        if reward != .regex, pattern != nil { throw ValidationError("--pattern goes with --reward regex only.") }
        switch reward {
        case .math:
            if ignoreCase { throw ValidationError("--ignore-case goes with --reward exact or regex only.") }
            return .math(MathChecker())
        case .exact: return .exact(ExactChecker(ignoresCase: ignoreCase))
        case .regex:
            guard let pattern else { throw ValidationError("--reward regex needs --pattern, as \"Answer: (.+)\".") }
            do {
                return .pattern(try PatternChecker(pattern, ignoresCase: ignoreCase))
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}
