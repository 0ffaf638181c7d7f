import Basics
import CDiskCalls
import Foundation
import TestSupport

/// A disk below a real folder: its calls fail and are cut short as asked, and a crash takes back what was not
/// synchronised.
///
/// What may be lost is read strictly: bytes stay from the `fsync` of their file on, names from the `fsync` of their
/// folder on. Bytes are lost page by page in any choice, names of one folder from the last on. An `fsync` that fails
/// leaves any part of the bytes on the disk, and the next one does not write the rest.
final class SimulatedDisk: @unchecked Sendable {  // one thread
    let path: String
    var trouble = DiskTrouble()
    /// The process is over: no call changes anything.
    var isDead = false
    /// Calls that changed something, or tried to.
    var calls = 0
    /// Calls that went wrong.
    var harms = 0
    var top = DiskNode(isFolder: true)
    /// Files and folders by descriptor.
    var open: [Int32: DiskNode] = [:]
    /// What the process has open, on this disk or elsewhere.
    private var descriptors: Set<Int32> = []
    /// Calls that closed what the process had not open: the number may be another thread's file by now.
    private(set) var strayCloses = 0
    var random: SplitMix
    /// Changes of names so far.
    private var namings = 0
    /// The process ends when the call that is made now is over.
    private var diesNext = false

    /// - Parameter path: A folder that exists and is empty.
    init(path: String, seed: UInt64) {
        self.path = path
        random = SplitMix(state: SplitMix.mix(seed))
    }

    /// Runs `body` with the calls of this thread watched, or not.
    func watching<Result>(_ isWatched: Bool, _ body: () throws -> Result) rethrows -> Result {
        watch(isWatched)
        defer { watch(!isWatched) }
        return try body()
    }

    private func watch(_ isWatched: Bool) {
        guard isWatched else { return disk_watch(nil, nil, nil) }
        disk_watch(Unmanaged.passUnretained(self).toOpaque()) { disk, call in
            guard let disk, let call else { return 0 }
            return Unmanaged<SimulatedDisk>.fromOpaque(disk).takeUnretainedValue().before(&call.pointee)
        } _: { disk, call, result in
            guard let disk, let call, result >= 0 else { return }
            Unmanaged<SimulatedDisk>.fromOpaque(disk).takeUnretainedValue().after(call.pointee, result)
        }
    }

    // MARK: Places

    /// A name in a folder.
    struct Place {
        let folder: DiskNode
        let name: String
        var node: DiskNode? { folder.names[name] }
    }

    /// Where a path leads on this disk; nil if elsewhere, or through something that is not there.
    func place(_ path: UnsafePointer<CChar>?) -> Place? {
        guard let path else { return nil }
        let text = String(cString: path)
        guard text.hasPrefix(self.path + "/") else { return nil }
        return place(below: text.dropFirst(self.path.count + 1))
    }

    func place(below path: Substring) -> Place? {
        var folder = top
        let names = path.split(separator: "/").map(String.init)
        guard let last = names.last else { return nil }
        for name in names.dropLast() {
            guard let next = folder.names[name], next.isFolder else { return nil }
            folder = next
        }
        return Place(folder: folder, name: last)
    }

    // MARK: Before a call

    private func before(_ call: inout disk_call) -> Int32 {
        switch call.kind {
        case DISK_CLOSE:
            if descriptors.remove(call.descriptor) == nil { strayCloses += 1 }
            return 0
        case DISK_SPACE:
            if let room = trouble.room { call.room = Int64(room) }
            return 0
        default: break
        }
        guard let need = need(call) else { return 0 }
        return turn(&call, need)
    }

    /// What a call needs; nil if it changes nothing on this disk.
    private func need(_ call: disk_call) -> DiskNeed? {
        switch call.kind {
        case DISK_OPEN:
            guard call.flags & (O_CREAT | O_TRUNC) != 0, let place = place(call.path),
                !place.name.hasSuffix(Self.memorySuffix)
            else { return nil }
            if place.node == nil { return .name }
            return call.flags & O_TRUNC == 0 ? nil : .nothing
        case DISK_WRITE:
            guard let node = file(call) else { return nil }
            return .bytes(max(offset(call) + call.length - node.size, 0))
        case DISK_RESIZE, DISK_ALLOCATE:
            guard let node = file(call) else { return nil }
            return .bytes(max(call.length - node.size, 0))
        case DISK_SYNC:
            guard let node = open[call.descriptor], !node.isMemory else { return nil }
            return .synchronising
        case DISK_MKDIR: return place(call.path).map { $0.node == nil ? .name : .nothing }
        case DISK_UNLINK:
            guard let place = place(call.path), !place.name.hasSuffix(Self.memorySuffix) else { return nil }
            return .nothing
        case DISK_RMDIR: return place(call.path) == nil ? nil : .nothing
        case DISK_RENAME, DISK_LINK: return place(call.target) == nil ? nil : .name
        default: return nil
        }
    }

    private static let memorySuffix = "-shm"

    private func file(_ call: disk_call) -> DiskNode? {
        guard let node = open[call.descriptor], !node.isMemory, !node.isFolder else { return nil }
        return node
    }

    private func offset(_ call: disk_call) -> Int {
        call.offset >= 0 ? call.offset : Int(lseek(call.descriptor, 0, SEEK_CUR))
    }

    /// Decides what becomes of a call: 0, or its error.
    private func turn(_ call: inout disk_call, _ need: DiskNeed) -> Int32 {
        calls += 1
        if isDead { return EIO }
        if let death = trouble.death, calls >= death.call {
            trouble.death = nil
            harms += 1
            guard death.way != .before else {
                isDead = true
                return EIO
            }
            diesNext = true
            if death.way == .torn { shorten(&call) }
            return 0
        }
        if let failure = trouble.failure, failure.concerns(need) {
            trouble.failure = failure.calls > 1 ? .init(error: failure.error, calls: failure.calls - 1) : nil
            harms += 1
            if need == .synchronising, let node = open[call.descriptor] { settle(node) }
            return failure.error
        }
        if trouble.shortWrites > 0, call.kind == DISK_WRITE {
            trouble.shortWrites -= 1
            shorten(&call)
        }
        return takeRoom(need)
    }

    /// What a write that fails half way, or a synchronisation that fails, leaves.
    private func settle(_ node: DiskNode) {
        let share = [0, 50, 100][random.next(below: 3)]
        node.settle { random.next(below: 100) < share }
    }

    private func shorten(_ call: inout disk_call) {
        guard call.kind == DISK_WRITE, call.length > 1 else { return }
        call.length = 1 + random.next(below: Int(call.length) - 1)
    }

    private func takeRoom(_ need: DiskNeed) -> Int32 {
        guard let room = trouble.room else { return 0 }
        let bytes: Int
        switch need {
        case .bytes(let count): bytes = count
        case .name: bytes = DiskNode.page
        case .synchronising, .nothing: return 0
        }
        guard bytes <= room else {
            harms += 1
            return ENOSPC
        }
        trouble.room = room - bytes
        return 0
    }

    // MARK: After a call

    private func after(_ call: disk_call, _ result: Int) {
        record(call, result)
        if diesNext, call.kind != DISK_CLOSE {
            diesNext = false
            isDead = true
        }
    }

    private func record(_ call: disk_call, _ result: Int) {
        switch call.kind {
        case DISK_OPEN: opened(call, Int32(result))
        case DISK_CLOSE: open[call.descriptor] = nil
        case DISK_WRITE: written(call, result)
        case DISK_RESIZE, DISK_ALLOCATE: if let node = file(call) { resize(node, Int(call.length)) }
        case DISK_SYNC: if let node = open[call.descriptor], !node.isMemory { node.synchronise() }
        case DISK_MKDIR: if let place = place(call.path) { name(DiskNode(isFolder: true), place) }
        case DISK_UNLINK, DISK_RMDIR: if let place = place(call.path) { drop(place) }
        case DISK_RENAME: renamed(call)
        case DISK_LINK:
            guard let place = place(call.target), let node = self.place(call.path)?.node else { return }
            node.links += 1
            name(node, place)
        default: break
        }
    }

    private func opened(_ call: disk_call, _ descriptor: Int32) {
        descriptors.insert(descriptor)
        let isTop = call.path.map { String(cString: $0) } == path
        guard let place = place(call.path) else {
            open[descriptor] = isTop ? top : nil
            return
        }
        if let node = place.node {
            if call.flags & O_TRUNC != 0 { resize(node, 0) }
            open[descriptor] = node
        } else {
            let node = DiskNode(isFolder: false, isMemory: place.name.hasSuffix(Self.memorySuffix))
            name(node, place)
            open[descriptor] = node
        }
    }

    private func written(_ call: disk_call, _ count: Int) {
        guard let node = file(call), let bytes = call.bytes else { return }
        let place = call.offset >= 0 ? call.offset : Int(lseek(call.descriptor, 0, SEEK_CUR)) - count
        node.changes.append(.write(at: place, [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))))
        node.size = max(node.size, place + count)
    }

    private func resize(_ node: DiskNode, _ size: Int) {
        if size < node.size { trouble.room? += node.size - size }
        node.changes.append(.resize(size))
        node.size = size
    }

    private func renamed(_ call: disk_call) {
        guard let source = place(call.path), let target = place(call.target), let node = source.node else { return }
        if let old = target.node, old !== node { release(old) }
        source.folder.names[source.name] = nil
        name(node, target, from: source)
    }

    private func name(_ node: DiskNode?, _ place: Place, from source: Place? = nil) {
        namings += 1
        place.folder.names[place.name] = node
        place.folder.namings.append(
            .init(order: namings, name: place.name, node: node, from: source.map { ($0.folder, $0.name) }))
    }

    private func drop(_ place: Place) {
        guard let node = place.node else { return }
        release(node)
        name(nil, place)
    }

    private func release(_ node: DiskNode) {
        node.links -= 1
        if node.links == 0 { trouble.room? += node.size }
    }
}
