import ArgumentParser
import Judging
import Rewards
import Wire

/// How the server judges responses.
struct VerifierArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The right answer, so that responses are judged and nodes have values.", valueName: "answer")
    )
    var truth: String?

    @Option(help: "How answers are judged: against --truth, or by the checker of a built-in task. (default: math)")
    var reward: RewardKind?

    @OptionGroup var match: AnswerMatchArguments

    func validate() throws {
        let kind = reward ?? .math
        if kind == .task {
            if truth != nil { throw ValidationError("--truth does not go with --reward task, which needs none.") }
        } else if truth == nil, reward != nil || match.pattern != nil || match.ignoreCase {
            throw ValidationError("--reward \(kind.rawValue) needs --truth, the right answer.")
        }
        _ = try match.judge(kind)
    }

    /// Nil if nothing is to be judged.
    var message: V1.Verifier? {
        guard truth != nil || reward == .task else { return nil }
        var verifier = V1.Verifier()
        verifier.kind = V1.VerifierKind(word: reward ?? .math)
        verifier.truth = truth ?? ""
        verifier.pattern = match.pattern ?? ""
        verifier.ignoreCase = match.ignoreCase
        return verifier
    }
}
