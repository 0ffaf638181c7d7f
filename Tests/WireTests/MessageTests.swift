import Testing
import Wire

@Suite("Messages")
struct MessageTests {
    @Test("Every kind of field is read as Google's implementation wrote it")
    func readsReference() throws {
        #expect(try Sample.Kinds(serializedBytes: ReferenceMessage.bytes) == ReferenceMessage.value)
    }

    @Test("Every kind of field is written byte for byte as Google's implementation writes it")
    func writesReference() {
        #expect(ReferenceMessage.value.serializedBytes() == ReferenceMessage.bytes)
    }

    @Test("A message with nothing set has no bytes, and no bytes are such a message")
    func empty() throws {
        #expect(Sample.Kinds().serializedBytes().isEmpty)
        #expect(try Sample.Kinds(serializedBytes: []) == Sample.Kinds())
        #expect(V1.UnloadPolicyResponse().serializedBytes().isEmpty)
    }

    @Test(
        "Each member of a oneof survives, also with the value an unset field has",
        arguments: [
            Sample.Kinds.Choice.cInt32(0), .cBool(false), .cString(""), .cBytes([]), .cColor(.unspecified),
            .cInner(ReferenceMessage.inner()), .cInt32(-1), .cString("text"), .cInner(ReferenceMessage.inner("x", [1])),
        ])
    func oneOf(_ choice: Sample.Kinds.Choice) throws {
        var kinds = Sample.Kinds()
        kinds.choice = choice
        let read = try Sample.Kinds(serializedBytes: kinds.serializedBytes())
        #expect(read.choice == choice)
    }

    @Test("Optional fields tell absent from zero")
    func presence() throws {
        var options = V1.SamplingOptions()
        options.temperature = 0
        let read = try V1.SamplingOptions(serializedBytes: options.serializedBytes())
        #expect(read.temperature == 0)
        #expect(read.topP == nil)
    }

    @Test("Text keeps NULs and characters of every length")
    func text() throws {
        var message = V1.ChatMessage()
        message.content = "\0a\0\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}e\u{301}\0"
        #expect(try V1.ChatMessage(serializedBytes: message.serializedBytes()) == message)
    }

    @Test("NaN, infinities and subnormal numbers keep their bits")
    func floats() throws {
        let values: [Float] = [.nan, .infinity, -.infinity, .leastNonzeroMagnitude, -0.0]
        var rows = V1.StepMapRows()
        rows.values = values
        let read = try V1.StepMapRows(serializedBytes: rows.serializedBytes())
        #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("Messages that outgrow the arena's first memory are written and read", arguments: [1, 100, 5000])
    func sizes(count: Int) throws {
        var request = V1.GenerateRequest()
        var chat = V1.Chat()
        chat.messages = (0..<count).map { index in
            var message = V1.ChatMessage()
            message.role = index % 2 == 0 ? "user" : "assistant"
            message.content = String(repeating: "word \(index) ", count: index % 50)
            return message
        }
        request.prompt = V1.Prompt()
        request.prompt?.input = .chat(chat)
        #expect(try V1.GenerateRequest(serializedBytes: request.serializedBytes()) == request)
    }

    @Test("Numbers are read packed and unpacked alike, also mixed")
    func packing() throws {
        // r_int32 = 33: unpacked 1, packed 2 3, unpacked 4. r_unpacked = 48: packed 5 6.
        let bytes = hexBytes("880201  8a02020203  880204  8203020506")
        let read = try Sample.Kinds(serializedBytes: bytes)
        #expect(read.rInt32 == [1, 2, 3, 4])
        #expect(read.rUnpacked == [5, 6])
    }

    @Test("Of a field sent twice the last value counts, and messages are merged")
    func duplicates() throws {
        // f_int32 = 3 twice; f_inner = 17 with a name and a number, then with another number.
        let bytes = hexBytes("1801 1802   8a01 05 0a0161 1007   8a01 02 1008")
        let read = try Sample.Kinds(serializedBytes: bytes)
        #expect(read.fInt32 == 2)
        #expect(read.fInner == ReferenceMessage.inner("a", [7, 8]))
    }

    // c_int32 = 51, c_string = 53, c_inner = 56 with a name (10) and with a number (16).
    @Test(
        "Of several members of a oneof the last counts; the same message twice in a row is merged",
        arguments: [
            ("980301 aa030178", Sample.Kinds.Choice.cString("x")),
            ("c203 03 0a0161  c203 02 1007", .cInner(ReferenceMessage.inner("a", [7]))),
            ("c203 03 0a0161  980301  c203 02 1007", .cInner(ReferenceMessage.inner("", [7]))),
            ("c203 03 0a0161  c203 02 1007  980301", .cInt32(1)),
            ("980301  c203 03 0a0161", .cInner(ReferenceMessage.inner("a"))),
        ])
    func oneOfDuplicates(hex: String, choice: Sample.Kinds.Choice) throws {
        #expect(try Sample.Kinds(serializedBytes: hexBytes(hex)).choice == choice)
    }

    @Test("Merging reaches messages inside messages, optional fields and repeated ones")
    func deepDuplicates() throws {
        var first = V1.GenerateRequest()
        first.prompt = V1.Prompt()
        first.prompt?.input = .text("one")
        first.prompt?.addSpecialTokens = true
        first.sampling = V1.SamplingOptions()
        first.sampling?.temperature = 0
        first.sampling?.stop = ["a"]
        first.n = 3
        var second = V1.GenerateRequest()
        second.prompt = V1.Prompt()
        second.prompt?.input = .tokenIds(V1.TokenIds())
        second.sampling = V1.SamplingOptions()
        second.sampling?.topP = 0.5
        second.sampling?.stop = ["b"]
        var merged = first
        merged.prompt?.input = .tokenIds(V1.TokenIds())
        merged.sampling?.topP = 0.5
        merged.sampling?.stop = ["a", "b"]
        let bytes = first.serializedBytes() + second.serializedBytes()
        #expect(try V1.GenerateRequest(serializedBytes: bytes) == merged)

        // Messages of a repeated field are merged within, not with each other. r_inner = 47, f_inner = 17.
        let inner = delimited(47, [0x10, 7])
        let kinds = inner + delimited(17, [0x10, 8]) + inner + delimited(17, [0x10, 9])
        let read = try Sample.Kinds(serializedBytes: kinds)
        #expect(read.rInner.map(\.numbers) == [[7], [7]])
        #expect(read.fInner?.numbers == [8, 9])
    }

    @Test("Of a map's key sent twice the last value counts; an entry's missing parts are defaults")
    func mapDuplicates() throws {
        // m_string = 61: {a: 1}, {a: 2}, {}. m_inner = 62: {3: nothing}.
        let bytes = hexBytes("ea03 06 0a0161 120131  ea03 06 0a0161 120132  ea03 00  f203 02 0803")
        let read = try Sample.Kinds(serializedBytes: bytes)
        #expect(read.mString == ["a": "2", "": ""])
        #expect(read.mInner == [3: ReferenceMessage.inner()])
    }

    @Test("Fields of numbers the type does not know are skipped, whatever their encoding")
    func unknownFields() throws {
        // 1000 as integer, 8 bytes, length-delimited and 4 bytes, around f_int32 = 7.
        let bytes = hexBytes("c03e 9601  c13e 0102030405060708  1807  c23e 03 ffffff  c53e 01020304")
        var expected = Sample.Kinds()
        expected.fInt32 = 7
        #expect(try Sample.Kinds(serializedBytes: bytes) == expected)
    }

    @Test("Enum values without a name keep their number, and print as it")
    func openEnums() throws {
        var finished = V1.GenerationFinished()
        finished.reason = V1.FinishReason(rawValue: 77)
        let read = try V1.GenerationFinished(serializedBytes: finished.serializedBytes())
        #expect(read.reason.rawValue == 77)
        #expect("\(read.reason)" == "77")
        #expect("\(V1.FinishReason.length)" == "FINISH_REASON_LENGTH")
        #expect(Sample.Color.allCases == [.unspecified, .red, .darkBlue, .belowZero])
    }

    @Test("Integers are cut to their field's width as protobuf says")
    func wideVarints() throws {
        // f_int32 = 3 and f_bool = 13 with ten-byte integers: -1, and 2^63.
        let bytes = hexBytes("18 ffffffffffffffffff01  68 80808080808080808001")
        let read = try Sample.Kinds(serializedBytes: bytes)
        #expect(read.fInt32 == -1)
        #expect(read.fBool)
    }
}
