import Console
import Foundation
import Yams

/// A configuration file: one `key: value` per flag, in YAML.
///
/// A repeatable flag may have a list.
struct SettingsFile {
    let path: String
    let values: [String: [String]]

    /// Reads a file that must exist.
    init(path: String) throws(SettingsError) {
        let text: String
        do {
            text = try InputFile.text(of: path)
        } catch {
            throw SettingsError("the config file: \(Failure(error)?.message ?? "\(error)")")
        }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws(SettingsError) {
        self.path = path
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError("\(path) is not valid YAML: \(error). Write one `key: value` on each line.")
        }
        guard let node, node.scalar.map({ !$0.string.isEmpty }) ?? true else {
            values = [:]
            return
        }
        guard case .mapping(let mapping) = node else {
            throw SettingsError("\(path): expected `key: value` lines, as in `server: 127.0.0.1:8470`.")
        }
        var values: [String: [String]] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard let texts = Self.texts(value) else {
                let line = value.mark.map { " line \($0.line):" } ?? ""
                throw SettingsError("\(path):\(line) \(name) must be a plain value, or a list of plain values.")
            }
            values[name] = texts
        }
        self.values = values
    }

    /// The text of a scalar, or those of a list of scalars; nil for anything deeper.
    static func texts(_ node: Node) -> [String]? {
        switch node {
        case .scalar(let scalar): return [scalar.string]
        case .sequence(let sequence):
            let texts = sequence.compactMap { $0.scalar?.string }
            return texts.count == sequence.count ? texts : nil
        default: return nil
        }
    }
}

/// A setting outside the command line that is invalid; a usage error.
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
