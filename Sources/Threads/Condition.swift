internal import Glibc

/// A value behind a lock, which threads can wait on until it has the state they need.
///
/// For threads that may block. Tasks should use continuations.
package final class Condition<Value>: @unchecked Sendable {
    // Sendable because `value` is only accessed with the mutex held.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Time limits must not move when the system clock is set.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the lock held.
    ///
    /// Never resume a continuation or call external code inside.
    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Lets one waiting thread check again.
    package func signal() { pthread_cond_signal(condition) }

    /// Lets all waiting threads check again.
    package func broadcast() { pthread_cond_broadcast(condition) }

    /// Blocks the calling thread until `take`, called with the lock held, returns a result.
    ///
    /// - Parameter limit: How long to wait at most; nil means forever.
    /// - Returns: The result; nil if the time limit passed.
    package func wait<Result>(atMost limit: Duration? = nil, _ take: (inout Value) -> Result?) -> Result? {
        let end = limit.map { MonotonicTime.now + $0 }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = take(&value) { return result }
            guard let end else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            guard MonotonicTime.now < end else { return nil }
            var time = end.timespec
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }
}
