package import Console
package import Wire

extension Failure {
    /// A call's status: its message, the invalid fields, and when to try again.
    package init(_ error: RPCError, server: String? = nil, flags: @autoclosure () -> FlagNames = .current) {
        var message = error.message.isEmpty ? error.code.name : error.message
        // The message tells of one field; the others follow.
        var told: RPCError.FieldViolation?
        for case .badRequest(let violations) in error.details {
            guard let first = violations.first, message.hasPrefix(first.field + ": ") else { continue }
            message = flags().name(of: first.field) + message.dropFirst(first.field.count)
            told = first
        }
        var notes: [String] = []
        let exitCode = error.code == .deadlineExceeded ? ExitStatus.timedOut : ExitStatus.failure
        for detail in error.details {
            switch detail {
            case .badRequest(let violations):
                notes += violations.filter { $0 != told && !(told == nil && message.contains($0.description)) }
                    .map { "\(flags().name(of: $0.field)): \($0.description)" }
            case .retryInfo(let delay): notes.append("try again in \(Figures.seconds(delay / .seconds(1)))")
            case .errorInfo: break
            }
        }
        if let server, let remedy = Self.remedy(error, message, server) { notes.append(remedy) }
        self.init(message, notes: notes, exitCode: exitCode)
    }

    /// The remedy for a call that failed as a whole; nil if the message already gives it.
    private static func remedy(_ error: RPCError, _ message: String, _ server: String) -> String? {
        switch error.code {
        case .unavailable where !message.contains("attnrl serve"): "is `attnrl serve` running at \(server)?"
        case .deadlineExceeded: "--timeout sets how long to wait"
        case .unimplemented:
            "does the server at \(server) have the same version? see `attnrl version --server \(server)`"
        default: nil
        }
    }
}
