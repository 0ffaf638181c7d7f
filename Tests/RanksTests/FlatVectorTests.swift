import Basics
import Testing

struct FlatVectorTests {
    private static let values = (0..<40).map { Float($0) }

    @Test(arguments: [0..<0, 0..<40, 2..<4, 3..<8, 7..<39, 40..<40]) func copiesAcrossParts(range: Range<Int>) {
        let vector = FlatVector(Self.values)
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: range.count)
        defer { buffer.deallocate() }
        vector.copy(range, to: buffer)
        #expect(Array(buffer) == Array(Self.values[range]))
        for index in buffer.indices { buffer[index] += 100 }
        vector.update(range, from: buffer)
        #expect(vector.numbers == Self.values.enumerated().map { range.contains($0) ? $1 + 100 : $1 })
    }

    @Test func addsToEveryPart() {
        let vector = FlatVector(Self.values), other = FlatVector(Self.values.map { 2 * $0 })
        vector.add(other)
        #expect(vector.numbers == Self.values.map { 3 * $0 })
        #expect(other.numbers == Self.values.map { 2 * $0 })
        vector.add(other, 5..<9)
        #expect(vector.numbers == Self.values.enumerated().map { (5..<9).contains($0) ? 5 * $1 : 3 * $1 })
    }

    @Test func aRangesPiecesAreThoseOfItsParts() {
        let vector = FlatVector(Self.values)
        for range in [0..<0, 0..<40, 3..<8, 7..<39] {
            let pieces = vector.pieces(of: range)
            #expect(pieces.flatMap { Array(vector.parts[$0.part][$0.range]) } == Array(Self.values[range]))
            #expect(pieces.allSatisfy { !$0.range.isEmpty })
        }
    }
}
