internal import CThreads
internal import Glibc

/// Starts a thread that nobody waits for.
///
/// - Parameters:
///   - name: The name shown by the system, which uses the first 15 bytes.
///   - stackBytes: The stack size; memory is only taken as it is used.
/// - Returns: False if the system cannot create a thread.
package func startThread(
    _ name: String, stackBytes: Int = 16 << 20, _ body: @escaping @Sendable () -> Void
) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let start = Unmanaged.passRetained(ThreadStart(name, body))
    let status = pthread_create(
        &thread, &attributes,
        { raw in
            let start = Unmanaged<ThreadStart>.fromOpaque(raw!).takeRetainedValue()
            nameThread(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    if status != 0 { start.release() }
    return status == 0
}

/// Gives memory that was freed back to the system: for the end of work that had much of it.
///
/// The C library has a heap for each of many threads, and keeps what is freed in it below what is still used: a few megabytes
/// more with every job, until all heaps have grown to the largest of their jobs.
package func returnFreedMemory() { attn_return_freed_memory() }

/// Names the calling thread for the system's thread lists.
private func nameThread(_ name: String) {
    // The C library's function for this is hidden from Swift.
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = Array(name.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
}

/// What a new thread is to run, while it is being started.
private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = String(name.prefix(15))
        self.body = body
    }
}
