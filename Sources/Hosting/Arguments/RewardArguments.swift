import ArgumentParser
import Connecting
import Console

/// Which reward services jobs may ask, and what the server shows them.
struct RewardArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Let jobs ask only the reward service here. Can be given several times. (default: any)",
            valueName: "host:port"), transform: Endpoint.init(parsing:))
    var rewardAt: [Endpoint] = []

    @Option(help: ArgumentHelp("The file that holds the key to send to reward services.", valueName: "file"))
    var rewardKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Use TLS with reward services, and trust these authorities instead of the system's: PEM.",
            valueName: "file"))
    var rewardTlsCa: String?

    @Option(
        help: ArgumentHelp("Use TLS with reward services, with this client certificate: PEM.", valueName: "file"))
    var rewardTlsCert: String?

    @Option(help: ArgumentHelp("The client certificate's private key: PEM.", valueName: "file"))
    var rewardTlsKey: String?

    mutating func validate() throws {
        guard (rewardTlsCert == nil) == (rewardTlsKey == nil) else {
            throw ValidationError("--reward-tls-cert and --reward-tls-key belong together. Give both.")
        }
        guard rewardKeyFile == nil || !rewardAt.isEmpty else {
            throw ValidationError(
                "--reward-key-file would send the key to any address that a job names. Name those that may have it, with "
                    + "--reward-at HOST:PORT.")
        }
    }

    /// - Throws: An error that names a file that cannot be used.
    func check() throws { try access.credentials.check() }

    var access: RewardAccess {
        var access = RewardAccess()
        access.allowed = rewardAt
        access.credentials.keyFile = rewardKeyFile
        access.credentials.authority = rewardTlsCa
        access.credentials.certificate = rewardTlsCert
        access.credentials.privateKey = rewardTlsKey
        return access
    }
}
