import Console
import Foundation

/// Arguments and environment as given by the system.
///
/// Both are bytes. Swift's own readers replace invalid UTF-8 with U+FFFD, and the program would use a text or file name
/// that nobody entered.
enum ProgramInput {
    /// The arguments without the program's name.
    static func arguments() throws(SettingsError) -> [String] {
        var arguments: [String] = []
        for index in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[index] else { break }
            guard let text = String(validatingCString: argument) else {
                throw notUTF8("argument \(index)", argument)
            }
            arguments.append(text)
        }
        return arguments
    }

    /// The variables by name; those that are not UTF-8 are left out, or rejected if they would set something.
    static func environment() throws(SettingsError) -> [String: String] {
        var values: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            if let text = String(validatingCString: entry) {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
            } else if let name = name(of: entry), setsSomething(name) {
                throw notUTF8("the environment variable \(name)", entry + name.utf8.count + 1)
            }
        }
        return values
    }

    private static func name(of entry: UnsafePointer<CChar>) -> String? {
        guard let end = strchr(entry, Int32(UInt8(ascii: "="))) else { return nil }
        let count = UnsafePointer(end) - entry
        return String(validating: UnsafeRawBufferPointer(start: entry, count: count), as: UTF8.self)
    }

    /// Whether a variable sets a flag or determines where the config file is.
    private static func setsSomething(_ name: String) -> Bool {
        name.hasPrefix(CommandCatalogue.Flag.environmentPrefix) || ["HOME", "XDG_CONFIG_HOME"].contains(name)
    }

    private static func notUTF8(_ name: String, _ text: UnsafePointer<CChar>) -> SettingsError {
        let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
        return SettingsError(
            "\(name) is not valid UTF-8: '\(shown(bytes))'. Give it in UTF-8; rename a file called so.")
    }

    /// Text with bytes that are not UTF-8 shown as `\xe9`.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let lengths = (1...4).filter { $0 <= rest.count }
            let character = lengths.lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
            text += character ?? String(format: "\\x%02x", first)
            rest = rest.dropFirst(character?.utf8.count ?? 1)
        }
        return SafeText.singleLine(text)
    }
}
