import ArgumentParser
import Foundation

/// A policy to serve: a folder, and a name if it should differ from the folder's.
package struct NamedModel: ExpressibleByArgument, CustomStringConvertible, Equatable {
    package let name: String?
    package let directory: String

    package init(name: String, directory: String) {
        self.name = name
        self.directory = directory
    }

    /// `NAME=DIR`, or `DIR` alone.
    ///
    /// A folder whose name contains an equals sign is written `./a=b`.
    package init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isNamed = parts.count == 2 && !parts[0].contains("/")
        name = isNamed ? String(parts[0]) : nil
        let path = isNamed ? String(parts[1]) : argument
        // Shells expand ~ only at the start of a word, and not at all in variables and files.
        directory = path.hasPrefix("~/") ? NSString(string: path).expandingTildeInPath : path
        guard !directory.isEmpty, name != "" else { return nil }
    }

    package var description: String { name.map { "\($0)=\(directory)" } ?? directory }
}
