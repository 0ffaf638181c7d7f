internal import Foundation

/// How much space a disk has.
enum FreeSpace {
    /// Less than this counts as full: file systems reserve some, and a database page needs more than one block.
    private static let leastBytes: Int64 = 1 << 20

    /// Whether the file system that holds a path is full, as far as can be determined.
    static func isExhausted(at path: String) -> Bool {
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: existingParent(of: path)),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value,
            let size = (attributes[.systemSize] as? NSNumber)?.int64Value
        else { return false }
        // File systems that hold no user files, such as /proc, have no size at all.
        return size > 0 && free < leastBytes
    }

    private static func existingParent(of path: String) -> String {
        var url = URL(fileURLWithPath: path)
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        return url.path
    }
}
