/// What the program tells its caller.
///
/// Documented in `attnrl help`.
enum ExitStatus {
    static let success: Int32 = 0
    static let failure: Int32 = 1
    static let usage: Int32 = 2
    /// The job that was waited for failed.
    static let jobFailed: Int32 = 100
    /// The job that was waited for was cancelled.
    static let jobCancelled: Int32 = 101
    /// The deadline of --timeout passed.
    static let timedOut: Int32 = 124
    /// Interrupted before there was a result, as shells count it.
    static let interrupted: Int32 = 130
}
