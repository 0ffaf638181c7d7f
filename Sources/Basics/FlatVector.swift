/// Several lists of numbers taken for one, end to end, without being copied together: all gradients, or all parameters, of a
/// policy, each tensor where it is.
public struct FlatVector: @unchecked Sendable {
    // Sendable because whoever made it says when the lists are read and written, as for the pointers themselves.
    public let parts: [UnsafeMutableBufferPointer<Float>]
    /// Where each part begins, and where the last one ends.
    public let starts: [Int]
    /// What the parts are the memory of.
    public let owner: AnyObject

    public init(_ parts: [UnsafeMutableBufferPointer<Float>], of owner: AnyObject) {
        (self.parts, self.owner) = (parts, owner)
        starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// Zeros in new memory, laid out like another vector.
    public init(like other: FlatVector) {
        let memory = Memory(other.parts.map(\.count))
        self.init(memory.parts, of: memory)
    }

    private final class Memory {
        let parts: [UnsafeMutableBufferPointer<Float>]

        init(_ counts: [Int]) {
            parts = counts.map { count in
                let part = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
                part.initialize(repeating: 0)
                return part
            }
        }

        deinit { for part in parts { part.deallocate() } }
    }

    public var count: Int { starts[starts.count - 1] }

    /// All numbers, in one list.
    public var numbers: [Float] { withExtendedLifetime(self) { parts.flatMap(Array.init) } }

    /// Copies numbers into a buffer of as many.
    public func copy(_ range: Range<Int>, to buffer: UnsafeMutableBufferPointer<Float>) {
        forEach(range) { _, part, offset in
            _ = UnsafeMutableBufferPointer(rebasing: buffer[offset..<offset + part.count]).update(fromContentsOf: part)
        }
    }

    /// Takes numbers from a buffer of as many.
    public func update(_ range: Range<Int>, from buffer: UnsafeMutableBufferPointer<Float>) {
        forEach(range) { _, part, offset in
            _ = part.update(fromContentsOf: buffer[offset..<offset + part.count])
        }
    }

    /// Takes the numbers of a vector with the same layout.
    public func update(from other: FlatVector) {
        precondition(starts == other.starts, "vectors of another layout")
        for (part, source) in zip(parts, other.parts) { _ = part.update(fromContentsOf: source) }
    }

    /// Adds the numbers of a vector with the same layout, or those of a range.
    public func add(_ other: FlatVector, _ range: Range<Int>? = nil) {
        precondition(starts == other.starts, "vectors of another layout")
        forEach(range ?? 0..<count) { place, part, _ in
            let addends = other.parts[place.part]
            for index in part.indices { part[index] += addends[place.start + index] }
        }
    }

    /// The pieces of a range that lie in one part each, in order: the part, and which of its numbers.
    public func pieces(of range: Range<Int>) -> [(part: Int, range: Range<Int>)] {
        var found: [(Int, Range<Int>)] = []
        forEach(range) { place, piece, _ in found.append((place.part, place.start..<place.start + piece.count)) }
        return found
    }

    /// Calls `body` with each of those pieces: where it begins, its numbers, and its offset in the range.
    private func forEach(
        _ range: Range<Int>, _ body: ((part: Int, start: Int), UnsafeMutableBufferPointer<Float>, Int) -> Void
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "numbers \(range) of \(count)")
        for (index, start) in starts.dropLast().enumerated() {
            let common = range.clamped(to: start..<starts[index + 1])
            guard !common.isEmpty else { continue }
            let piece = common.lowerBound - start..<common.upperBound - start
            body(
                (index, piece.lowerBound), UnsafeMutableBufferPointer(rebasing: parts[index][piece]),
                common.lowerBound - range.lowerBound)
        }
    }
}
