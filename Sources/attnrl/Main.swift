import ArgumentParser
import Client
import Console
import Foundation
import Hosting

/// The program's entry point: completes the command line from settings, runs the command, and turns the outcome into
/// messages and an exit code.
@main
enum Main {
    static func main() async {
        StandardStreams.occupy()
        signal(SIGPIPE, SIG_IGN)
        // The client knows the fields of requests, but only the whole program knows the running command's flags.
        FlagNames.take { .ofThisProgram }
        SavedView.take { ShippedPage().viewer }
        exit(await run())
    }

    private static func run() async -> Int32 {
        var arguments: [String] = []
        var origins: [Settings.Origin] = []
        do {
            arguments = try ProgramInput.arguments()
            // The parser would show help for the part of the path that exists.
            if Self.asksForHelp(arguments), let unknown = try CommandCatalogue.current().unknownCommand(in: arguments) {
                throw SettingsError(unknown)
            }
            let environment = try ProgramInput.environment()
            let settings = try Settings.load(arguments: arguments, environment: environment)
            if !settings.isEmpty {
                (arguments, origins) = try settings.completed(arguments, catalogue: CommandCatalogue.current())
            }
            var command = try AttnRL.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.success
        } catch {
            return report(error, arguments, origins)
        }
    }

    private static func asksForHelp(_ arguments: [String]) -> Bool {
        arguments.first == "help" || arguments.contains { ["--help", "-h"].contains($0) }
    }

    /// Reports an error and returns its exit code.
    private static func report(_ error: any Error, _ arguments: [String], _ origins: [Settings.Origin]) -> Int32 {
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
        if let unknown = try? CommandCatalogue.current().unknownCommand(in: arguments) {
            return report(SettingsError(unknown), [], [])
        }
        Output.talk.line(UsageMessage.text(message, origins: origins, arguments: arguments))
        return code == .validationFailure ? ExitStatus.usage : ExitStatus.failure
    }
}
