import ArgumentParser

/// What every command takes.
struct CommonArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Read settings from this YAML file.", valueName: "file"))
    var config: String?
}

/// How results are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: tables, drawings, and plain text where text is the result.
    case table
    case json, jsonl
}

struct OutputArguments: ParsableArguments {
    @Option(name: [.short, .long], help: "How to write results: for people, as one JSON value, or as JSON lines.")
    var output = OutputFormat.table
}

/// Which server to ask, and for how long.
struct ConnectionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server to ask.", valueName: "host:port"), transform: Endpoint.init(parsing:))
    var server = Endpoint.usual

    @Option(help: ArgumentHelp("Give up after this long: 30s, 5m, 1h. 0 waits for ever.", valueName: "time"))
    var timeout = TimeSpan(seconds: 300, text: "5m")
}

/// Which of the server's policies to use.
struct PolicyArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The policy to use; not needed where only one is loaded.", valueName: "name"))
    var policy = ""
}
