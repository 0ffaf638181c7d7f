import Basics
import TestSupport
import Testing
import Wire

@Suite("Malformed messages")
struct MalformedMessageTests {
    @Test("A message cut anywhere gives an error or a shorter message, never a crash")
    func truncated() {
        var complete = 0
        for count in 0..<ReferenceMessage.bytes.count {
            let cut = Array(ReferenceMessage.bytes.prefix(count))
            if (try? Sample.Kinds(serializedBytes: cut)) != nil { complete += 1 }
        }
        // Between two fields it is whole, and nowhere else.
        #expect(complete == Self.fieldBoundaries.count)
    }

    /// Where a top-level field of the reference message begins.
    private static let fieldBoundaries: [Int] = {
        var boundaries: [Int] = []
        for count in 0..<ReferenceMessage.bytes.count where isWhole(ReferenceMessage.bytes.prefix(count)) {
            boundaries.append(count)
        }
        return boundaries
    }()

    /// Walks the wire format without knowing any type.
    private static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        func varint() -> Int? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return Int(truncatingIfNeeded: value) }
                shift += 7
            }
            return nil
        }
        while !rest.isEmpty {
            guard let tag = varint() else { return false }
            let length: Int?
            switch tag & 7 {
            case 0: length = varint().map { _ in 0 }
            case 1: length = 8
            case 2: length = varint()
            default: length = 4
            }
            guard let length, length <= rest.count else { return false }
            rest = rest.dropFirst(length)
        }
        return true
    }

    @Test("Random bytes, and a valid message with random changes, never crash", arguments: 0..<8)
    func fuzz(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            roundTripIfValid(noise)

            var changed = ReferenceMessage.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            roundTripIfValid(changed)
            roundTripIfValid(changed + ReferenceMessage.bytes)
        }
    }

    /// What can be read can be written and read again, to the same bytes.
    private func roundTripIfValid(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        guard let message = try? Sample.Kinds(serializedBytes: bytes) else { return }
        let written = message.serializedBytes()
        let again = (try? Sample.Kinds(serializedBytes: written))?.serializedBytes()
        #expect(again == written, "\(bytes)", sourceLocation: sourceLocation)
    }

    @Test(
        "Text that is not UTF-8 is refused by the path of its field",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0x80],
        ] as [[UInt8]])
    func invalidUTF8(_ text: [UInt8]) {
        // sampling.stop, then prompt.chat.messages.content.
        let stop = delimited(3, delimited(8, text))
        #expect(error(V1.GenerateRequest.self, stop) == invalid("sampling.stop"))
        let content = delimited(2, delimited(3, delimited(1, delimited(2, text))))
        #expect(error(V1.GenerateRequest.self, content) == invalid("prompt.chat.messages.content"))
        // A key of a map, and a oneof's member.
        #expect(error(Sample.Kinds.self, delimited(61, delimited(1, text)))?.field == "m_string")
        #expect(error(Sample.Kinds.self, delimited(53, text))?.field == "c_string")

        func invalid(_ field: String) -> ProtobufError {
            ProtobufError(message: "attnrl.v1.GenerateRequest", field: field, problem: .invalidUTF8)
        }
    }

    @Test("Messages may be nested 64 deep and no deeper; 10,000 levels do no harm")
    func nesting() throws {
        #expect(throws: Never.self) { try Sample.Node(serializedBytes: nested(64)) }
        for levels in [65, 10_000] {
            let refusal = error(Sample.Node.self, nested(levels))
            #expect(refusal?.problem == .nestedTooDeep(limit: 64))
            #expect(refusal?.field.hasPrefix("children.children.") == true)
        }

        func nested(_ levels: Int) -> [UInt8] {
            (0..<levels).reduce(into: [UInt8]()) { bytes, _ in bytes = delimited(2, bytes) }
        }
    }

    @Test("Nesting in a field of unknown number is skipped, not followed")
    func unknownNesting() throws {
        let deep = (0..<10_000).reduce(into: [UInt8]()) { bytes, _ in bytes = delimited(99, bytes) }
        #expect(try Sample.Node(serializedBytes: deep) == Sample.Node())
    }

    @Test(
        "Each fault has its error",
        arguments: [
            // A length of 4 GiB, of 2^63, and just one byte too many, in f_string = 14.
            ("72 ffffffff0f", "f_string", ProtobufError.Problem.truncated(offset: 6)),
            ("72 ffffffffffffffff7f", "f_string", .truncated(offset: 10)),
            ("72 03 6162", "f_string", .truncated(offset: 2)),
            // f_double = 1 and f_float = 2 without all their bytes.
            ("09 00000000000000", "f_double", .truncated(offset: 1)),
            ("15 000000", "f_float", .truncated(offset: 1)),
            // An integer that never ends; field number 0; one above the largest; a tag cut short.
            ("18 ffffffffffffffffffff01", "f_int32", .malformed(offset: 1)),
            ("00 01", "", .malformed(offset: 1)),
            ("80808080 80 01 01", "", .malformed(offset: 6)),
            ("80", "", .truncated(offset: 0)),
            // f_string as an integer, f_int32 as text, f_bool as text, and groups.
            ("70 01", "f_string", .wrongEncoding(offset: 1)),
            ("1a 01 61", "f_int32", .wrongEncoding(offset: 1)),
            ("6a 01 61", "f_bool", .wrongEncoding(offset: 1)),
            ("1b 1c", "f_int32", .wrongEncoding(offset: 1)),
            ("c33e c43e", "", .wrongEncoding(offset: 2)),
            // Packed floats of 5 bytes, doubles of 4, integers of which one does not end or has 11 bytes, a boolean of 2.
            ("8202 05 0000000000", "r_float", .malformed(offset: 3)),
            ("fa01 04 00000000", "r_double", .malformed(offset: 3)),
            ("8a02 02 0180", "r_int32", .malformed(offset: 3)),
            ("8a02 0c 01 8080808080808080808001", "r_int32", .malformed(offset: 3)),
            ("da02 02 0102", "r_bool", .malformed(offset: 3)),
            // The same within f_inner = 17.
            ("8a01 03 0a 05 61", "f_inner.name", .truncated(offset: 5)),
        ])
    func faults(_ hex: String, field: String, problem: ProtobufError.Problem) {
        let expected = ProtobufError(message: "attnrl.testing.Kinds", field: field, problem: problem)
        #expect(error(Sample.Kinds.self, hexBytes(hex)) == expected)
    }

    @Test("A message of very many tiny parts is refused before it takes much memory")
    func amplification() throws {
        // A million empty steps, field 7 of a trace, in two megabytes.
        let bytes = [[UInt8]](repeating: [0x3A, 0x00], count: 1_000_000).flatMap { $0 }
        #expect(error(V1.Trace.self, bytes)?.problem == .tooLarge(byteCount: 2_000_000))
        // As many characters as texts of their own are no attack.
        var texts = V1.TokenizeResponse()
        texts.texts = [[UInt8]](repeating: [0x61], count: 200_000)
        #expect(try V1.TokenizeResponse(serializedBytes: texts.serializedBytes()) == texts)
    }

    private func cost(_ bytes: [UInt8], numbers: Int) throws -> Double {
        var message = Sample.Kinds()
        let seconds = try processorSeconds { message = try Sample.Kinds(serializedBytes: bytes) }
        #expect(message.fInner?.numbers.count == numbers)
        return seconds
    }

    @Test("A field merged 200,000 times costs about what its bytes cost")
    func manyMerges() throws {
        // f_inner = 17 with 250,000 numbers, then 200,000 times with one more.
        let large = delimited(17, delimited(2, [UInt8](repeating: 1, count: 250_000)))
        let small = delimited(17, [0x10, 0x01])
        let bytes = large + [[UInt8]](repeating: small, count: 200_000).flatMap { $0 }
        let plain = delimited(17, delimited(2, [UInt8](repeating: 1, count: bytes.count)))
        // Some ten times as much where each piece is looked at once, ten thousand times where each is copied on.
        #expect(try cost(bytes, numbers: 450_000) < 300 * cost(plain, numbers: bytes.count))
    }

    @Test("Errors say where and what to do")
    func descriptions() {
        let error = ProtobufError(message: "attnrl.v1.GenerateRequest", field: "prompt.text", problem: .invalidUTF8)
        #expect(
            "\(error)"
                == "attnrl.v1.GenerateRequest, field prompt.text: The text is not valid UTF-8. Send text as UTF-8.")
    }

    private func error<Message: ProtobufMessage>(_ type: Message.Type, _ bytes: [UInt8]) -> ProtobufError? {
        do throws(ProtobufError) {
            _ = try Message(serializedBytes: bytes)
            return nil
        } catch {
            return error
        }
    }
}

/// A length-delimited field.
func delimited(_ number: Int, _ value: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(value.count) + value
}

private func varint(_ value: Int) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest > 0x7F {
        bytes.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}
