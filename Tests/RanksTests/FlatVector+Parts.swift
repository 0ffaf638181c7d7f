import Basics

/// Memory of a vector.
private final class Memory {
    var parts: [UnsafeMutableBufferPointer<Float>] = []

    deinit { for part in parts { part.deallocate() } }
}

extension FlatVector {
    /// Numbers in parts of several lengths.
    init(_ values: [Float]) {
        let memory = Memory()
        var rest = values[...]
        while !rest.isEmpty {
            let part = rest.prefix(2 * memory.parts.count + 3)
            memory.parts.append(.allocate(capacity: part.count))
            _ = memory.parts[memory.parts.count - 1].initialize(fromContentsOf: part)
            rest = rest.dropFirst(part.count)
        }
        self.init(memory.parts, of: memory)
    }
}
