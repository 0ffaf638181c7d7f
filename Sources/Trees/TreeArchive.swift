internal import Basics
public import Foundation

/// The trees a job keeps for inspection: one file per step in its folder, with one tree in JSON per line.
public struct TreeArchive: Sendable {
    private let folder: URL

    /// - Parameter folder: The job's folder.
    public init(folder: URL) { self.folder = folder.appending(path: "trees", directoryHint: .isDirectory) }

    /// - Parameter step: The step's number, from 1 as the job counts its steps.
    public func write(_ trees: [TreeRecord], step: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var lines = Data()
        for tree in trees {
            lines += try encoder.encode(tree)
            lines.append(UInt8(ascii: "\n"))
        }
        // Foundation's atomic writing takes a random name: each process killed there would leave a file for good.
        let partial = folder.appendingPathComponent(".partial"), target = file(ofStep: step)
        try lines.writeAll(to: partial)
        guard rename(partial.path, target.path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    /// The steps that have trees, ascending.
    public var steps: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".jsonl") else { return nil }
            return Int(name.dropFirst(5).dropLast(6))
        }.sorted()
    }

    /// The trees of one step.
    ///
    /// - Throws: A Foundation error if the file cannot be read or holds something else.
    public func trees(ofStep step: Int) throws -> [TreeRecord] {
        let decoder = JSONDecoder()
        return try Data(contentsOf: file(ofStep: step)).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(TreeRecord.self, from: $0)
        }
    }

    /// The path of the file with a step's trees, whether or not it exists.
    public func file(ofStep step: Int) -> URL { folder.appendingPathComponent("step-\(step).jsonl") }
}
