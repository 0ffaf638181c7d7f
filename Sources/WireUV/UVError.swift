internal import CUV

/// A libuv call that failed.
public struct UVError: Error, Sendable, CustomStringConvertible {
    /// libuv's negative status.
    public let status: CInt
    /// What was being done, for example "listen on 127.0.0.1:8470".
    public let operation: String

    init(_ status: CInt, _ operation: String) {
        self.status = status
        self.operation = operation
    }

    /// The system's name for the error, for example EADDRINUSE.
    public var name: String { String(cString: uv_err_name(status)) }
    public var reason: String { String(cString: uv_strerror(status)) }
    public var description: String { "cannot \(operation): \(reason) (\(name))" }
}

/// Throws an error if a libuv call failed.
func check(_ status: CInt, _ operation: @autoclosure () -> String) throws {
    guard status >= 0 else { throw UVError(status, operation()) }
}

/// The server could not bind its port.
public struct BindError: Error, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int
    public let cause: UVError

    public var description: String {
        let place = SocketAddress.joined(host: host, port: port)
        switch cause.name {
        case "EADDRINUSE":
            return "cannot listen on \(place): another program has this port; stop it or choose another --port"
        case "EADDRNOTAVAIL":
            return "cannot listen on \(place): this machine does not have that address; choose another --host"
        case "EACCES":
            return "cannot listen on \(place): ports below 1024 need privileges; choose another --port"
        case "EAI_NONAME", "EAI_NODATA", "EAI_AGAIN":
            return "cannot listen on \(place): the name \(host) is not known (\(cause.reason)); check --host"
        default:
            return "cannot listen on \(place): \(cause.reason) (\(cause.name))"
        }
    }
}
