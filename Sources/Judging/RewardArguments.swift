public import ArgumentParser
package import JSONCoding
public import Rewards
package import Tasks

/// How responses are judged.
package struct RewardArguments: ParsableArguments {
    @Option(help: "How answers are judged. Built-in tasks' own records are checked by their task in any case.")
    package var reward = RewardKind.math

    @OptionGroup package var match: AnswerMatchArguments

    package init() {}

    /// - Throws: As for `AnswerMatchArguments.judge`.
    package func judge() throws -> ResponseJudge { try match.judge(reward).withTaskChecks }
}

extension RewardKind: ExpressibleByArgument {
    static let ofCommands = allCases.filter { !$0.isOfJobs }

    public init?(argument: String) {
        guard let kind = Self.ofCommands.first(where: { $0.rawValue == argument }) else { return nil }
        self = kind
    }

    public static var allValueStrings: [String] { ofCommands.map(\.rawValue) }
}

extension StepFault {
    package var json: JSONValue { .fields(["step": .whole(step), "kind": .string(kind.rawValue)]) }
}
