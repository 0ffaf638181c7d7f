public import Glibc

/// A value behind a lock.
///
/// Uses a pthread mutex rather than `Synchronization.Mutex`: the thread sanitizer understands it on Linux, and it costs
/// the same.
@usableFromInline package final class Guarded<Value>: @unchecked Sendable {
    // Sendable because `value` is only accessed with the mutex held.
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline var value: Value

    package init(_ value: Value) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the lock held.
    ///
    /// Never cancel a task, resume a continuation or call external code inside.
    @inlinable
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
