/// The argument parser's complaint, in our form.
enum UsageMessage {
    /// - Parameter message: As the parser writes it: `Error: ...`, then usage.
    static func text(_ message: String, origins: [Settings.Origin]) -> String {
        let prefix = "Error: "
        var lines = (message.hasPrefix(prefix) ? "attnrl: " + message.dropFirst(prefix.count) : message)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // A value that nobody typed needs a word on where it is.
        let words = Set(lines[0].split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        let notes = origins.filter { words.contains($0.flag) }.map { "  (\($0.flag) comes from \($0.place))" }
        lines.insert(contentsOf: notes, at: 1)
        return lines.joined(separator: "\n")
    }
}
