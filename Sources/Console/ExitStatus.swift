/// The exit codes of the program.
///
/// Documented in `attnrl help`.
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let usage: Int32 = 2
    /// The awaited job failed.
    package static let jobFailed: Int32 = 100
    /// The awaited job was cancelled.
    package static let jobCancelled: Int32 = 101
    /// The deadline of --timeout passed.
    package static let timedOut: Int32 = 124
    /// Interrupted before there was a result; the code that shells use.
    package static let interrupted: Int32 = 130
}

/// Ends the program with an exit code and no message, because everything has been said.
package struct EndOfProgram: Error {
    package let code: Int32

    package init(code: Int32) { self.code = code }
}
