internal import CUV

/// A libuv call that failed.
public struct UVError: Error, Sendable, CustomStringConvertible {
    /// libuv's negative status.
    public let status: CInt
    /// What was being done, "listen on 127.0.0.1:8470" say.
    public let operation: String

    init(_ status: CInt, _ operation: String) {
        self.status = status
        self.operation = operation
    }

    /// The system's name for it, EADDRINUSE say.
    public var name: String { String(cString: uv_err_name(status)) }
    public var reason: String { String(cString: uv_strerror(status)) }
    public var description: String { "cannot \(operation): \(reason) (\(name))" }
}

/// Throws when a libuv call failed.
func check(_ status: CInt, _ operation: @autoclosure () -> String) throws {
    guard status >= 0 else { throw UVError(status, operation()) }
}
