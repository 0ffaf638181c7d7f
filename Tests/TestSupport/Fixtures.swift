public import Foundation

/// Where test data lies.
public enum Fixtures {
    /// The repository's root.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file or folder under Tests/Fixtures.
    public static func url(_ path: String) -> URL {
        root.appendingPathComponent("Tests/Fixtures").appendingPathComponent(path)
    }

    /// Larger reference data beside the checkout, not part of it; nil where it is absent. Tests over it are skipped
    /// then, and say so.
    public static func shared(_ path: String) -> URL? {
        let base =
            ProcessInfo.processInfo.environment["ATTNRL_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? root.deletingLastPathComponent().appendingPathComponent("shared")
        let url = base.appendingPathComponent(path)
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// Inputs that fuzzing found worth keeping, of a target of Tests/Fuzz.
    public static func fuzzInputs(_ target: String) throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(at: url("fuzz/\(target)"), includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    /// A fresh empty folder that is removed when `body` returns.
    public static func withTemporaryFolder<R>(_ body: (URL) async throws -> R) async throws -> R {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("attnrl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(url)
    }
}
