/// A hash table from byte strings to small non-negative numbers.
///
/// Keys are stored end to end in one array: a vocabulary of 150 thousand tokens costs three allocations instead of one
/// per token, and keys are compared as bytes, never up to canonical equivalence.
struct ByteKeyTable: Sendable {
    private var keys: [UInt8] = []
    /// Where key `i` begins; one more entry than there are keys.
    private var starts: [Int32] = [0]
    private var values: [Int32] = []
    /// Open addressing: an entry's index, or -1.
    ///
    /// The count is a power of two, at most half full.
    private var slots: [Int32]

    init(minimumCapacity: Int = 8) {
        var size = 16
        while size < 2 * minimumCapacity { size *= 2 }
        slots = Array(repeating: -1, count: size)
        values.reserveCapacity(minimumCapacity)
        starts.reserveCapacity(minimumCapacity + 1)
    }

    var count: Int { values.count }

    /// Adds a key, or returns its existing value.
    mutating func insert(_ key: some Collection<UInt8>, _ value: Int32) -> Int32? {
        if 2 * (count + 1) > slots.count { grow() }
        let slot = slot(of: key)
        if slots[slot] >= 0 { return values[Int(slots[slot])] }
        slots[slot] = Int32(values.count)
        values.append(value)
        keys.append(contentsOf: key)
        starts.append(Int32(keys.count))
        return nil
    }

    /// Sets a key's value and returns the previous one.
    mutating func update(_ key: some Collection<UInt8>, _ value: Int32) -> Int32? {
        guard let former = insert(key, value) else { return nil }
        values[Int(slots[slot(of: key)])] = value
        return former
    }

    /// Calls `body` with each key and its value.
    func forEach(_ body: (ArraySlice<UInt8>, Int32) -> Void) {
        for entry in values.indices { body(keys[Int(starts[entry])..<Int(starts[entry + 1])], values[entry]) }
    }

    func value(of key: some Collection<UInt8>) -> Int32? {
        let entry = slots[slot(of: key)]
        return entry < 0 ? nil : values[Int(entry)]
    }

    private func slot(of key: some Collection<UInt8>) -> Int {
        var slot = Self.hash(key) & (slots.count - 1)
        while slots[slot] >= 0, !matches(entry: Int(slots[slot]), key) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func matches(entry: Int, _ key: some Collection<UInt8>) -> Bool {
        var position = Int(starts[entry])
        let end = Int(starts[entry + 1])
        guard end - position == key.count else { return false }
        for byte in key {
            if keys[position] != byte { return false }
            position += 1
        }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: 2 * slots.count)
        for entry in values.indices {
            let key = keys[Int(starts[entry])..<Int(starts[entry + 1])]
            slots[slot(of: key)] = Int32(entry)
        }
    }

    /// FNV-1a with a final mix, since the low bits select the slot.
    private static func hash(_ key: some Collection<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff_ffff_ffff)
    }
}
