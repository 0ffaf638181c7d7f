package import Foundation

/// XXH64 of bytes that arrive in pieces: detects damage by disks and torn writes, at disk speed.
///
/// It does not protect against tampering: anyone who can change a file can change the manifest. Written from the
/// algorithm's specification (Yann Collet, XXH64, with seed 0); the tests compare it with published values.
package struct Checksum {
    private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5
    )
    private static let stripe = 32

    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
        primes.0 &+ primes.1, primes.1, 0, 0 &- primes.0
    )
    private var length: UInt64 = 0
    /// Less than one stripe, not mixed in yet.
    private var rest: [UInt8] = []

    package init() {}

    package mutating func append(_ bytes: [UInt8]) {
        length += UInt64(bytes.count)
        var start = 0
        if !rest.isEmpty {
            let taken = min(Self.stripe - rest.count, bytes.count)
            rest += bytes[..<taken]
            start = taken
            guard rest.count == Self.stripe else { return }
            mix(rest, at: 0)
            rest.removeAll(keepingCapacity: true)
        }
        while bytes.count - start >= Self.stripe {
            mix(bytes, at: start)
            start += Self.stripe
        }
        rest += bytes[start...]
    }

    private mutating func mix(_ bytes: [UInt8], at start: Int) {
        lanes.0 = Self.round(lanes.0, Self.word(bytes, start))
        lanes.1 = Self.round(lanes.1, Self.word(bytes, start + 8))
        lanes.2 = Self.round(lanes.2, Self.word(bytes, start + 16))
        lanes.3 = Self.round(lanes.3, Self.word(bytes, start + 24))
    }

    /// Reads a file to its end, a piece at a time.
    package static func reading(_ file: URL) throws -> (checksum: Checksum, bytes: Int) {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var checksum = Checksum(), bytes = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            checksum.append([UInt8](piece))
            bytes += piece.count
        }
        return (checksum, bytes)
    }

    /// The checksum of everything appended.
    package var value: UInt64 {
        let (p1, p2, p3, p4, p5) = Self.primes
        var hash: UInt64
        if length >= UInt64(Self.stripe) {
            hash = Self.left(lanes.0, 1) &+ Self.left(lanes.1, 7) &+ Self.left(lanes.2, 12) &+ Self.left(lanes.3, 18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                hash = (hash ^ Self.round(0, lane)) &* p1 &+ p4
            }
        } else {
            hash = p5
        }
        hash = hash &+ length
        var index = 0
        while rest.count - index >= 8 {
            hash = Self.left(hash ^ Self.round(0, Self.word(rest, index)), 27) &* p1 &+ p4
            index += 8
        }
        if rest.count - index >= 4 {
            let half = (0..<4).reduce(UInt64(0)) { $0 | UInt64(rest[index + $1]) << (8 * UInt64($1)) }
            hash = Self.left(hash ^ (half &* p1), 23) &* p2 &+ p3
            index += 4
        }
        for byte in rest[index...] { hash = Self.left(hash ^ (UInt64(byte) &* p5), 11) &* p1 }
        hash = (hash ^ (hash >> 33)) &* p2
        hash = (hash ^ (hash >> 29)) &* p3
        return hash ^ (hash >> 32)
    }

    /// 16 hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        left(lane &+ (word &* primes.1), 31) &* primes.0
    }

    private static func left(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(bytes[start + index]) << (8 * UInt64(index)) }
        return word
    }
}
