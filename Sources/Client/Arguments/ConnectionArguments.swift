import ArgumentParser
import Console

/// Which server to connect to, and for how long.
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
