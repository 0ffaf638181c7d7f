internal import Foundation
internal import Guarding
package import JSONCoding

/// A file of what was changed and by whom, in JSON lines.
///
/// When it reaches its limit it becomes `FILE.1`, in place of the one before, so the two together are bounded.
package final class AuditTrail: Sendable {
    private struct State {
        var descriptor: Int32
        var bytes: Int
    }

    private let path: String
    private let limit: Int
    private let state: Guarded<State>
    private let report: @Sendable (String) -> Void

    /// - Parameter report: Receives what keeps a line from being written; the work itself goes on.
    package init(
        path: String, limit: Int = 16 << 20, report: @escaping @Sendable (String) -> Void
    ) throws(AuditProblem) {
        self.path = path
        self.limit = limit
        self.report = report
        state = Guarded(try Self.open(path))
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    package func append(_ entry: JSONValue) {
        let line = entry.bytes() + [0x0A]
        state.withLock { state in
            if state.bytes + line.count > limit { turnOver(&state) }
            // One write, so that lines of several processes do not mix.
            let count = write(state.descriptor, line, line.count)
            state.bytes += max(count, 0)
            if count != line.count { report("\(path): \(String(cString: strerror(errno)))") }
        }
    }

    private func turnOver(_ state: inout State) {
        guard rename(path, path + ".1") == 0, let new = try? Self.open(path) else {
            return report("\(path) cannot be moved aside: \(String(cString: strerror(errno)))")
        }
        close(state.descriptor)
        state = new
    }

    private static func open(_ path: String) throws(AuditProblem) -> State {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AuditProblem(description: "cannot write the audit trail \(path): \(String(cString: strerror(errno)))")
        }
        return State(descriptor: descriptor, bytes: Int(lseek(descriptor, 0, SEEK_END)))
    }
}

package struct AuditProblem: Error, CustomStringConvertible {
    package let description: String
}
