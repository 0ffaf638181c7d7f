public import ArgumentParser
public import Rewards
import Tasks

extension RewardKind: ExpressibleByArgument {
    /// A service elsewhere is asked by jobs alone.
    static let ofCommands = allCases.filter { $0 != .external }

    public init?(argument: String) {
        guard let kind = Self.ofCommands.first(where: { $0.rawValue == argument }) else { return nil }
        self = kind
    }

    public static var allValueStrings: [String] { ofCommands.map(\.rawValue) }
}

/// How answers are compared, beside the kind of comparison.
struct AnswerMatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --reward regex: captures the answer in its first group, as \"Answer: (.+)\".", valueName: "regex"))
    var pattern: String?

    @Flag(help: "With --reward exact or regex: upper and lower case are the same.")
    var ignoreCase = false

    /// - Throws: `ValidationError` for options that do not go together and patterns that cannot be used.
    func judge(_ kind: RewardKind) throws -> ResponseJudge {
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

/// How responses are judged.
struct RewardArguments: ParsableArguments {
    @Option(help: "How answers are judged. Built-in tasks' own records are checked by their task in any case.")
    var reward = RewardKind.math

    @OptionGroup var match: AnswerMatchArguments

    /// - Throws: As `AnswerMatchArguments.judge`.
    func judge() throws -> ResponseJudge { try match.judge(reward).withTaskChecks }
}
