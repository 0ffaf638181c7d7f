import Foundation

/// The program's two output streams.
///
/// Data goes to standard output, messages to standard error.
package enum Output {
    package static let data = Stream(descriptor: STDOUT_FILENO)
    package static let talk = Stream(descriptor: STDERR_FILENO)

    /// An unbuffered stream.
    package struct Stream: Sendable {
        package let descriptor: Int32
        package let terminal: Terminal

        package init(descriptor: Int32) {
            self.descriptor = descriptor
            terminal = Terminal(descriptor: descriptor)
        }

        package func line(_ text: String = "") { write(text + "\n") }

        package func write(_ text: String) {
            do throws(SystemError) {
                try Descriptor.write(text.utf8, to: descriptor)
            } catch {
                if descriptor == STDOUT_FILENO { Self.endProgram(error) }
            }
        }

        /// A reader that closed its end has had enough: that ends our work, but is not a failure.
        private static func endProgram(_ error: SystemError) -> Never {
            guard error.code != EPIPE else { _exit(ExitStatus.success) }
            let failure = Failure.of("write to", "standard output", error, error.remedyForWriting)
            Output.talk.line(failure.text(Output.talk.terminal.style))
            _exit(failure.exitCode)
        }
    }
}
