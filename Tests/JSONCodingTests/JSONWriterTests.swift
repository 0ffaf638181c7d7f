import JSONCoding
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("On one line, and over several with plain arrays on one")
    func layout() {
        let value = JSONValue.fields([
            "a": .integers([1, 2]), "b": .array([.fields(["c": .null, "left out": nil]), .array([])]), "e": .object([]),
        ])
        #expect(value.compact == #"{"a":[1,2],"b":[{"c":null},[]],"e":{}}"#)
        #expect(
            value.pretty == """
                {
                  "a": [1,2],
                  "b": [
                    {
                      "c": null
                    },
                    []
                  ],
                  "e": {}
                }
                """)
    }

    @Test("Numbers have the fewest digits that read back; what is not finite is null")
    func numbers() {
        let numbers: [JSONValue] = [
            .number(0.1), .float(0.1), .number(1), .number(-0.0), .number(1e300), .number(.leastNonzeroMagnitude),
            .number(.nan),
            .float(.infinity), .whole(Int64.min), .whole(UInt64.max), .whole(UInt8(7)),
        ]
        #expect(
            JSONValue.array(numbers).compact
                == "[0.1,0.1,1.0,-0.0,1e+300,5e-324,null,null,-9223372036854775808,18446744073709551615,7]")
    }

    @Test("Texts are escaped where JSON asks for it, and where a terminal would act on them")
    func texts() throws {
        let text = "q\"\\/\n\r\t\u{0}\u{1B}\u{7F}\u{80}\u{9F}\u{A0}é\u{AD}\u{2028}🙂e\u{301}"
        let written = JSONValue.string(text).compact
        #expect(
            written == #""q\"\\/\n\r\t\u0000\u001b\u007f\u0080\u009f"# + "\u{A0}é\u{AD}\u{2028}🙂e\u{301}\"")
        guard case .string(let read) = try JSONReader.parse(Array(written.utf8)) else {
            Issue.record("no string")
            return
        }
        #expect(Array(read.utf8) == Array(text.utf8))
    }

    @Test("Fields are added at the end of an object")
    func adding() {
        let value = JSONValue.fields(["a": .null])
        #expect(value.adding(["b": .bool(true), "c": nil]).compact == #"{"a":null,"b":true}"#)
        #expect(value.appending(.array([])) == value)
        #expect(value.appending(nil) == value)
    }
}
