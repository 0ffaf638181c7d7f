import Foundation
import TestSupport
import Testing

@testable import Jobs

@Suite("CheckpointFolder")
struct CheckpointFolderTests {
    private func withFolder(_ body: (CheckpointFolder) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            try body(CheckpointFolder(directory: folder.appendingPathComponent("checkpoints")))
        }
    }

    private func save(_ folder: CheckpointFolder, _ step: Int, _ text: String = "weights") throws -> Checkpoint {
        try folder.save(step: step, at: 5) { directory in
            let policy = directory.appendingPathComponent("policy/sub")
            try FileManager.default.createDirectory(at: policy, withIntermediateDirectories: true)
            try Data("\(text) \(step)".utf8).write(to: policy.appendingPathComponent("a"))
            try Data().write(to: directory.appendingPathComponent("empty"))
        }
    }

    private func names(_ folder: CheckpointFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.directory.path).sorted()
    }

    @Test("What was saved is found, whole, with its size")
    func saving() async throws {
        try await withFolder { folder in
            let saved = try save(folder, 7)
            #expect(saved.bytes == 9)
            #expect(try folder.verified(step: 7) == saved)
            let newest = try folder.newest().checkpoint
            #expect(newest == saved)
            #expect(try names(folder) == ["step-00000007"])
        }
    }

    @Test("Anything that changed in a checkpoint is found, and the newest one without damage is taken")
    func damage() async throws {
        let changes: [(String, (URL) throws -> Void)] = [
            (
                "manifest.json is missing",
                { try FileManager.default.removeItem(at: $0.appendingPathComponent("manifest.json")) }
            ),
            (
                "manifest.json cannot be read",
                { try Data("{".utf8).write(to: $0.appendingPathComponent("manifest.json")) }
            ),
            (
                "policy/sub/a is missing",
                { try FileManager.default.removeItem(at: $0.appendingPathComponent("policy/sub/a")) }
            ),
            ("has 3 bytes", { try Data("abc".utf8).write(to: $0.appendingPathComponent("policy/sub/a")) }),
            ("has the checksum", { try Data("weightz 2".utf8).write(to: $0.appendingPathComponent("policy/sub/a")) }),
        ]
        for (text, change) in changes {
            try await withFolder { folder in
                let first = try save(folder, 1)
                let second = try save(folder, 2)
                try change(second.directory)
                let (newest, damage) = try folder.newest()
                #expect(newest == first)
                #expect(damage.count == 1)
                #expect(damage.first?.description.contains(text) == true)
                // Saving the step again replaces what is damaged.
                let again = try save(folder, 2)
                #expect(again == (try folder.newest().checkpoint))
            }
        }
    }

    @Test("A save that fails leaves nothing behind, and what an interrupted one left is no checkpoint")
    func failedSaves() async throws {
        struct Trouble: Error {}
        try await withFolder { folder in
            _ = try save(folder, 1)
            #expect(throws: Trouble.self) {
                try folder.save(step: 2, at: 0) { _ in throw Trouble() }
            }
            #expect(throws: JobError.outOfSpace(path: folder.directory.path + "/step-00000002")) {
                try folder.save(step: 2, at: 0) { _ in throw POSIXError(.ENOSPC) }
            }
            #expect(try names(folder) == ["step-00000001"])
            let partial = folder.directory.appendingPathComponent(".partial-step-00000003")
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
            #expect(try folder.steps() == [1])
            folder.removePartial()
            #expect(try names(folder) == ["step-00000001"])
        }
    }

    @Test("A link is refused: a checkpoint must not depend on what is outside it")
    func links() async throws {
        try await withFolder { folder in
            #expect(throws: JobError.self) {
                try folder.save(step: 1, at: 0) {
                    try FileManager.default.createSymbolicLink(
                        atPath: $0.path + "/link", withDestinationPath: "/etc/hostname")
                }
            }
            let steps = try folder.steps()
            #expect(steps.isEmpty)
        }
    }

    @Test("Old checkpoints go, the newest whole ones stay, damaged ones do not count")
    func retention() async throws {
        try await withFolder { folder in
            for step in 1...5 { _ = try save(folder, step) }
            let damaged = folder.directory.appendingPathComponent("step-00000005/policy/sub/a")
            try Data().write(to: damaged)
            try folder.removeOld(keeping: 2)
            #expect(try folder.steps() == [3, 4, 5])
            let whole = try folder.list().map(\.step)
            #expect(whole == [3, 4])
            try folder.removeOld(keeping: 1)
            let newest = try folder.newest().checkpoint
            #expect(newest?.step == 4)
        }
    }

    @Test("An export is a copy of the policy alone, and changes nothing that is there")
    func export() async throws {
        try await withFolder { folder in
            let job = JobID(number: 3), jobs = folder.directory
            let outside = jobs.deletingLastPathComponent()
            let target = outside.appendingPathComponent("out/model")
            func export(_ step: Int?, to target: URL) throws(JobError) -> Int64 {
                try folder.export(step: step, to: target, of: job, outside: jobs).bytes
            }
            #expect(throws: JobError.noCheckpoint(job)) { try export(nil, to: target) }
            _ = try save(folder, 1)
            _ = try save(folder, 2)
            #expect(throws: JobError.unknownCheckpoint(job: job, step: 9, existing: [1, 2])) {
                try export(9, to: target)
            }
            // What another program may have left beside the target.
            let bystander = outside.appendingPathComponent("out/.model.partial/mine")
            try FileManager.default.createDirectory(at: bystander, withIntermediateDirectories: true)
            #expect(try export(1, to: target) == 9)
            #expect(try String(contentsOf: target.appendingPathComponent("sub/a"), encoding: .utf8) == "weights 1")
            #expect(throws: JobError.exportExists(path: target.path)) { try export(1, to: target) }
            #expect(FileManager.default.fileExists(atPath: bystander.path))
            let link = outside.appendingPathComponent("out/link")
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "/nowhere")
            #expect(throws: JobError.exportExists(path: link.path)) { try export(1, to: link) }
            let names = try FileManager.default.contentsOfDirectory(atPath: outside.path + "/out").sorted()
            #expect(names == [".model.partial", "link", "model"])
        }
    }

    @Test("Where nothing can be exported to, the reason is that place's own")
    func exportPlaces() async throws {
        try await withFolder { folder in
            _ = try save(folder, 1)
            func reason(_ path: String) -> String {
                do {
                    _ = try folder.export(
                        step: 1, to: URL(fileURLWithPath: path), of: JobID(number: 3), outside: folder.directory)
                    return "exported"
                } catch {
                    return error.description
                }
            }
            #expect(reason("/proc/x").hasPrefix("/proc/x: It cannot be written: "))
            #expect(!reason("/proc/x").contains("space"))
            #expect(reason("/dev/null/x").contains("is not a folder"))
            #expect(reason(folder.directory.path + "/job-9/x").contains("It lies in the folder of jobs."))
            let link = folder.directory.deletingLastPathComponent().appendingPathComponent("link").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.directory.path)
            #expect(reason(link + "/x/y").contains("It lies in the folder of jobs."))
            #expect(try folder.steps() == [1])
        }
    }

    @Test("A folder of checkpoints that cannot be read is an error, and not taken for an empty one")
    func unreadable() async throws {
        try await withFolder { folder in
            let steps = try folder.steps()
            #expect(steps.isEmpty)
            try Data().write(to: folder.directory)
            #expect(throws: JobError.self) { try folder.newest() }
        }
    }
}

@Suite("Checksum")
struct ChecksumTests {
    /// Values that the algorithm's specification and its reference program give for seed 0.
    @Test(
        "It gives the published values",
        arguments: [
            ("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999"),
            ("Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
        ])
    func known(text: String, sum: String) {
        var checksum = Checksum()
        checksum.append(Array(text.utf8))
        #expect(checksum.text == sum)
    }

    @Test("Pieces of any size give the sum of the whole")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 131 >> 2) }
        var whole = Checksum()
        whole.append(bytes)
        for size in [1, 3, 31, 32, 33, 64, 500] {
            var parts = Checksum()
            for start in stride(from: 0, to: bytes.count, by: size) {
                parts.append(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(parts.value == whole.value)
        }
    }
}
