import Foundation

/// Seconds of processor time that the calling thread takes for something, however busy the machine is with others.
public func processorSeconds(of body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        // A timespec: seconds and nanoseconds.
        var time = (seconds: 0, nanoseconds: 0)
        withUnsafeMutableBytes(of: &time) {
            _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, $0.baseAddress!.assumingMemoryBound(to: timespec.self))
        }
        return Double(time.seconds) + Double(time.nanoseconds) * 1e-9
    }
    let start = now()
    try body()
    return now() - start
}

/// The most processor time that something may take. With a sanitizer compiled in (Tests/Sanitize/run) everything takes several
/// times as long.
public func processorLimit(_ usual: Duration) -> Duration {
    ProcessInfo.processInfo.environment["ATTNRL_SANITIZE"] == nil ? usual : usual * 10
}
