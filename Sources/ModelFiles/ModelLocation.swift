package import Foundation

/// Where a model is that a person names: a path, or the name of a repository in Hugging Face's cache.
package enum ModelLocation {
    /// The folder or GGUF file that a text names.
    ///
    /// A path that exists wins over a repository of the same name.
    ///
    /// - Parameter environment: Says where the cache is.
    /// - Throws: `PolicyError` if the text looks like a repository and the cache does not have it whole.
    package static func url(
        of text: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> URL {
        let url = URL(fileURLWithPath: text)
        guard !FileManager.default.fileExists(atPath: url.path), let repository = HubRepository(text) else {
            return url
        }
        return try HubCache(environment: environment).url(of: repository)
    }

    /// What a model is called if nobody says: as its folder, its GGUF file or, in Hugging Face's cache, its repository.
    package static func name(of url: URL) -> String {
        let url = url.standardizedFileURL
        if let repository = HubCache.repository(ofSnapshot: url) { return repository }
        return url.pathExtension.lowercased() == "gguf"
            ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
    }
}

/// A repository on Hugging Face's hub as people write it: `ORG/NAME`, with `@REVISION` and the path of a file if wanted.
struct HubRepository: Equatable {
    let name: String
    /// A branch, a tag or the beginning of a commit.
    let revision: String?
    /// Within the repository: a GGUF file.
    let file: String?

    /// Returns nil for what is a path and cannot be a repository.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, Self.isPlain(parts[0]) else { return nil }
        let named = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard Self.isPlain(named[0]), named.count == 1 || Self.isPlain(named[1]) else { return nil }
        name = parts[0] + "/" + named[0]
        revision = named.count == 2 ? named[1] : nil
        file = parts.count == 3 ? parts[2] : nil
        // Three parts are a path of folders unless the last is a file that can be served.
        guard file.map({ $0.hasSuffix(".gguf") && !$0.split(separator: "/").contains("..") }) ?? true else {
            return nil
        }
    }

    /// Letters, digits and the marks that names may have, not a dot first.
    private static func isPlain(_ part: String) -> Bool {
        !part.isEmpty && part.first != "."
            && part.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
            }
    }
}
