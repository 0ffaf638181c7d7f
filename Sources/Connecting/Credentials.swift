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
            do throws(TLSError) {
                let identity = certificate.flatMap { certificate in privateKey.map { (certificate, $0) } }
                options.tls = try .client(authority: authority, identity: identity)
            } catch {
                throw Failure(error.description)
            }
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

    private func readKey() throws -> String? {
        guard let keyFile else { return key.flatMap { $0.isEmpty ? nil : $0 } }
        let key = try InputFile.text(of: keyFile).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure("\(keyFile) does not hold a key. Make one with `attnrl keys make`.")
        }
        return key
    }
}
