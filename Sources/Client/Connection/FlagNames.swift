import Guarding

/// The flags that correspond to request fields, so that a server's complaint names the flag the user typed.
package struct FlagNames: Sendable {
    /// Fields whose flag has a different name, without list indices.
    private static let others = [
        "heads": "map-of", "raw_rows": "rows", "capture.heads": "map-of", "capture.raw_rows": "rows",
        "capture.hidden_states.layer": "hidden-states",
    ]

    private let flags: Set<String>

    private static let ofCommand = Guarded<@Sendable () -> FlagNames>({ FlagNames(flags: []) })

    /// The flags of the running command.
    package static var current: FlagNames { ofCommand.withLock { $0 }() }

    /// Sets the source of the flags: only the program as a whole knows all commands. It is only called if a call
    /// failed.
    package static func take(_ names: @escaping @Sendable () -> FlagNames) { ofCommand.withLock { $0 = names } }

    /// - Parameter flags: The flags without their dashes.
    package init(flags: Set<String>) { self.flags = flags }

    /// `--max-tokens` for `sampling.max_tokens`; the field itself if the command has no flag for it.
    package func name(of field: String) -> String {
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
