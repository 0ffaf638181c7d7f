import Basics
import Foundation
import TestSupport

extension SimulatedDisk {
    /// What ends a process.
    enum Crash: CaseIterable {
        /// All that was written stays.
        case process
        /// What was not synchronised may be lost.
        case machine
    }

    /// The next process finds what the crash left. Nothing of the last one may be open any more.
    func restart(after crash: Crash) throws {
        (isDead, trouble.death) = (false, nil)
        open = [:]
        guard crash == .machine else { return }
        // Often all of it is lost: that is what a machine that stops at once leaves.
        let lost = [100, 100, 50, 10][random.next(below: 4)]
        for node in nodes() {
            node.settle { random.next(below: 100) >= lost }
            node.size = node.durable.count
        }
        loseNames(lost)
        try watching(false) {
            // Shared memory is often gone, and otherwise anything.
            let memory = path + "/jobs/jobs.sqlite-shm"
            let rest = random.next(below: 2) == 0 ? FileManager.default.contents(atPath: memory) : nil
            for name in try FileManager.default.contentsOfDirectory(atPath: path) {
                try FileManager.default.removeItem(atPath: path + "/" + name)
            }
            var made: [ObjectIdentifier: String] = [:]
            try make(top, path, &made)
            if let rest { _ = FileManager.default.createFile(atPath: memory, contents: rest) }
        }
    }

    /// All files and folders that may be found after a crash, each once.
    private func nodes() -> [DiskNode] {
        var found: [DiskNode] = [], seen: Set<ObjectIdentifier> = []
        func visit(_ node: DiskNode) {
            guard seen.insert(ObjectIdentifier(node)).inserted else { return }
            found.append(node)
            for (_, child) in node.durableNames.sorted(by: { $0.key < $1.key }) { visit(child) }
            for naming in node.namings { if let child = naming.node { visit(child) } }
        }
        visit(top)
        return found
    }

    private func loseNames(_ lost: Int) {
        let folders = nodes().filter(\.isFolder)
        var kept: [(folder: DiskNode, naming: DiskNode.Naming)] = []
        for folder in folders {
            let count = random.next(below: 100) < lost ? 0 : random.next(below: folder.namings.count + 1)
            kept += folder.namings.prefix(count).map { (folder, $0) }
            folder.namings = []
        }
        for (folder, naming) in kept.sorted(by: { $0.naming.order < $1.naming.order }) { naming.apply(to: folder) }
        for folder in folders { folder.names = folder.durableNames.filter { !$0.value.isMemory } }
        for folder in folders { folder.durableNames = folder.names }
    }

    /// Makes what is left anew. Files with several names have them again.
    private func make(_ folder: DiskNode, _ path: String, _ made: inout [ObjectIdentifier: String]) throws {
        for (name, node) in folder.names.sorted(by: { $0.key < $1.key }) {
            let place = path + "/" + name
            if node.isFolder {
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                try make(node, place, &made)
            } else if let first = made[ObjectIdentifier(node)] {
                try FileManager.default.linkItem(atPath: first, toPath: place)
                node.links += 1
            } else {
                _ = FileManager.default.createFile(atPath: place, contents: Data(node.durable))
                made[ObjectIdentifier(node)] = place
                node.links = 1
            }
        }
    }

    /// Flips a bit of a file, as an ageing disk does; false if it is not there, empty or being written.
    func flip(_ path: String, bit: Int) throws -> Bool {
        let below = path.dropFirst(self.path.count + 1)
        guard let node = place(below: below)?.node, !node.isFolder, node.changes.isEmpty, !node.durable.isEmpty
        else { return false }
        let place = bit / 8 % node.durable.count
        node.durable[place] ^= 1 << UInt8(bit % 8)
        let byte = node.durable[place]
        try watching(false) {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: [byte])
        }
        return true
    }
}
