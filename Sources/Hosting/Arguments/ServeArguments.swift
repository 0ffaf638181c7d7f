import Access
import ArgumentParser
import Console
import Foundation
import Logging
import ModelFiles
import Rollouts
import Service
import Wire
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

    @Option(help: ArgumentHelp("Open connections; more are closed on arrival.", valueName: "count"))
    var maxConnections = 4096

    @Option(help: ArgumentHelp("When told to stop, how long requests in flight may take to finish.", valueName: "time"))
    var grace = TimeSpan(seconds: 30, text: "30s")

    mutating func validate() throws {
        guard 0...65535 ~= port else { throw ValidationError("--port is \(port). Give 0 to 65535.") }
        guard 1024...(1 << 30) ~= maxMessage.bytes else {
            throw ValidationError("--max-message is \(maxMessage). Give 1KiB to 1GiB.")
        }
        guard maxConnections >= 1 else { throw ValidationError("--max-connections must be at least 1.") }
    }

    /// The longest HTTP body: parsed JSON takes many times the memory of its text.
    private static let longestBody = 64 << 20

    var options: ServerOptions {
        var options = ServerOptions()
        options.host = host
        options.port = port
        options.maxMessageBytes = maxMessage.bytes
        options.maxConnections = maxConnections
        // A single message of the greatest length always fits.
        options.maxUnfinishedBytes = max(options.maxUnfinishedBytes, 4 * maxMessage.bytes)
        options.maxHTTPBodyBytes = min(maxMessage.bytes, Self.longestBody)
        return options
    }
}

/// How the machine is used.
struct EngineArguments: ParsableArguments {
    @Option(help: "What to compute in; auto chooses by processor and stored format.")
    var precision = PrecisionChoice.auto

    @Option(help: "What to keep weights in: numbers of the precision (auto), or blocks of 8 bits.")
    var weights = WeightsChoice.auto

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

/// Who may call, and what they may reach.
struct AccessArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve only callers with a key in this file; see `attnrl keys`. Read again on SIGHUP.", valueName: "file"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "Encrypt with this certificate: PEM, with those between it and its authority. Read again on SIGHUP.",
            valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The certificate's private key: PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Serve only clients with a certificate that one of these authorities signed: PEM.", valueName: "file"))
    var tlsClientCa: String?

    @Flag(help: "Listen where other machines can reach the server without keys or without TLS.")
    var insecure = false

    @Option(help: ArgumentHelp("Let policies be loaded only from below this folder.", valueName: "dir"))
    var modelsRoot: String?

    @Option(help: ArgumentHelp("Let jobs read data files only from below this folder.", valueName: "dir"))
    var dataRoot: String?

    @Option(help: ArgumentHelp("Let checkpoints be exported only to below this folder.", valueName: "dir"))
    var exportRoot: String?

    @Option(
        help: ArgumentHelp(
            "Write down who loads, switches, trains and exports what: JSON lines, at most twice 16 MiB.",
            valueName: "file"))
    var audit: String?

    mutating func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together. Give both.")
        }
        guard tlsClientCa == nil || tlsCert != nil else {
            throw ValidationError("--tls-client-ca needs TLS. Give --tls-cert and --tls-key.")
        }
    }

    func places() throws -> Places {
        var places = Places()
        for (flag, folder, place) in [
            ("--models-root", modelsRoot, \Places.models), ("--data-root", dataRoot, \Places.data),
            ("--export-root", exportRoot, \Places.exports),
        ] {
            guard let folder else { continue }
            var isFolder: ObjCBool = false
            guard !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) || isFolder.boolValue else {
                throw Failure("\(flag): \(folder) is no folder. Give one.")
            }
            do throws(PlaceProblem) {
                places[keyPath: place] = try Place(folder: folder)
            } catch {
                throw Failure("\(flag): \(error)")
            }
        }
        return places
    }

    func tls() throws -> TLSServer? {
        guard let tlsCert, let tlsKey else { return nil }
        let authority = tlsClientCa
        do throws(TLSError) {
            return try TLSServer { () throws(TLSError) in
                try .server(certificate: tlsCert, key: tlsKey, clientAuthority: authority)
            }
        } catch {
            throw Failure(error.description)
        }
    }

    func keyRing() throws -> KeyRing? { try keys.map { KeyRing(try KeyFile.read(from: $0)) } }
}
