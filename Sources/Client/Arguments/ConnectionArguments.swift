package import ArgumentParser
import Connecting
package import Console
import Foundation
import WireUV

/// How a client shows who it is, and how it knows the server.
package struct CredentialArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that holds the key to send; without it, ATTNRL_KEY is the key.", valueName: "file"))
    package var keyFile: String?

    @Option(
        help: ArgumentHelp(
            "Use TLS, and trust these certificate authorities instead of the system's: PEM.", valueName: "file"))
    package var tlsCa: String?

    @Option(help: ArgumentHelp("Use TLS, with this client certificate: PEM.", valueName: "file"))
    package var tlsCert: String?

    @Option(help: ArgumentHelp("The client certificate's private key: PEM.", valueName: "file"))
    package var tlsKey: String?

    package init() {}

    package mutating func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together. Give both.")
        }
    }

    func options(for server: Endpoint) throws -> ClientOptions {
        var credentials = Credentials()
        credentials.keyFile = keyFile
        credentials.key = ProcessInfo.processInfo.environment["ATTNRL_KEY"]
        credentials.authority = tlsCa
        credentials.certificate = tlsCert
        credentials.privateKey = tlsKey
        return try credentials.options(for: server)
    }
}

/// Which server to connect to, and for how long.
struct ConnectionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server to ask.", valueName: "host:port"), transform: Endpoint.init(parsing:))
    var server = Endpoint.usual

    @Option(help: ArgumentHelp("Give up after this long: 30s, 5m, 1h. 0 waits for ever.", valueName: "time"))
    var timeout = TimeSpan(seconds: 300, text: "5m")

    @OptionGroup var credentials: CredentialArguments
}

/// Which of the server's policies to use.
struct PolicyArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The policy to use; not needed where only one is loaded.", valueName: "name"))
    var policy = ""
}
