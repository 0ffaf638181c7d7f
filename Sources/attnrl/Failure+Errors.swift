import Access
import Client
import Compute
import Console
import Jobs
import ModelFiles
import Policy
import Rollouts
import Tasks
import Tokenizing
import Wire
import WireUV

extension Failure {
    /// Returns nil for errors of the argument parser, which has its own way of reporting them.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SettingsError: self.init(error.description, exitCode: ExitStatus.usage)
        case let error as RPCError: self.init(error)
        case is CancellationError: self.init("cancelled", exitCode: ExitStatus.interrupted)
        case let error as any CustomStringConvertible & Error where Self.explainsItself(error):
            self.init(error.description)
        default:
            self.init(ofSystem: error)
        }
    }

    private static func explainsItself(_ error: any Error) -> Bool {
        error is PolicyError || error is EngineError || error is TokenizerError || error is BindError
            || error is UVError || error is TaskError || error is DataProblem || error is JobError
            || error is SpecificationProblems || error is MemoryError || error is TLSError || error is AuditProblem
    }
}
