import ArgumentParser
import Console
import Foundation
import Jobs

/// The flags of every command, as the argument parser knows them.
///
/// Read from its description of the program, so that each flag is declared only once.
struct CommandCatalogue {
    /// One option or flag.
    struct Flag {
        /// The name after `--`, which is also the config key.
        let name: String
        /// Every spelling that counts as given, including dashes, and for a flag its `--no-` form.
        let spellings: Set<String>
        let takesValue: Bool
        let isRepeating: Bool

        /// `ATTNRL_MAX_TOKENS` for `--max-tokens`.
        var environmentName: String {
            Self.environmentPrefix + name.uppercased().replacingOccurrences(of: "-", with: "_")
        }

        /// The spelling that turns a flag off, if there is one.
        var negation: String? { spellings.first { $0 == "--no-\(name)" } }

        static let environmentPrefix = "ATTNRL_"
    }

    private let root: Description.Command

    /// The catalogue of this program.
    static func current() throws -> CommandCatalogue { try CommandCatalogue(description: AttnRL._dumpHelp()) }

    /// - Parameter description: The result of the root command's `_dumpHelp()`.
    init(description: String) throws {
        root = try JSONDecoder().decode(Description.self, from: Data(description.utf8)).command
    }

    /// The number of arguments that name the command, and the command's flags.
    func command(of arguments: [String]) -> (depth: Int, flags: [Flag]) {
        var command = root
        var depth = 0
        while depth < arguments.count, let next = command.subcommand(arguments[depth]) {
            command = next
            depth += 1
        }
        return (depth, command.flags)
    }

    /// The message for arguments that name an unknown command; nil if the command exists.
    func unknownCommand(in arguments: [String]) -> String? {
        var command = root
        var path = root.commandName
        // `help` also takes a command's name.
        for word in arguments.first == "help" ? arguments.dropFirst() : arguments[...] {
            guard let subcommands = command.subcommands, !word.hasPrefix("-") else { return nil }
            guard let next = command.subcommand(word) else {
                let names = subcommands.map(\.commandName)
                let hint = Self.nearest(to: word, in: names).map { " Did you mean '\(path) \($0)'?" } ?? ""
                return "there is no command '\(path) \(SafeText.singleLine(word))'.\(hint)\n"
                    + "`\(path) --help` lists those that there are: \(names.joined(separator: ", "))."
            }
            command = next
            path += " " + word
        }
        return nil
    }

    /// The name that a word is a prefix of or, failing that, a misspelling of.
    private static func nearest(to word: String, in names: [String]) -> String? {
        let begun = names.filter { $0.hasPrefix(word) }
        return begun.count == 1 ? begun[0] : Spelling.nearest(to: word, in: names)
    }

    /// Names of all commands' flags.
    var allNames: Set<String> { Set(root.everyCommand.flatMap(\.flags).map(\.name)) }
}

/// The parts needed here of the argument parser's description of a program.
private struct Description: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?

        func subcommand(_ name: String) -> Command? { subcommands?.first { $0.commandName == name } }
        var everyCommand: [Command] { [self] + (subcommands ?? []).flatMap(\.everyCommand) }
        var flags: [CommandCatalogue.Flag] { (arguments ?? []).compactMap(\.flag) }
    }

    struct Argument: Decodable {
        let kind: String
        let isRepeating: Bool
        let names: [Name]?

        /// Nil for positional arguments and for what the parser itself adds.
        var flag: CommandCatalogue.Flag? {
            let long = (names ?? []).filter { $0.kind == "long" }.map(\.name)
            guard kind != "positional", let name = long.first(where: { !$0.hasPrefix("no-") }) ?? long.first,
                !["help", "version", "config"].contains(name)
            else { return nil }
            return CommandCatalogue.Flag(
                name: name, spellings: Set((names ?? []).map(\.spelling)), takesValue: kind == "option",
                isRepeating: isRepeating)
        }
    }

    struct Name: Decodable {
        let kind: String
        let name: String
        var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }
}
