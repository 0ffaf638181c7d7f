/// What the fields of requests are called on the command line, so that a server's complaint names the flag the user
/// typed.
struct FlagNames {
    /// Fields whose flag has another name, without places in lists.
    private static let others = [
        "heads": "map-of", "raw_rows": "rows", "capture.heads": "map-of", "capture.raw_rows": "rows",
    ]

    private let flags: Set<String>

    /// Of the command that runs.
    static let current = FlagNames(of: (try? ProgramInput.arguments()) ?? [])

    /// - Parameter arguments: The command line's.
    init(of arguments: [String]) {
        // A job's fields are those of its specification, which has no flags.
        let flags = arguments.first == "job" ? nil : (try? CommandCatalogue.current())?.command(of: arguments).flags
        self.flags = Set((flags ?? []).map(\.name))
    }

    /// `--max-tokens` for `sampling.max_tokens`; the field itself where the command has no flag for it.
    func name(of field: String) -> String {
        let path = field.replacing(/\[[0-9]*\]/, with: "")
        let parts = path.split(separator: ".")
        let candidates =
            [Self.others[path]].compactMap(\.self)
            + parts.indices.map {
                parts[$0...].joined(separator: "-").replacing("_", with: "-")
            }
        return candidates.first(where: flags.contains).map { "--\($0)" } ?? field
    }
}
