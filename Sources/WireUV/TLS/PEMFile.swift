internal import Basics
internal import Foundation

/// A file of certificates or of a key, looked at before OpenSSL reads it, which says of most that is wrong with a file only
/// which of its own parts failed.
struct PEMFile {
    enum Kind: String {
        case certificate, privateKey = "private key"

        /// What stands in the line that begins one.
        fileprivate var mark: String { "\(rawValue.uppercased())-----" }
    }

    private static let mostBytes = 16 << 20

    let path: String
    let kind: Kind
    /// What it is for, as `the certificate`.
    let name: String

    init(_ path: String, _ kind: Kind, _ name: String? = nil) {
        self.path = path
        self.kind = kind
        self.name = name ?? "the \(kind.rawValue)"
    }

    /// - Parameter mayBePipe: Whether waiting for another process would hold up nobody. What comes through a pipe is read
    ///   once, by OpenSSL.
    func check(mayBePipe: Bool) throws(TLSError) {
        var status = stat()
        if mayBePipe, stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return }
        let data: Data
        do throws(RegularFile.Problem) {
            data = try RegularFile.contents(of: path, atMost: Self.mostBytes)
        } catch {
            throw TLSError(description: "cannot read \(name) \(path). \(error)")
        }
        guard String(decoding: data, as: UTF8.self).contains(kind.mark) else {
            throw failure("it holds no \(kind.rawValue) in PEM, which has a line like -----BEGIN \(kind.mark)")
        }
    }

    func failure(_ reason: String) -> TLSError { TLSError(description: "cannot use \(name) \(path): \(reason)") }
}
