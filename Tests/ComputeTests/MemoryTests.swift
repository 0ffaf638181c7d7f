import Foundation
import TestSupport
import Testing

@testable import Compute

@Suite("Aligned buffer")
struct AlignedBufferTests {
    @Test("Buffers of any size begin on 64 bytes and hold zeros", arguments: [0, 1, 100, 32_767, 32_768, 2_000_000])
    func zeroed(_ count: Int) throws {
        for _ in 0..<3 {
            let buffer = try AlignedBuffer<Float>(count: count)
            #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
            #expect(buffer.buffer.count == count && buffer.buffer.allSatisfy { $0 == 0 })
            buffer.buffer.update(repeating: 1)
        }
    }

    @Test("What the system refuses is an error with its size", arguments: [1 << 50, Int.max])
    func refused(_ count: Int) {
        let error = #expect(throws: MemoryError.self) { _ = try AlignedBuffer<UInt16>(count: count / 2) }
        #expect(error?.byteCount == count / 2 * 2)
        let words = #expect(throws: MemoryError.self) { _ = try AlignedBuffer<UInt64>(count: count / 2) }
        #expect(words?.byteCount == (count == .max ? nil : count * 4))
    }
}

@Suite("Memory of the machine")
struct MachineMemoryTests {
    @Test("A large allocation is refused where it does not fit beside those being made, and leaves nothing behind")
    func reserving() throws {
        let free = MachineMemory.free
        #expect(free > 0 && free <= MachineMemory.limit.bytes)
        let error = #expect(throws: MemoryError.self) {
            try MachineMemory.reserving(.max) { Issue.record("it was made") }
        }
        #expect(error?.byteCount == .max && error?.free != nil)
        #expect(error?.description.contains("are free") == true)
        // Half of what is free, twice and then once more.
        let half = free / 2
        try MachineMemory.reserving(half) {
            #expect(throws: MemoryError.self) { try MachineMemory.reserving(half + half / 2) {} }
        }
        #expect(try MachineMemory.reserving(half) { 7 } == 7)
        #expect(MachineMemory.field("MemAvailable", of: "/proc/meminfo") ?? 0 > 0)
        #expect(MachineMemory.field("Nothing", of: "/proc/meminfo") == nil)
        #expect(MachineMemory.field("MemAvailable", of: "/nowhere") == nil)
    }

    @Test("The limit is the least of what there is")
    func limit() {
        let (bytes, bound) = MachineMemory.limit
        #expect(bytes > 0 && bytes <= MachineMemory.installed)
        #expect((bound == .machine) == (bytes == MachineMemory.installed))
    }

    /// What `/proc/self/cgroup` says, files below the mount, and the limit.
    static let containers: [(groups: String, files: [String: String], limit: Int?)] = [
        ("0::/\n", ["memory.max": "1073741824\n"], 1 << 30),
        ("0::/\n", ["memory.max": "max\n"], nil),
        ("0::/\n", [:], nil),
        // The group a container has outside is not there inside; its own is the root.
        ("0::/system.slice/docker-1.scope\n", ["memory.max": "4096\n"], 4096),
        // A group is bound by those it is in.
        ("0::/a/b\n", ["a/memory.max": "1000\n", "a/b/memory.max": "max\n"], 1000),
        ("0::/a/b\n", ["a/memory.max": "max\n", "a/b/memory.max": "77\n"], 77),
        ("5:cpu,memory:/x\n1:name=systemd:/\n", ["memory/x/memory.limit_in_bytes": "5000\n"], 5000),
        ("5:cpu:/x\n", ["memory/x/memory.limit_in_bytes": "5000\n"], nil),
        ("nonsense\n0::\n", ["memory.max": "12 apples"], nil),
    ]

    @Test("Limits of containers are found, of both versions of control groups", arguments: containers)
    func container(_ groups: String, _ files: [String: String], _ limit: Int?) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            for (name, text) in files {
                let file = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            let listing = folder.appending(path: "groups")
            try groups.write(to: listing, atomically: true, encoding: .utf8)
            #expect(MachineMemory.containerLimit(groups: listing.path, root: folder.path) == limit)
        }
    }
}
