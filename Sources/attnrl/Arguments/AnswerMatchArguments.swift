import ArgumentParser

/// How answers are compared by kinds of reward that compare texts.
struct AnswerMatchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --reward regex: captures the answer in its first group, as \"Answer: (.+)\".", valueName: "regex"))
    var pattern: String?

    @Flag(help: "With --reward exact or regex: upper and lower case are the same.")
    var ignoreCase = false
}
