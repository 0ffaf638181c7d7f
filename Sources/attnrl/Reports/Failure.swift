import Compute
import Foundation
import Jobs
import ModelFiles
import Policy
import Rollouts
import Sampling
import Tasks
import Tokenizing
import Wire
import WireUV

/// Why a command did not succeed, in words for the person who ran it.
struct Failure: Error {
    let message: String
    /// Lines below the message: faulty fields, a remedy.
    var notes: [String] = []
    var exitCode = ExitStatus.failure

    init(_ message: String, notes: [String] = [], exitCode: Int32 = ExitStatus.failure) {
        self.message = message
        self.notes = notes
        self.exitCode = exitCode
    }

    /// `attnrl: message` and the notes below.
    func text(_ style: Style) -> String {
        let first = style(.bad, "attnrl:") + " " + SafeText.escaped(message)
        return ([first] + notes.map { "  " + SafeText.escaped($0) }).joined(separator: "\n")
    }
}

extension Failure {
    /// Nil for errors of the argument parser, which has its own way to say them.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SettingsError: self.init(error.description, exitCode: ExitStatus.usage)
        case let error as RPCError: self.init(error)
        case is CancellationError: self.init("cancelled", exitCode: ExitStatus.interrupted)
        case let error as any CustomStringConvertible & Error where Self.explainsItself(error):
            self.init(error.description)
        default:
            guard let failure = Self.ofSystem(error) else { return nil }
            self = failure
        }
    }

    /// What Foundation throws: the file it names, and the system's reason.
    private static func ofSystem(_ error: any Error) -> Failure? {
        guard let reason = SystemError(causing: error) else { return nil }
        let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
        return Failure((path.map { "\($0): " } ?? "") + "\(reason)")
    }

    private static func explainsItself(_ error: any Error) -> Bool {
        error is PolicyError || error is EngineError || error is TokenizerError || error is BindError
            || error is UVError || error is TaskError || error is DataProblem || error is JobError
            || error is SpecificationProblems || error is MemoryError
    }

    /// A call's status: its message, the fields that were wrong, and when to try again.
    init(_ error: RPCError, server: String? = nil, flags: @autoclosure () -> FlagNames = .current) {
        var message = error.message.isEmpty ? error.code.name : error.message
        for case .badRequest(let violations) in error.details {
            guard let first = violations.first, message.hasPrefix(first.field + ": ") else { continue }
            message = flags().name(of: first.field) + message.dropFirst(first.field.count)
        }
        self.message = message
        exitCode = error.code == .deadlineExceeded ? ExitStatus.timedOut : ExitStatus.failure
        for detail in error.details {
            switch detail {
            case .badRequest(let violations):
                notes += violations.filter { !message.contains($0.description) }
                    .map { "\(flags().name(of: $0.field)): \($0.description)" }
            case .retryInfo(let delay): notes.append("try again in \(Figures.seconds(delay / .seconds(1)))")
            case .errorInfo: break
            }
        }
        guard let server else { return }
        switch error.code {
        case .unavailable where !message.contains("attnrl serve"):
            notes.append("is `attnrl serve` running at \(server)?")
        case .deadlineExceeded: notes.append("--timeout sets how long to wait")
        case .unimplemented:
            notes.append("does the server at \(server) have the same version? see `attnrl version --server \(server)`")
        default: break
        }
    }
}
