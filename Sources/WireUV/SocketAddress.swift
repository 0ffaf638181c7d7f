internal import CUV
internal import Glibc

/// The numeric address that a socket is bound or connected to.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// `127.0.0.1` or `::1`.
    public let host: String
    public let port: Int

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.") }

    public var description: String { Self.joined(host: host, port: port) }

    /// `host:port`, with brackets around an IPv6 host.
    static func joined(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension SocketAddress {
    /// Reads an address filled in by the system; nil for families other than IPv4 and IPv6.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let port: UInt16? = withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            switch Int32(storage.pointee.ss_family) {
            case AF_INET:
                let address = raw.assumingMemoryBound(to: sockaddr_in.self)
                uv_ip4_name(address, &text, text.count)
                return address.pointee.sin_port
            case AF_INET6:
                let address = raw.assumingMemoryBound(to: sockaddr_in6.self)
                uv_ip6_name(address, &text, text.count)
                return address.pointee.sin6_port
            default: return nil
            }
        }
        guard let port else { return nil }
        host = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.port = Int(UInt16(bigEndian: port))
    }
}

/// An address in the system's form.
struct ResolvedAddress: Sendable {
    let storage: sockaddr_storage
}

/// Resolves a host and port to addresses.
enum AddressResolver {
    typealias Completion = (Result<[ResolvedAddress], UVError>) -> Void

    /// Finds the addresses to try, at least one, in order.
    ///
    /// Numeric addresses are parsed directly; the system resolves names. Loop thread only.
    static func resolve(host: String, port: Int, on loop: EventLoop, _ completion: @escaping Completion) {
        if !(0...65535).contains(port) {
            completion(.failure(UVError(UV_EINVAL.rawValue, "use port \(port), which is not in 0...65535")))
        } else if let number = number(host: host, port: port) {
            completion(.success([ResolvedAddress(storage: number)]))
        } else {
            Lookup.start(host: host, port: port, on: loop, completion)
        }
    }

    private static func number(host: String, port: Int) -> sockaddr_storage? {
        var storage = sockaddr_storage()
        let isNumber = withUnsafeMutablePointer(to: &storage) { storage in
            let raw = UnsafeMutableRawPointer(storage)
            return uv_ip4_addr(host, CInt(port), raw.assumingMemoryBound(to: sockaddr_in.self)) == 0
                || uv_ip6_addr(host, CInt(port), raw.assumingMemoryBound(to: sockaddr_in6.self)) == 0
        }
        return isNumber ? storage : nil
    }

    /// One `uv_getaddrinfo`, which runs on libuv's own threads.
    private final class Lookup {
        let operation: String
        let completion: Completion

        init(_ operation: String, _ completion: @escaping Completion) {
            self.operation = operation
            self.completion = completion
        }

        static func start(host: String, port: Int, on loop: EventLoop, _ completion: @escaping Completion) {
            let lookup = Lookup("look up \(host)", completion)
            let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
            request.pointee.data = Unmanaged.passRetained(lookup).toOpaque()
            var hints = addrinfo()
            hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
            let done: uv_getaddrinfo_cb = { request, status, list in Lookup.finish(request!, status, list) }
            let status = uv_getaddrinfo(loop.handle, request, done, host, String(port), &hints)
            if status != 0 { finish(request, status, nil) }
        }

        static func finish(
            _ request: UnsafeMutablePointer<uv_getaddrinfo_t>, _ status: CInt, _ list: UnsafeMutablePointer<addrinfo>?
        ) {
            let lookup = Unmanaged<Lookup>.fromOpaque(request.pointee.data).takeRetainedValue()
            defer {
                uv_freeaddrinfo(list)
                request.deallocate()
            }
            var addresses: [ResolvedAddress] = []
            var entry = list
            while let info = entry?.pointee {
                if let address = info.ai_addr {
                    addresses.append(ResolvedAddress(storage: copy(address, length: Int(info.ai_addrlen))))
                }
                entry = info.ai_next
            }
            if addresses.isEmpty {
                let failure = status == 0 ? UV_EAI_NONAME.rawValue : status
                lookup.completion(.failure(UVError(failure, lookup.operation)))
            } else {
                lookup.completion(.success(addresses))
            }
        }

        private static func copy(_ address: UnsafeMutablePointer<sockaddr>, length: Int) -> sockaddr_storage {
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: min(length, bytes.count)))
            }
            return storage
        }
    }
}
