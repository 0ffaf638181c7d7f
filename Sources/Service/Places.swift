internal import Foundation
internal import Tasks

/// A folder that paths in requests may lead into.
public struct Place: Sendable {
    /// Its path without links; nil means that any path will do.
    private let root: String?

    public static let anywhere = Place(root: nil)

    /// Whether any path will do.
    var isAnywhere: Bool { root == nil }

    private init(root: String?) { self.root = root }

    /// - Throws: An error that says what is wrong with the folder.
    public init(folder: String) throws(PlaceProblem) {
        guard let root = Self.withoutLinks(folder) else {
            throw PlaceProblem(description: "\(folder): \(String(cString: strerror(errno)))")
        }
        self.init(root: root)
    }

    /// The path that a text leads to, without links; nil if that is outside.
    ///
    /// A relative path begins at the folder. Whether something exists outside makes no difference to the answer.
    func path(_ text: String) -> String? {
        guard let root else { return text }
        guard !text.utf8.contains(0) else { return nil }
        guard let path = Self.end(of: text.hasPrefix("/") ? text : "\(root)/\(text)") else { return nil }
        return Self.holds(root, path) ? path : nil
    }

    /// Why a folder within the place must not be read: the first link in it, or in a folder below it, that leads out of the
    /// place. Nil if none does. It blocks.
    func wayOut(of folder: String) -> String? {
        guard let root, let entries = FileManager.default.enumerator(atPath: folder) else { return nil }
        var left = Self.mostEntries
        for case let name as String in entries {
            left -= 1
            guard left > 0 else {
                return "This folder holds more than \(Self.mostEntries) files. Name a model's own folder."
            }
            guard entries.fileAttributes?[.type] as? FileAttributeType == .typeSymbolicLink else { continue }
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(name)",
                exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            // What a linked folder holds is not looked at.
            guard exists, !isFolder.boolValue, let end = Self.withoutLinks(path), Self.holds(root, end) else {
                return
                    "\(name) in this folder is a link that leads out of the folder that the server's --models-root names, "
                    + "to a folder, or nowhere. Put the file itself there."
            }
        }
        return nil
    }

    /// The most files that are looked at.
    private static let mostEntries = 10_000

    private static func holds(_ root: String, _ path: String) -> Bool {
        path == root || path.hasPrefix(root == "/" ? root : root + "/")
    }

    /// Follows the links of a path whose last parts need not exist.
    private static func end(of path: String) -> String? {
        if let end = withoutLinks(path) { return end }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { return nil }
        let name = path[path.index(after: slash)...]
        // A link that leads nowhere may lead outside, and nobody knows where `..` is of what does not exist.
        var status = stat()
        guard name != "..", lstat(path, &status) != 0 else { return nil }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        guard let folder = end(of: parent) else { return nil }
        return name.isEmpty || name == "." ? folder : folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    private static func withoutLinks(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Why a folder cannot be a place.
public struct PlaceProblem: Error, CustomStringConvertible {
    public let description: String
}

/// Where requests may have the server read and write.
public struct Places: Sendable {
    /// Models to load.
    public var models = Place.anywhere
    /// Files of records to train on.
    public var data = Place.anywhere
    /// Exported checkpoints.
    public var exports = Place.anywhere

    public init() {}
}

extension FieldProblems {
    /// The path that a request's text leads to within a place; a problem if it is outside.
    mutating func path(_ text: String, in place: Place, flag: String, _ field: String) -> String {
        if let path = place.path(text) { return path }
        add(
            field, value: text,
            "This path is outside the folder that the server's \(flag) names, or leads out of it.")
        return text
    }
}

extension FieldProblems {
    /// Data of a job: tasks by name stay as they are, files are looked for in a place.
    mutating func data(_ text: String, in place: Place, _ field: String) -> String {
        Dataset.namesFile(text) ? path(text, in: place, flag: "--data-root", field) : text
    }
}
