internal import Basics
internal import Foundation

/// The contents of a checkpoint, written last into its folder.
struct CheckpointManifest: Codable, Equatable {
    static let fileName = "manifest.json"
    static let currentFormat = 1

    struct File: Codable, Equatable {
        /// Relative to the checkpoint's folder, with `/` between components.
        var path: String
        var bytes: Int64
        /// XXH64, in hexadecimal.
        var checksum: String
    }

    var format = currentFormat
    var step: Int
    /// Seconds since 1970.
    var createdAt: Double
    var files: [File]

    enum CodingKeys: String, CodingKey {
        case format, step, files
        case createdAt = "created_at"
    }

    var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

    /// Reads the manifest of a checkpoint's folder.
    static func read(in directory: URL) throws(JobError) -> CheckpointManifest {
        let url = directory.appendingPathComponent(fileName)
        guard let data = try? Data(contentsOf: url) else {
            throw .damagedCheckpoint(path: directory.path, reason: "\(fileName) is missing.")
        }
        guard let manifest = try? JSONDecoder().decode(Self.self, from: data) else {
            throw .damagedCheckpoint(path: directory.path, reason: "\(fileName) cannot be read.")
        }
        guard manifest.format == currentFormat else {
            throw .damagedCheckpoint(
                path: directory.path,
                reason: "Its format is \(manifest.format), and this version reads \(currentFormat).")
        }
        return manifest
    }

    /// Writes it, synchronised.
    func write(in directory: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).writeAll(to: directory.appendingPathComponent(Self.fileName))
    }
}
