import Foundation

/// A value that several threads of a test write to.
public final class Locked<Value>: @unchecked Sendable {  // every access holds the lock
    private var value: Value
    private let lock = NSLock()

    public init(_ value: Value) { self.value = value }

    public func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
