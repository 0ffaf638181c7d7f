package import ArgumentParser
package import Rewards
package import Tasks

/// How responses are judged.
package struct RewardArguments: ParsableArguments {
    @Option(help: "How answers are judged. Built-in tasks' own records are checked by their task in any case.")
    package var reward = RewardKind.math

    @OptionGroup package var match: AnswerMatchArguments

    package init() {}

    /// - Throws: As `AnswerMatchArguments.judge`.
    package func judge() throws -> ResponseJudge { try match.judge(reward).withTaskChecks }
}
