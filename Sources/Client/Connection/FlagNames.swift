import Guarding

/// The flags that stand for fields of requests, so that a server's complaint names the flag the user
/// typed.
package struct FlagNames: Sendable {
    /// Fields whose flag has another name, without places in lists.
    private static let others = [
        "heads": "map-of", "raw_rows": "rows", "capture.heads": "map-of", "capture.raw_rows": "rows",
    ]

    private let flags: Set<String>

    private static let ofCommand = Guarded<@Sendable () -> FlagNames>({ FlagNames(flags: []) })

    /// Those of the command that runs.
    package static var current: FlagNames { ofCommand.withLock { $0 }() }

    /// Says whose flags there are: the program's to do, as no command knows all others. Asked for only where a call failed.
    package static func take(_ names: @escaping @Sendable () -> FlagNames) { ofCommand.withLock { $0 = names } }

    /// - Parameter flags: Without their dashes.
    package init(flags: Set<String>) { self.flags = flags }

    /// `--max-tokens` for `sampling.max_tokens`; the field itself where the command has no flag for it.
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
