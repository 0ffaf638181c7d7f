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
        #expect(try GzipMember(hello, atMost: 5).unpacked() == Array("hello".utf8))
        #expect(try GzipMember(empty, atMost: 0).unpacked() == [])
        let packed = try GzipMember(twice, atMost: 2000).unpacked()
        #expect(try GzipMember(packed, atMost: 1 << 20).unpacked() == [UInt8](repeating: 0, count: 1 << 20))
    }

    @Test("A member over the limit is refused with its length")
    func tooLong() throws {
        #expect(throws: GzipMember.Problem.tooLong(5)) { try GzipMember(hello, atMost: 4).unpacked() }
        let packed = try GzipMember(twice, atMost: 2000).unpacked()
        #expect(throws: GzipMember.Problem.tooLong(1 << 20)) { try GzipMember(packed, atMost: 1 << 20 - 1).unpacked() }
    }

    @Test("A member that says less than it holds gives nothing")
    func lying() throws {
        var packed = try GzipMember(twice, atMost: 2000).unpacked()
        for length in [0, 1, 1000, 1 << 20 - 1] {
            for index in 0..<4 { packed[packed.count - 4 + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
            #expect(throws: GzipMember.Problem.damaged) { try GzipMember(packed, atMost: 1 << 20).unpacked() }
        }
    }

    @Test("A member is refused whichever of its bytes is missing or has changed")
    func damaged() {
        for count in 0..<hello.count {
            #expect(throws: GzipMember.Problem.self) { try GzipMember(Array(hello[..<count]), atMost: 100).unpacked() }
        }
        // Nothing depends on bytes 4 to 9: the time, and hints about method and system.
        for index in hello.indices where !(4...9).contains(index) {
            var changed = hello
            changed[index] ^= 0x21
            #expect(throws: GzipMember.Problem.self, "byte \(index)") {
                try GzipMember(changed, atMost: 100).unpacked()
            }
        }
    }

    @Test("What is packed comes back, be it nothing, text, or without any order")
    func packed() throws {
        var bytes: [UInt8] = []
        for count in [0, 1, 1000, 200_000] {
            while bytes.count < count { bytes.append(UInt8.random(in: 0...255)) }
            let text = Array(repeating: UInt8(ascii: "a"), count: count)
            for whole in [bytes, text] {
                #expect(try GzipMember(GzipMember.packed(whole), atMost: count).unpacked() == whole)
            }
            if count > 100 { #expect(GzipMember.packed(text).count < count / 10) }
        }
    }

    @Test("Nothing may follow a member, not even another one")
    func more() {
        for more in [hello, [0]] {
            #expect(throws: GzipMember.Problem.damaged) { try GzipMember(hello + more, atMost: 100).unpacked() }
        }
    }
}

private func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }
