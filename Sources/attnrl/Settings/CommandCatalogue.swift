import ArgumentParser
import Console
import Foundation
import Jobs

/// The flags of every command, as the argument parser knows them.
///
/// Read from its own description of the program, so that a flag is declared once and everything else follows.
struct CommandCatalogue {
    /// One option or flag.
    struct Flag {
        /// The name after `--`, which is also the config key.
        let name: String
        /// Every spelling that counts as given, with dashes; a flag's `--no-` form among them.
        let spellings: Set<String>
        let takesValue: Bool
        let isRepeating: Bool

        /// `--max-tokens` is `ATTNRL_MAX_TOKENS`.
        var environmentName: String {
            Self.environmentPrefix + name.uppercased().replacingOccurrences(of: "-", with: "_")
        }

        /// What turns a flag off, where something does.
        var negation: String? { spellings.first { $0 == "--no-\(name)" } }

        static let environmentPrefix = "ATTNRL_"
    }

    private let root: Description.Command

    /// This program's.
    static func current() throws -> CommandCatalogue { try CommandCatalogue(description: AttnRL._dumpHelp()) }

    /// - Parameter description: What `_dumpHelp()` of the root command gives.
    init(description: String) throws {
        root = try JSONDecoder().decode(Description.self, from: Data(description.utf8)).command
    }

    /// How many of the arguments name the command, and the flags that it has.
    func command(of arguments: [String]) -> (depth: Int, flags: [Flag]) {
        var command = root
        var depth = 0
        while depth < arguments.count, let next = command.subcommand(arguments[depth]) {
            command = next
            depth += 1
        }
        return (depth, command.flags)
    }

    /// What to say of arguments that name a command which there is not; nil where they name one that there is.
    func unknownCommand(in arguments: [String]) -> String? {
        var command = root
        var path = root.commandName
        // `help` takes the name of a command as well.
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

    /// What a word begins or, failing that, what it is a misspelling of.
    private static func nearest(to word: String, in names: [String]) -> String? {
        let begun = names.filter { $0.hasPrefix(word) }
        return begun.count == 1 ? begun[0] : Spelling.nearest(to: word, in: names)
    }

    /// Names of the flags of all commands.
    var allNames: Set<String> { Set(root.everyCommand.flatMap(\.flags).map(\.name)) }
}

/// The parts that matter here of the argument parser's description of a program.
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

        /// Nil for positional arguments and for what the parser adds itself.
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
