import ArgumentParser
import Console
import ModelFiles
import Rollouts
import WireUV

/// Where to listen, and which limits to apply.
struct ListenArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Address to listen on; 0.0.0.0 for every interface.", valueName: "host"),
        transform: ListenHost.parse)
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one.", valueName: "port"))
    var port = Endpoint.usualPort

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Let pages from here ask in browsers, as https://example.org; * lets all. Can be given several times.",
            valueName: "origin"))
    var corsOrigin: [String] = []

    @Option(help: ArgumentHelp("The longest request message, and HTTP body.", valueName: "bytes"))
    var maxMessage = ByteCount(bytes: 4 << 20, text: "4MiB")

    @Option(help: ArgumentHelp("When told to stop, how long requests in flight may take to finish.", valueName: "time"))
    var grace = TimeSpan(seconds: 30, text: "30s")

    mutating func validate() throws {
        guard 0...65535 ~= port else { throw ValidationError("--port is \(port). Give 0 to 65535.") }
        guard 1024...(1 << 30) ~= maxMessage.bytes else {
            throw ValidationError("--max-message is \(maxMessage). Give 1KiB to 1GiB.")
        }
    }

    /// The longest HTTP body: parsed JSON takes many times the memory of its text.
    private static let longestBody = 64 << 20

    var options: ServerOptions {
        var options = ServerOptions()
        options.host = host
        options.port = port
        options.maxMessageBytes = maxMessage.bytes
        options.maxHTTPBodyBytes = min(maxMessage.bytes, Self.longestBody)
        return options
    }
}

/// How the machine is used.
struct EngineArguments: ParsableArguments {
    @Option(help: "What to compute in; auto chooses by processor and stored format.")
    var precision = PrecisionChoice.auto

    @Option(help: ArgumentHelp("Compute threads. (default: processors)", valueName: "count"))
    var threads: Int?

    @Option(help: ArgumentHelp("Key/value memory per policy. (default: a quarter of memory)", valueName: "bytes"))
    var kvCache: ByteCount?

    @Option(help: ArgumentHelp("Sequences computed at the same time. (default: 512)", valueName: "count"))
    var maxSequences: Int?

    @Option(help: ArgumentHelp("Tokens computed in one step. (default: 512)", valueName: "count"))
    var stepTokens: Int?

    @Option(
        help: ArgumentHelp("Requests in flight or waiting; more are refused. (default: 1024)", valueName: "count"))
    var maxRequests: Int?

    mutating func validate() throws {
        for (flag, value, range) in [
            ("--threads", threads, 1...1024), ("--max-sequences", maxSequences, 1...65536),
            ("--step-tokens", stepTokens, 1...65536), ("--max-requests", maxRequests, 1...1_000_000),
        ] {
            guard let value, !range.contains(value) else { continue }
            throw ValidationError("\(flag) is \(value). Give \(range.lowerBound) to \(range.upperBound).")
        }
        if let kvCache, kvCache.bytes < 1 << 20 {
            throw ValidationError("--kv-cache is \(kvCache). Give 1MiB or more, as in 4GiB.")
        }
    }

    var configuration: EngineConfiguration {
        var configuration = EngineConfiguration(threads: threads, keyValueBytes: kvCache?.bytes)
        configuration.maxSequences = maxSequences ?? configuration.maxSequences
        configuration.stepTokens = stepTokens ?? configuration.stepTokens
        configuration.requestLimit = maxRequests ?? configuration.requestLimit
        return configuration
    }
}
