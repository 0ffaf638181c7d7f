import ArgumentParser

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Make, check and tokenize training data; list the built-in tasks.",
        discussion: """
            Built-in tasks are generated, with solutions in steps and checkers for them.
            What a task is like is set by knobs: `graph:need=3-5,modulus=23`. Settings with
            names, such as graph-long, can be changed by knobs as well, and mixed:
            `0.7*graph-small+0.3*graph-long`.

            Examples:
              attnrl data tasks
              attnrl data make graph-long --count 500 --split held-out -o test.jsonl
              attnrl data check test.jsonl --responses
              attnrl data tokenizer --task graph-long -o ./tokenizer
            """,
        subcommands: [DataTasks.self, DataMake.self, DataCheck.self, DataTokenizer.self])
}
