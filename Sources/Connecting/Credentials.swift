package import Console
import Foundation
import Wire
package import WireUV

/// How a client shows who it is, and how it knows a server.
package struct Credentials: Sendable {
    /// A file that holds the key to send.
    package var keyFile: String?
    /// The key, where no file is named.
    package var key: String?
    /// PEM: certificate authorities that are trusted instead of the system's.
    package var authority: String?
    /// PEM: a client certificate and its private key.
    package var certificate: String?
    package var privateKey: String?

    package init() {}

    /// How to connect to a server; TLS is used if its address or a certificate asks for it.
    ///
    /// - Throws: An error that names the file that cannot be used; also for a key that would travel unencrypted.
    package func options(for server: Endpoint) throws -> ClientOptions {
        var options = ClientOptions()
        options.host = server.host
        options.port = server.port
        options.userAgent = attnrlUserAgent
        if server.usesTLS || authority != nil || certificate != nil {
            options.tls = try context()
        }
        if let key = try readKey() {
            guard options.tls != nil || server.isLoopback else {
                throw Failure(
                    "the key would go to \(server) unencrypted, for anyone on the way to read; use TLS: https://\(server)"
                )
            }
            options.metadata.add("authorization", "Bearer \(key)")
        }
        return options
    }

    /// - Throws: An error that names the file that cannot be used.
    package func check() throws {
        _ = try readKey()
        if authority != nil || certificate != nil { _ = try context() }
    }

    private func context() throws -> TLSContext {
        do throws(TLSError) {
            let identity = certificate.flatMap { certificate in privateKey.map { (certificate, $0) } }
            return try .client(authority: authority, identity: identity)
        } catch {
            throw Failure(error.description)
        }
    }

    private func readKey() throws -> String? {
        let variable = key.flatMap { $0.isEmpty ? nil : $0 }
        guard let given = try keyFile.map(InputFile.text(of:)) ?? variable else { return nil }
        let key = given.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure("\(keyFile ?? "ATTNRL_KEY") does not hold a key. Make one with `attnrl keys make`.")
        }
        return key
    }
}
