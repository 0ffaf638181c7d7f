internal import Foundation

/// The cache that `hf download` fills: for each repository a folder with `refs`, which name commits, and `snapshots`,
/// which have a commit's files as links. It is only read.
struct HubCache {
    let folder: URL

    /// Where Hugging Face's own programs look.
    init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = value("HOME") ?? NSHomeDirectory()
        let path =
            value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") ?? value("HF_HOME").map { $0 + "/hub" }
            ?? (value("XDG_CACHE_HOME") ?? home + "/.cache") + "/huggingface/hub"
        folder = URL(fileURLWithPath: path.hasPrefix("~/") ? home + path.dropFirst(1) : path)
    }

    /// The folder of a repository's files, or the file in it that is named.
    ///
    /// - Throws: `PolicyError` naming the folder that was looked in and the command that fills it.
    func url(of repository: HubRepository) throws -> URL {
        let place = folder.appendingPathComponent(Self.folderName(repository.name))
        guard FileManager.default.fileExists(atPath: place.path) else {
            throw PolicyError(
                .notFound,
                "There is no folder \(repository.name), and no such repository in \(folder.path). Give a folder, or run "
                    + "`\(Self.command(repository))` first.")
        }
        let snapshot = place.appendingPathComponent("snapshots")
            .appendingPathComponent(try commit(of: repository, in: place))
        guard let file = repository.file else { return snapshot }
        let url = snapshot.appendingPathComponent(file)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw PolicyError(
                .notFound, "\(snapshot.path) lacks \(file). Run `\(Self.command(repository))`.")
        }
        return url
    }

    /// The commit that a revision names: `main` unless another is given.
    private func commit(of repository: HubRepository, in place: URL) throws -> String {
        let snapshots = contents(of: place.appendingPathComponent("snapshots"))
        let revision = repository.revision ?? "main"
        let reference = place.appendingPathComponent("refs").appendingPathComponent(revision)
        if let data = try PolicyDirectory.contentsIfPresent(of: reference) {
            let commit = String(decoding: data.prefix(256), as: UTF8.self).trimmingCharacters(
                in: .whitespacesAndNewlines)
            guard snapshots.contains(commit) else {
                throw PolicyError(
                    .notFound,
                    "\(reference.path) names the commit \(commit), whose files are not there. Run "
                        + "`\(Self.command(repository))`.")
            }
            return commit
        }
        let matching = repository.revision.map { revision in snapshots.filter { $0.hasPrefix(revision) } } ?? snapshots
        if let only = matching.first, matching.count == 1 { return only }
        throw PolicyError(
            .notFound,
            matching.isEmpty
                ? "\(place.path) has no files of revision \(revision). Run `\(Self.command(repository))`."
                : "\(place.path) has \(matching.count) revisions: \(matching.listed). Say which, as "
                    + "\(repository.name)@\(matching[0].prefix(8)).")
    }

    private func contents(of folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }
            .sorted()
    }

    // MARK: Names

    private static let prefix = "models--"

    private static func folderName(_ repository: String) -> String {
        prefix + repository.replacingOccurrences(of: "/", with: "--")
    }

    private static func command(_ repository: HubRepository) -> String {
        "hf download " + repository.name + (repository.file.map { " " + $0 } ?? "")
            + (repository.revision.map { " --revision " + $0 } ?? "")
    }

    /// The last part of the name of the repository whose snapshot a folder is; nil for other folders.
    static func repository(ofSnapshot url: URL) -> String? {
        let parts = url.pathComponents.suffix(3)
        guard parts.count == 3, let first = parts.first, first.hasPrefix(prefix), parts.dropFirst().first == "snapshots"
        else { return nil }
        return first.components(separatedBy: "--").last
    }
}
