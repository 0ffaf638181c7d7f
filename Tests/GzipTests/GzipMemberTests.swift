import Foundation
import Gzip
import Testing

@Suite("Gzip members")
struct GzipMemberTests {
    // As written by Python's `gzip.compress(..., 9, mtime=0)`.
    private let hello = bytes("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==")
    private let empty = bytes("H4sIAAAAAAACAwMAAAAAAAAAAAA=")
    /// What it makes of a member of 1 MiB of zeros.
    private let twice = bytes("H4sIAAAAAAACA5Pv5mAAASbmtwcNGYGMQwu++udyxC9gGAWjYBSMOGDHLPPKYjkDgwADACPwtJAbBAAA")

    @Test("A member gives back what was packed, be it nothing or as long as the limit")
    func whole() throws {
        #expect(try GzipMember.unpack(hello, atMost: 5) == Array("hello".utf8))
        #expect(try GzipMember.unpack(empty, atMost: 0) == [])
        let packed = try GzipMember.unpack(twice, atMost: 2000)
        #expect(try GzipMember.unpack(packed, atMost: 1 << 20) == [UInt8](repeating: 0, count: 1 << 20))
    }

    @Test("A member over the limit is refused with its length")
    func tooLong() throws {
        #expect(throws: GzipMember.Problem.tooLong(5)) { try GzipMember.unpack(hello, atMost: 4) }
        let packed = try GzipMember.unpack(twice, atMost: 2000)
        #expect(throws: GzipMember.Problem.tooLong(1 << 20)) { try GzipMember.unpack(packed, atMost: 1 << 20 - 1) }
    }

    @Test("A member that says less than it holds gives nothing")
    func lying() throws {
        var packed = try GzipMember.unpack(twice, atMost: 2000)
        for length in [0, 1, 1000, 1 << 20 - 1] {
            for index in 0..<4 { packed[packed.count - 4 + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
            #expect(throws: GzipMember.Problem.damaged) { try GzipMember.unpack(packed, atMost: 1 << 20) }
        }
    }

    @Test("A member is refused whichever of its bytes is missing or has changed")
    func damaged() {
        for count in 0..<hello.count {
            #expect(throws: GzipMember.Problem.self) { try GzipMember.unpack(Array(hello[..<count]), atMost: 100) }
        }
        // Nothing depends on bytes 4 to 9: the time, and hints about method and system.
        for index in hello.indices where !(4...9).contains(index) {
            var changed = hello
            changed[index] ^= 0x21
            #expect(throws: GzipMember.Problem.self, "byte \(index)") { try GzipMember.unpack(changed, atMost: 100) }
        }
    }

    @Test("Nothing may follow a member, not even another one")
    func more() {
        for more in [hello, [0]] {
            #expect(throws: GzipMember.Problem.damaged) { try GzipMember.unpack(hello + more, atMost: 100) }
        }
    }
}

private func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
