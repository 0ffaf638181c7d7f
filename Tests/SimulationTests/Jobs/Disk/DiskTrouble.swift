import Glibc

/// What goes wrong with a simulated disk, until it is mended.
struct DiskTrouble {
    /// How a process ends at a call.
    enum Death: CaseIterable {
        case before, after, torn
    }

    /// Calls that fail.
    struct Failure {
        let error: Int32
        var calls: Int
    }

    /// The number of the call at which the process ends.
    var death: (call: Int, way: Death)?
    var failure: Failure?
    /// Writes that take less than they are given.
    var shortWrites = 0
    /// Bytes that are free; nil: enough.
    var room: Int?

    var isThere: Bool { failure != nil || room != nil }
}

extension DiskTrouble.Failure {
    /// Removing, and opening what exists, needs no room.
    func concerns(_ need: DiskNeed) -> Bool { ![ENOSPC, EDQUOT].contains(error) || need != .nothing }
}

/// What a call needs from a disk.
enum DiskNeed: Equatable {
    /// Room for so many more bytes.
    case bytes(Int)
    case name, synchronising, nothing
}
