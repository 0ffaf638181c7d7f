import Console

/// The argument parser's error message in our format.
enum UsageMessage {
    /// - Parameters:
    ///   - message: The parser's message: `Error: ...`, then usage.
    ///   - arguments: The arguments given to the parser.
    static func text(_ message: String, origins: [Settings.Origin], arguments: [String] = []) -> String {
        let prefix = "Error: "
        var lines = (message.hasPrefix(prefix) ? "attnrl: " + message.dropFirst(prefix.count) : message)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // For a value that nobody typed, say where it is set.
        let words = Set(lines[0].split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        var notes = origins.filter { words.contains($0.flag) }.map { "  (\($0.flag) comes from \($0.place))" }
        if let note = dashedValue(lines[0], arguments) { notes.append(note) }
        lines[0] += remedy(lines[0])
        lines.insert(contentsOf: notes, at: 1)
        return lines.joined(separator: "\n")
    }

    /// What to give instead of an invalid value, if the parser does not say.
    private static func remedy(_ line: String) -> String {
        guard let match = line.wholeMatch(of: /.*The value '(.*)' is invalid for '.*<(.*)>'/),
            let form = forms[String(match.2)]
        else { return "" }
        guard form == wholeNumber else { return ". Give \(form)." }
        let digits = match.1.drop { $0 == "-" }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return ". Give \(form)." }
        return match.1.hasPrefix("-") ? ". Give a whole number from 0." : ". Give a smaller number."
    }

    private static let wholeNumber = "a whole number"
    private static let number = "a number"

    /// The forms of values, by their names in the help.
    private static let forms = [
        "count": wholeNumber, "number": wholeNumber, "step": wholeNumber, "steps": wholeNumber, "levels": wholeNumber,
        "tokens": wholeNumber, "port": wholeNumber, "version": wholeNumber,
        "value": number, "share": number, "factor": number,
        "time": "a time below 1e9 seconds, as in 30s, 5m or 1h30m", "bytes": "a size, as in 512MiB or 4GiB",
        "gap": "a number of tokens, or a share of the response as in 0.1 or 10%",
        "map": "mean, max, or a head as in L12.H3", "rows": "a head and its rows, as in L12.H3:40-60",
        "path=value": "a field and its value, as in steps=200",
        "[name=]dir": "a folder, or a name and a folder as in qwen=/models/qwen",
    ]

    /// The parser treats a value that begins with a dash as an option, and reports that the previous option lacks a
    /// value.
    private static func dashedValue(_ line: String, _ arguments: [String]) -> String? {
        guard let flag = line.firstMatch(of: /Missing value for '(-[-a-z]+)/)?.1,
            let index = arguments.firstIndex(of: String(flag)), index + 1 < arguments.count,
            arguments[index + 1].hasPrefix("-"), arguments[index + 1].count > 1
        else { return nil }
        let value = SafeText.singleLine(arguments[index + 1])
        return "  (a value that begins with a dash is given as \(flag)=\(value))"
    }
}
