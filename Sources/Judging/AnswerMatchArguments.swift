package import ArgumentParser
package import Rewards
package import Tasks

/// How answers are compared, apart from the kind of comparison.
package struct AnswerMatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --reward regex: captures the answer in its first group, as \"Answer: (.+)\".", valueName: "regex"))
    package var pattern: String?

    @Flag(help: "With --reward exact or regex: upper and lower case are the same.")
    package var ignoreCase = false

    package init() {}

    /// - Throws: `ValidationError` for incompatible options and invalid patterns.
    package func judge(_ kind: RewardKind) throws -> ResponseJudge {
        if kind == .regex, pattern == nil {
            throw ValidationError("--reward regex needs --pattern, as \"Answer: (.+)\".")
        }
        if kind != .regex, pattern != nil { throw ValidationError("--pattern goes with --reward regex only.") }
        if kind != .regex, kind != .exact, ignoreCase {
            throw ValidationError("--ignore-case goes with --reward exact or regex only.")
        }
        do {
            guard let judge = try ResponseJudge(kind, pattern: pattern ?? "", ignoresCase: ignoreCase) else {
                throw ValidationError("--reward \(kind.rawValue) goes with jobs only.")
            }
            return judge
        } catch let problem as PatternChecker.Problem {
            throw ValidationError(problem.description)
        }
    }
}
