import Foundation

/// Writes lines beside a file and puts them in its place at the end, so that a broken run leaves no half file.
final class DataFileWriter {
    private let path: String
    private let handle: FileHandle
    private var pending = Data()
    private var isFinished = false

    private var draft: String { path + ".part" }

    init(path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path + ".part", contents: nil),
            let handle = FileHandle(forWritingAtPath: path + ".part")
        else { throw Failure("cannot write \(path). Give a path in a folder that exists and can be written to.") }
        self.handle = handle
    }

    deinit {
        if !isFinished { try? FileManager.default.removeItem(atPath: draft) }
    }

    func line(_ text: String) throws {
        pending.append(contentsOf: text.utf8)
        pending.append(UInt8(ascii: "\n"))
        if pending.count > 1 << 20 { try flush() }
    }

    func finish() throws {
        try flush()
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw Failure("cannot write \(path): \(error.localizedDescription)")
        }
        guard rename(draft, path) == 0 else {
            throw Failure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        isFinished = true
    }

    private func flush() throws {
        do {
            try handle.write(contentsOf: pending)
        } catch {
            throw Failure("cannot write \(path): \(error.localizedDescription)")
        }
        pending.removeAll(keepingCapacity: true)
    }
}
