import ArgumentParser
import Client
import Console
import Hosting
import Tools

/// The program's commands.
struct AttnRL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attnrl",
        abstract: "Serve a reasoning model and see where its attention says the reasoning turns.",
        discussion: """
            Try it on the small model that comes along:
              attnrl serve --shipped &
              attnrl data make words-shuffled --count 1 | jq -j .prompt > problem.txt
              attnrl trace --file problem.txt --temperature 0

            Settings: every flag has an environment variable and a config key. For
            --max-tokens they are ATTNRL_MAX_TOKENS=512, and `max-tokens: 512` in a YAML
            file: --config, ATTNRL_CONFIG, or $XDG_CONFIG_HOME/attnrl/config.yaml, where
            XDG_CONFIG_HOME is ~/.config if not set. A flag goes before the environment,
            the environment before the file, the file before the default.

            Results go to standard output, everything else to standard error.
            Exit codes: 0 success, 1 failure, 2 wrong usage, 100 the job failed,
            101 the job was cancelled, 124 the --timeout passed.
            """,
        version: "attnrl \(attnrlVersion)",
        groupedSubcommands: [
            CommandGroup(name: "Server", subcommands: HostingCommands.all + [PolicyCommand.self]),
            CommandGroup(name: "Client", subcommands: ClientCommands.texts),
            CommandGroup(name: "Training", subcommands: ClientCommands.training + ToolCommands.data),
            CommandGroup(name: "Other", subcommands: ToolCommands.measuring + [Doctor.self, Version.self]),
        ])
}
