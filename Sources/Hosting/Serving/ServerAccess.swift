import Access
import Basics
import Console
import Foundation
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
    /// Where requests that lack a key or a scope are noted.
    var refusals: RefusalNotes?
    /// Nil for a server that reads nothing again.
    var reloads: Reloads?

    var gate: any Gatekeeper {
        let gate: any Gatekeeper = keys ?? OpenGate()
        return refusals.map { NotedGate(gate: gate, notes: $0) } ?? gate
    }

    /// Adds what happens to every call before its handler.
    func guarding(_ handler: any CallHandler) -> any CallHandler {
        let audited: any CallHandler = audit.map { AuditedCalls(handler, trail: $0) } ?? handler
        return keys == nil ? audited : GatedCalls(audited, gate: gate)
    }

    // MARK: Reading again

    /// Reads keys and certificates and opens the audit trail again, each by itself: one that cannot be used stays as it was.
    func reload(_ logger: Logger) {
        guard keys != nil || tls != nil || audit != nil else {
            return logger.info("SIGHUP: there are no keys, certificate or audit trail to read again")
        }
        if let keys, let keyFile {
            again("the keys", logger) {
                let file = try KeyFile.read(from: keyFile)
                keys.replace(with: file)
                return "were read again, \(file.keys.count) of them"
            }
        }
        if let tls {
            again("the certificate", logger) {
                try tls.reload()
                return "was read again"
            }
            warnOfCertificate(logger)
        }
        if let audit {
            again("the audit trail", logger) {
                try audit.reopen()
                return "was opened again"
            }
        }
    }

    private func again(_ what: String, _ logger: Logger, _ read: () throws -> String) {
        do {
            let outcome = try read()
            logger.info("SIGHUP: \(what) \(outcome)")
        } catch {
            logger.error("SIGHUP: \(what) stayed as before: \(error)")
        }
    }

    private func warnOfCertificate(_ logger: Logger) {
        guard let problem = tls?.certificateProblem else { return }
        logger.warning("the certificate is not valid now, and clients will refuse it: \(problem)")
    }

    // MARK: Addresses

    /// - Throws: An error with the remedy if other machines can reach an address that is not protected.
    func check(_ address: SocketAddress, _ logger: Logger) throws {
        warnOfCertificate(logger)
        guard !address.isLoopback, let lacks else { return }
        try refuse("\(address)", lacks)
        logger.warning(
            """
            \(address) can be reached from other machines without \(lacks): anybody who reaches it may \
            \(keys == nil ? "use every method, which includes reading files and training" : "read keys and prompts"); \
            see docs/threat-model.md
            """)
    }

    /// The same before anything is made that a refused start would leave behind, for hosts that are addresses; names have
    /// one only once they were looked up.
    func check(host: String) throws {
        let isAddress = host.contains(":") || host.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        let isLoopback = Endpoint(host: host, port: 0).isLoopback || host.lowercased().hasPrefix("::ffff:127.")
        if isAddress, !isLoopback, let lacks { try refuse(host, lacks) }
    }

    /// What an address lacks that other machines can reach; nil if nothing.
    private var lacks: String? {
        switch (keys, tls) {
        case (nil, nil): "keys and TLS"
        case (nil, _): "keys"
        case (_, nil): "TLS"
        default: nil
        }
    }

    private func refuse(_ address: String, _ lacks: String) throws {
        guard !isOpen else { return }
        let forKeys = "Make keys with `attnrl keys make NAME --keys FILE` and give --keys FILE. "
        let forTLS = "Give --tls-cert FILE and --tls-key FILE; docs/security.md shows how to make them. "
        throw Failure(
            "\(address) can be reached from other machines, so it needs \(lacks). " + (keys == nil ? forKeys : "")
                + (tls == nil ? forTLS : "") + "Or give --insecure to serve without.")
    }
}

extension KeyFile {
    /// The most bytes of a file: some 200,000 keys.
    private static let mostBytes = 64 << 20

    /// - Throws: An error that names the file.
    static func read(from path: String) throws -> KeyFile {
        let data: Data
        do throws(RegularFile.Problem) {
            data = try RegularFile.contents(of: path, atMost: mostBytes)
        } catch {
            throw Failure("cannot read the keys in \(path). \(error)")
        }
        do throws(KeyFileProblem) {
            return try KeyFile(parsing: Array(data))
        } catch {
            throw Failure("\(path): \(error)")
        }
    }
}
