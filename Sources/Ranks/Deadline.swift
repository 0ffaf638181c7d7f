import Foundation
import Threads

/// Ends the process when what cannot be interrupted takes too long.
enum Deadline {
    static func within<Value>(
        _ limit: Duration, _ operation: String, _ remedy: String, _ body: () throws -> Value
    ) rethrows -> Value {
        let isOver = Condition(false)
        let isStarted = startThread("attnrl-deadline") {
            guard isOver.wait(atMost: limit, { $0 ? () : nil }) == nil else { return }
            let text =
                "attnrl: \(operation) took more than \(Int(limit / .seconds(1))) s, so this rank ends. \(remedy)\n"
            try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
            _exit(1)
        }
        precondition(isStarted, "no thread for a deadline")
        defer {
            isOver.withLock { $0 = true }
            isOver.signal()
        }
        return try body()
    }
}
