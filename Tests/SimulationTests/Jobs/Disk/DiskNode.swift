/// A file or folder of a simulated disk: what would be found after a loss of power, and what has changed since.
///
/// What a file is now lies in a real file; only what is durable, and what may become so, is here.
final class DiskNode {
    /// A change to a folder's names.
    struct Naming {
        /// When it was made, among all changes of names.
        let order: Int
        let name: String
        /// Nil: the name went away.
        let node: DiskNode?
        /// Of a rename: where the node had been. One change, which happens in both folders or in neither.
        var from: (folder: DiskNode, name: String)?
    }

    enum Change {
        case write(at: Int, [UInt8])
        case resize(Int)
    }

    /// Bytes are kept or lost by this unit: a page of memory, on its way to the disk.
    static let page = 4096

    let isFolder: Bool
    /// Shared memory of processes, which no disk keeps.
    let isMemory: Bool
    // Of a folder: names as they are, as they are durable, and what came in between.
    var names: [String: DiskNode] = [:]
    var durableNames: [String: DiskNode] = [:]
    var namings: [Naming] = []
    // Of a file.
    var size = 0
    var links = 1
    var durable: [UInt8] = []
    var changes: [Change] = []

    init(isFolder: Bool, isMemory: Bool = false) {
        self.isFolder = isFolder
        self.isMemory = isMemory
    }

    /// Makes everything so far durable.
    func synchronise() {
        for change in changes { apply(change) }
        changes = []
        for naming in namings { naming.apply(to: self) }
        namings = []
    }

    private func apply(_ change: Change) {
        switch change {
        case .write(let place, let bytes):
            let end = place + bytes.count
            if durable.count < end { durable += [UInt8](repeating: 0, count: end - durable.count) }
            durable.replaceSubrange(place..<end, with: bytes)
        case .resize(let size):
            if size < durable.count {
                durable.removeLast(durable.count - size)
            } else {
                durable += [UInt8](repeating: 0, count: size - durable.count)
            }
        }
    }

    /// Lets any part of what has changed in a file become durable, and forgets the rest.
    ///
    /// - Parameter keeps: Whether a part is kept.
    func settle(_ keeps: () -> Bool) {
        for change in changes {
            switch change {
            case .resize: if keeps() { apply(change) }
            case .write(let place, let bytes):
                var start = 0
                while start < bytes.count {
                    let end = min(start + Self.page - (place + start) % Self.page, bytes.count)
                    if keeps() { apply(.write(at: place + start, Array(bytes[start..<end]))) }
                    start = end
                }
            }
        }
        changes = []
    }
}

extension DiskNode.Naming {
    func apply(to folder: DiskNode) {
        folder.durableNames[name] = node
        guard let from else { return }
        if from.folder.durableNames[from.name] === node { from.folder.durableNames[from.name] = nil }
        // What came before in the other folder is not after it.
        from.folder.namings.removeAll { $0.order < order && $0.name == from.name }
    }
}
