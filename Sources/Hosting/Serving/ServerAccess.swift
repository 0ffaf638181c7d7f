import Access
import Console
import JSONCoding
import Logging
import Wire
import WireUV

/// What a server asks of its callers and lets them reach.
struct ServerAccess: Sendable {
    /// Nil lets everyone in.
    var keys: KeyRing?
    var tls: TLSServer?
    var audit: AuditTrail?
    /// Whether other machines may reach it without keys or TLS.
    var isOpen = false
    /// The file that the keys are read from.
    var keyFile: String?

    var gate: any Gatekeeper { keys ?? OpenGate() }

    /// Adds what happens to every call before its handler.
    func guarding(_ handler: any CallHandler) -> any CallHandler {
        let audited: any CallHandler = audit.map { AuditedCalls(handler, trail: $0) } ?? handler
        return keys.map { GatedCalls(audited, gate: $0) } ?? audited
    }

    /// Reads keys and certificates again; what cannot be read stays as it was.
    func reload(_ logger: Logger) {
        do {
            if let keys, let keyFile { keys.replace(with: try KeyFile.read(from: keyFile)) }
            try tls?.reload()
            logger.info("SIGHUP: keys and certificates were read again")
        } catch {
            logger.error("SIGHUP: \(error); what was read before stays")
        }
    }

    /// - Throws: An error with the remedy if other machines can reach an address that is not protected.
    func check(_ address: SocketAddress, _ logger: Logger) throws {
        guard !address.isLoopback, keys == nil || tls == nil else { return }
        let lacks = keys == nil ? tls == nil ? "keys and TLS" : "keys" : "TLS"
        guard isOpen else {
            throw Failure(
                """
                \(address) can be reached from other machines, so it needs \(lacks). Make keys with `attnrl keys make NAME \
                --keys FILE`, then give --keys FILE, --tls-cert FILE and --tls-key FILE; or give --insecure to serve \
                without.
                """)
        }
        logger.warning(
            """
            \(address) can be reached from other machines without \(lacks): anybody who reaches it may \
            \(keys == nil ? "use every method, which includes reading files and training" : "read keys and prompts"); \
            see docs/threat-model.md
            """)
    }
}

extension KeyFile {
    /// - Throws: An error that names the file.
    static func read(from path: String) throws -> KeyFile {
        let bytes = try InputFile.bytes(of: path)
        do throws(KeyFileProblem) {
            return try KeyFile(parsing: bytes)
        } catch {
            throw Failure("\(path): \(error)")
        }
    }
}
