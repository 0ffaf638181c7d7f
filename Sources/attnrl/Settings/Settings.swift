import Console
import Foundation
import Yams

/// The sources of flags, in order: command line, environment, config file, the flag's default.
///
/// Settings become arguments before anything is parsed. So a value means the same wherever it is set, is checked in one
/// place, and commands need not know about settings.
struct Settings {
    var environment: [String: String]
    var file: SettingsFile?

    /// Where a value came from, for messages.
    struct Origin: Equatable {
        let flag: String
        let place: String
    }

    /// The arguments with settings added after the command's name, and where each came from.
    ///
    /// - Parameter arguments: The arguments without the program's name.
    func completed(
        _ arguments: [String], catalogue: CommandCatalogue
    ) throws(SettingsError) -> (arguments: [String], origins: [Origin]) {
        try checkKeys(catalogue)
        let (depth, flags) = catalogue.command(of: arguments)
        let given = Self.spellings(in: arguments)
        var added: [String] = []
        var origins: [Origin] = []
        for flag in flags where flag.spellings.isDisjoint(with: given) {
            guard let (values, place) = try values(for: flag) else { continue }
            let further = try Self.arguments(for: flag, values, place)
            if !further.isEmpty { origins.append(Origin(flag: "--" + flag.name, place: place)) }
            added += further
        }
        return (Array(arguments.prefix(depth)) + added + arguments.dropFirst(depth), origins)
    }

    private func values(for flag: CommandCatalogue.Flag) throws(SettingsError) -> (values: [String], place: String)? {
        if let text = environment[flag.environmentName], !text.isEmpty {
            let place = "the environment variable \(flag.environmentName)"
            return (flag.isRepeating ? try Self.list(text, place) : [text], place)
        }
        guard let file, let values = file.values[flag.name] else { return nil }
        let place = "\(flag.name) in \(file.path)"
        guard values.count == 1 || flag.isRepeating else {
            throw SettingsError("\(place) has \(values.count) values, and --\(flag.name) takes one.")
        }
        return (values, place)
    }

    /// A variable for a repeatable flag holds one value or a YAML list: `["one", "two"]`.
    private static func list(_ text: String, _ place: String) throws(SettingsError) -> [String] {
        guard text.hasPrefix("[") else { return [text] }
        guard let node = try? Yams.compose(yaml: text), let texts = SettingsFile.texts(node) else {
            throw SettingsError("\(place) is not a list as in `[one, two]`: \(SafeText.singleLine(text))")
        }
        return texts
    }

    private static func arguments(
        for flag: CommandCatalogue.Flag, _ values: [String], _ place: String
    ) throws(SettingsError) -> [String] {
        if flag.takesValue { return values.map { "--\(flag.name)=\($0)" } }
        switch values.first?.lowercased() {
        case "1", "true", "yes", "on": return ["--\(flag.name)"]
        case "0", "false", "no", "off": return flag.negation.map { [$0] } ?? []
        default:
            throw SettingsError("\(place) is '\(values.first ?? "")'. It turns a flag on or off: write true or false.")
        }
    }

    /// Rejects keys that no command has: such mistakes would otherwise go unnoticed.
    private func checkKeys(_ catalogue: CommandCatalogue) throws(SettingsError) {
        guard let file else { return }
        let known = catalogue.allNames
        guard let unknown = file.values.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw SettingsError(
            "\(file.path): there is no flag --\(unknown), so '\(unknown)' sets nothing. Keys are named like flags; "
                + "`attnrl help` lists them.")
    }

    /// The flags on the command line, up to `--`: `--name`, `--name=value` and `-n`, without their values.
    private static func spellings(in arguments: [String]) -> Set<String> {
        Set(
            arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("-") }
                .map { argument in
                    argument.hasPrefix("--") ? String(argument.prefix { $0 != "=" }) : String(argument.prefix(2))
                })
    }
}

extension Settings {
    /// Reads the environment and the config file: the one given by `--config` or `ATTNRL_CONFIG`, which must exist, or
    /// `attnrl/config.yaml` in the user's configuration folder, which need not.
    static func load(arguments: [String], environment: [String: String]) throws(SettingsError) -> Settings {
        if let path = configPath(in: arguments) ?? environment["ATTNRL_CONFIG"].flatMap({ $0.isEmpty ? nil : $0 }) {
            return Settings(environment: environment, file: try SettingsFile(path: path))
        }
        guard let usual = usualPath(environment), FileManager.default.fileExists(atPath: usual) else {
            return Settings(environment: environment, file: nil)
        }
        return Settings(environment: environment, file: try SettingsFile(path: usual))
    }

    /// Whether there are no settings to complete a command line from.
    var isEmpty: Bool {
        file == nil && !environment.keys.contains { $0.hasPrefix(CommandCatalogue.Flag.environmentPrefix) }
    }

    static func usualPath(_ environment: [String: String]) -> String? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/attnrl/config.yaml" }
        return environment["HOME"].map { $0 + "/.config/attnrl/config.yaml" }
    }

    private static func configPath(in arguments: [String]) -> String? {
        let arguments = Array(arguments.prefix { $0 != "--" })
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix("--config=") { return String(argument.dropFirst("--config=".count)) }
            if argument == "--config", index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}
