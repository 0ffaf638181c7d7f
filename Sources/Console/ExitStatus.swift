/// The exit codes of the program.
///
/// Documented in `attnrl help`.
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let usage: Int32 = 2
    /// The job that was waited for failed.
    package static let jobFailed: Int32 = 100
    /// The job that was waited for was cancelled.
    package static let jobCancelled: Int32 = 101
    /// The deadline of --timeout passed.
    package static let timedOut: Int32 = 124
    /// Interrupted before there was a result, as shells count it.
    package static let interrupted: Int32 = 130
}

/// Ends the program with a code, without a message: what there was to say was said.
package struct EndOfProgram: Error {
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
