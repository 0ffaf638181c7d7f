import Foundation

/// Our two streams.
///
/// Data goes to standard output, talk to standard error.
enum Output {
    static let data = Stream(descriptor: STDOUT_FILENO)
    static let talk = Stream(descriptor: STDERR_FILENO)

    /// A stream written without delay.
    struct Stream: Sendable {
        let descriptor: Int32
        let terminal: Terminal

        init(descriptor: Int32) {
            self.descriptor = descriptor
            terminal = Terminal(descriptor: descriptor)
        }

        func line(_ text: String = "") { write(text + "\n") }

        func write(_ text: String) {
            var rest = Array(text.utf8)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest, rest.count)
                if count >= 0 {
                    rest.removeFirst(count)
                } else if !Self.canGoOn(descriptor) {
                    return
                }
            }
        }

        /// Whether a failed write is worth another try.
        ///
        /// A reader that closed its end had enough: that is the end of our work and no failure.
        private static func canGoOn(_ descriptor: Int32) -> Bool {
            switch errno {
            case EINTR: return true
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                return poll(&waiting, 1, -1) >= 0
            case EPIPE where descriptor == STDOUT_FILENO: _exit(ExitStatus.success)
            case _ where descriptor == STDERR_FILENO: return false
            default:
                Output.talk.line("attnrl: cannot write to standard output: \(String(cString: strerror(errno)))")
                _exit(ExitStatus.failure)
            }
        }
    }
}
