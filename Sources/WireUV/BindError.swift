/// The server could not take its port.
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
