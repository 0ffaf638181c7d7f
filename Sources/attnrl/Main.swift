import ArgumentParser
import Foundation
import Wire

/// Where the program starts: completes the command line from settings, runs the command, and turns what happened into
/// messages and an exit code.
@main
enum Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment))
    }

    private static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        var origins: [Settings.Origin] = []
        do {
            var arguments = arguments
            let settings = try Settings.load(arguments: arguments, environment: environment)
            if !settings.isEmpty {
                let catalogue = try CommandCatalogue(description: AttnRL._dumpHelp())
                (arguments, origins) = try settings.completed(arguments, catalogue: catalogue)
            }
            var command = try AttnRL.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success
        } catch {
            return report(error, origins)
        }
    }

    /// Says what went wrong, and returns the exit code for it.
    private static func report(_ error: any Error, _ origins: [Settings.Origin]) -> Int32 {
        if let end = error as? EndOfProgram { return end.code }
        if let failure = Failure(error) {
            Output.talk.line(failure.text(Output.talk.terminal.style))
            return failure.exitCode
        }
        let code = AttnRL.exitCode(for: error)
        let message = AttnRL.fullMessage(for: error)
        if code.isSuccess {
            Output.data.line(message)
            return ExitStatus.success
        }
        Output.talk.line(UsageMessage.text(message, origins: origins))
        return code == .validationFailure ? ExitStatus.usage : ExitStatus.failure
    }
}

/// Ends the program with a code, without a message: what there was to say was said.
struct EndOfProgram: Error {
    let code: Int32
}
