import Foundation
import Jobs
import Ranks

/// A folder or file of the first rank, which every rank has for as long as this lives: its own where that is the same, as on
/// a file system that all share, and otherwise a copy.
final class RankFolder {
    let url: URL
    private let place: RankPlace?

    /// - Parameter path: Used on the first rank alone.
    init(_ path: String, _ ranks: Ranks) throws {
        guard ranks.count > 1 else {
            (url, place) = (URL(fileURLWithPath: path), nil)
            return
        }
        let list = try ranks.told("listing \(path)") { try FileList(of: path) }
        let isHere = ranks.isFirst || (try? FileList(of: list.path)) == list
        let all = try ranks.gather([isHere ? 1 : 0], "comparing files")
        guard all.contains([0]) else {
            (url, place) = (URL(fileURLWithPath: list.path), nil)
            return
        }
        var target: URL?
        do {
            // Half a copy, which may be what fills the disk, goes with the place.
            place = isHere ? nil : try RankPlace()
            target = place?.url.appendingPathComponent((list.path as NSString).lastPathComponent)
            for file in list.files { try Self.copy(file, from: list.path, to: target, ranks) }
        } catch {
            if error is RankError || error is JobError { throw error }
            throw isHere
                ? JobError(reading: list.path, error)
                : JobError(writing: target?.path ?? FileManager.default.temporaryDirectory.path, error)
        }
        url = target ?? URL(fileURLWithPath: list.path)
    }

    /// Bytes that go at once.
    private static let piece = 16 << 20

    private static func copy(_ file: FileList.File, from path: String, to target: URL?, _ ranks: Ranks) throws {
        let source = ranks.isFirst ? try FileHandle(forReadingFrom: FileList.url(file.name, in: path)) : nil
        defer { try? source?.close() }
        var written: FileHandle?
        if let target {
            let url = FileList.url(file.name, in: target.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: url.path, contents: nil)
            written = try FileHandle(forWritingTo: url)
        }
        defer { try? written?.close() }
        for _ in stride(from: 0, to: file.bytes, by: piece) {
            let bytes = try ranks.broadcast(
                Array(try source?.read(upToCount: piece) ?? Data()), "copying \(file.name)")
            try written?.write(contentsOf: bytes)
        }
    }
}

extension JobSpecification {
    /// What the job reads, with checksums of files: the same on all ranks that learn the same.
    func dataDescription() throws -> String {
        try TrainingData.all(self).map { data in
            let kind = try? FileManager.default.attributesOfItem(atPath: data.name)[.type] as? FileAttributeType
            guard kind == .typeRegular || kind == .typeSymbolicLink else { return data.name }
            return try FileList(of: data.name).files.map { "\($0.bytes) bytes, checksum \($0.checksum)" }.joined()
        }.joined(separator: "; ")
    }
}

/// What a folder, or a single file, consists of.
private struct FileList: Codable, Equatable {
    struct File: Codable, Equatable {
        /// Below the folder; empty for a path that is a file.
        let name: String
        let bytes: Int
        let checksum: UInt64
    }

    let path: String
    let files: [File]

    static func url(_ name: String, in path: String) -> URL {
        let url = URL(fileURLWithPath: path)
        return name.isEmpty ? url : url.appendingPathComponent(name)
    }

    init(of path: String) throws {
        self.path = path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw JobError.file(path: path, reason: "It does not exist.")
        }
        let names =
            isFolder.boolValue
            ? try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
                var isFolder: ObjCBool = false
                let path = Self.url(name, in: path).path
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            } : [""]
        files = try names.map { name in
            let (checksum, bytes) = try Checksum.reading(Self.url(name, in: path))
            return File(name: name, bytes: bytes, checksum: checksum.value)
        }
    }
}
