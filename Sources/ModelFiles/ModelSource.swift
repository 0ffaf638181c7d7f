import Basics
package import Foundation

/// What a model is read from: a folder in Hugging Face layout, or a GGUF file, which is read as such a folder.
package enum ModelSource: Sendable {
    case folder(URL)
    case gguf(GGUFModel)

    /// - Throws: `PolicyError` naming the path and the remedy.
    package init(_ url: URL) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw MappedFile.brokenLink(url.path)
                ?? PolicyError(
                    .notFound,
                    "There is no file or folder \(url.path). Give the folder that holds config.json, or a GGUF file.")
        }
        if isFolder.boolValue {
            try Self.checkHoldsModel(url)
            self = .folder(url)
        } else if Self.isGGUF(url) {
            self = .gguf(try GGUFModel(path: url.path))
        } else {
            throw PolicyError(
                .notFound,
                "\(url.path) is a file, and not a GGUF file. Give the folder that holds config.json, or a GGUF file.")
        }
    }

    /// Whether a file's name or its first bytes say that it is a GGUF file.
    package static func isGGUF(_ url: URL) -> Bool {
        if url.pathExtension.lowercased() == "gguf" { return true }
        return RegularFile.beginning(of: url.path, GGUFHeader.magic.count).map { [UInt8]($0) } == GGUFHeader.magic
    }

    /// Whether a model may be at a path: a GGUF file, or a folder with config.json.
    package static func exists(at url: URL) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return false }
        guard isFolder.boolValue else { return isGGUF(url) }
        return FileManager.default.fileExists(atPath: url.appendingPathComponent("config.json").path)
    }

    /// Folders of GGUF files are common, and which of them is meant is not ours to choose.
    private static func checkHoldsModel(_ folder: URL) throws {
        guard !exists(at: folder),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path).filter({
                $0.hasSuffix(".gguf")
            }),
            let first = names.min()
        else { return }
        throw PolicyError(
            .notFound,
            "\(folder.path) has no config.json, but \(names.sorted().listed). Give the file, for example "
                + "\(folder.appendingPathComponent(first).path).")
    }

    // MARK: Files

    /// The content of a file that has to be there.
    package func contents(of name: String) throws -> Data {
        switch self {
        case .folder(let url): return try PolicyDirectory.contents(of: url.appendingPathComponent(name))
        case .gguf(let model):
            guard let data = try model.contents(of: name) else {
                preconditionFailure("\(name) was asked of \(model.path)")
            }
            return data
        }
    }

    package func contentsIfPresent(of name: String) throws -> Data? {
        switch self {
        case .folder(let url): try PolicyDirectory.contentsIfPresent(of: url.appendingPathComponent(name))
        case .gguf(let model): try model.contents(of: name)
        }
    }

    /// Where a file is, for messages.
    package func path(of name: String) -> String {
        switch self {
        case .folder(let url): url.appendingPathComponent(name).path
        case .gguf(let model): "\(model.path) (as \(name))"
        }
    }

    var warnings: [String] {
        switch self {
        case .folder: []
        case .gguf(let model): model.warnings
        }
    }
}
