import Foundation

/// A server's address: `host:port`, `[::1]:port`, a host alone for the default port, or one of these as a URL.
///
/// The Python client parses addresses by the same rules (`_address.py`), tested against the same table.
package struct Endpoint: CustomStringConvertible, Equatable {
    package let host: String
    package let port: Int
    /// Whether the address is a URL that asks for TLS, as `https://` does.
    package let usesTLS: Bool

    package static let usualPort = 8470
    package static let usual = Endpoint(host: "127.0.0.1", port: usualPort)

    package init(host: String, port: Int, usesTLS: Bool = false) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
    }

    package init(parsing text: String) throws(AddressProblem) {
        let (rest, usesTLS) = try AddressParser.withoutURL(text)
        let (host, port) = try AddressParser.hostAndPort(rest)
        self.init(host: host, port: try port.map(AddressParser.port) ?? Self.usualPort, usesTLS: usesTLS)
    }

    /// Whether it is this machine, so that nothing sent there crosses a network.
    package var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
            || name.hasPrefix("127.") && name.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    }

    package var description: String {
        (usesTLS ? "https://" : "") + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
    }
}

/// The host of a listening address, without an IPv6 host's brackets.
package enum ListenHost {
    package static func parse(_ text: String) throws(AddressProblem) -> String {
        guard !text.isEmpty else {
            throw AddressProblem("it is empty. Give 127.0.0.1 for this machine alone, or 0.0.0.0 for every interface.")
        }
        guard !text.contains("/") else {
            throw AddressProblem("it is a URL. Give a host or an address of this machine.")
        }
        let (host, port) = try AddressParser.hostAndPort(text)
        guard port == nil else { throw AddressProblem("it has a port. Give that with --port.") }
        return host
    }
}

/// Why a text is not an address.
package struct AddressProblem: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

private enum AddressParser {
    /// - Returns: What follows the scheme, and whether that one means TLS.
    static func withoutURL(_ text: String) throws(AddressProblem) -> (String, usesTLS: Bool) {
        var rest = text[...]
        var usesTLS = false
        if let end = text.range(of: "://") {
            switch text[..<end.lowerBound].lowercased() {
            case "http", "grpc": rest = text[end.upperBound...]
            case "https", "grpcs":
                rest = text[end.upperBound...]
                usesTLS = true
            default: throw AddressProblem("its scheme is not known. Give host:port, or http://host:port.")
            }
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.contains(where: { "/?#".contains($0) }) else {
            throw AddressProblem("it has a path. A server is named by host and port alone.")
        }
        guard !rest.contains("@") else {
            throw AddressProblem("it has a user's name. Give host:port; a key is given with --key-file.")
        }
        return (String(rest), usesTLS)
    }

    /// A host without brackets, and the port after its colon, if any.
    static func hostAndPort(_ text: String) throws(AddressProblem) -> (host: String, port: Substring?) {
        if text.hasPrefix("[") { return try bracketed(text) }
        let colons = text.count { $0 == ":" }
        if colons > 1 {
            guard isIPv6(text) else {
                throw AddressProblem("it has several colons and is no IPv6 address. Give host:port, or [address]:port.")
            }
            return (text, nil)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty else {
            throw AddressProblem("it has no host. Give host:port, as in \(Endpoint.usual).")
        }
        guard !host.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw AddressProblem(
                "its host is a number. Give a name or an address; 127.0.0.1:\(host) is a port of this machine.")
        }
        guard host.unicodeScalars.allSatisfy(isHostCharacter) else {
            throw AddressProblem("its host has characters that no name of a machine has. Give host:port.")
        }
        return (String(host), parts.count > 1 ? parts[1] : nil)
    }

    private static func bracketed(_ text: String) throws(AddressProblem) -> (host: String, port: Substring?) {
        guard let end = text.firstIndex(of: "]"), isIPv6(String(text[text.index(after: text.startIndex)..<end])) else {
            throw AddressProblem("brackets hold IPv6 addresses, as in [::1]:\(Endpoint.usualPort).")
        }
        let host = String(text[text.index(after: text.startIndex)..<end])
        let rest = text[text.index(after: end)...]
        guard rest.isEmpty || rest.hasPrefix(":") else {
            throw AddressProblem("only a colon and a port may follow the brackets, as in [::1]:\(Endpoint.usualPort).")
        }
        return (host, rest.isEmpty ? nil : rest.dropFirst())
    }

    static func port(_ text: Substring) throws(AddressProblem) -> Int {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), 1...65535 ~= number else {
            throw AddressProblem("its port is '\(text)'. Give a number from 1 to 65535.")
        }
        return number
    }

    /// Whether a text is an IPv6 address, optionally followed by a zone as in `fe80::1%eth0`.
    private static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 1 || !parts[1].isEmpty else { return false }
        var address = in6_addr()
        return inet_pton(AF_INET6, String(parts[0]), &address) == 1
    }

    /// Letters of any script, since names may be international.
    private static func isHostCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            || "-._".unicodeScalars.contains(scalar)
    }
}
