import JSONCoding
import Testing
import Wire

@Suite("Messages from JSON")
struct JSONMessageReaderTests {
    private func kinds(_ text: String) throws -> Sample.Kinds {
        try Sample.Kinds(json: JSONReader.parse(Array(text.utf8)))
    }

    private func problems(_ text: String) throws -> [String] {
        do {
            _ = try kinds(text)
            return []
        } catch let error as JSONMessageError {
            return error.problems.map(\.description)
        }
    }

    @Test("A problem names the place as the caller wrote it, and what to give")
    func places() throws {
        #expect(
            try problems(#"{"fInt32": 3e9}"#)
                == ["fInt32: must be a whole number from -2147483648 to 2147483647, it is 3000000000.0."])
        #expect(
            try problems(#"{"f_inner": {"numbers": [1, "x"]}}"#) == [
                #"f_inner.numbers[1]: must be a whole number from -2147483648 to 2147483647, it is "x"."#
            ])
        #expect(try problems(#"{"mInner": {"7": {"name": 1}}}"#) == [#"mInner["7"].name: must be a string, it is 1."#])
        #expect(
            try problems(#"{"rColor": ["COLOR_GREEN"]}"#) == [
                "rColor[0]: must be one of COLOR_UNSPECIFIED, COLOR_RED, COLOR_DARK_BLUE, COLOR_BELOW_ZERO, it is "
                    + #""COLOR_GREEN"."#
            ])
        #expect(try problems("[]") == ["must be an object, it is an array."])
        #expect(try problems(#"{"fBytes": "A"}"#) == [#"fBytes: must be bytes in base64, it is "A"."#])
        #expect(
            try problems(#"{"fFloat": 1e39}"#) == ["fFloat: must be a number that 32 bits can hold, it is 1e+39."])
        #expect(
            try problems(#"{"cBool": true, "cInt32": 1}"#) == [
                "cBool: stands beside cInt32, and one excludes the other. Give one of the two."
            ])
        #expect(
            try problems(#"{"f_bool": true, "fBool": true}"#) == [
                "f_bool: is given twice, also as fBool. Give it once."
            ])
        #expect(try problems(#"{"mString": {"a": "", "a": ""}}"#) == [#"mString["a"]: is given twice. Give it once."#])
    }

    @Test("All problems are told, up to a limit, with their number")
    func many() throws {
        #expect(try problems(#"{"fBool": 1, "fString": 2, "fInner": {"name": 3, "nome": 4}, "x": 5}"#).count == 5)
        let elements = Array(repeating: "null", count: 100).joined(separator: ",")
        #expect { try kinds(#"{"rInt32": [\#(elements)]}"#) } throws: {
            guard let error = $0 as? JSONMessageError else { return false }
            return error.count == 100 && error.problems.count == JSONMessageError.limit
                && "\(error)".hasPrefix("attnrl.testing.Kinds: rInt32[0]: must be")
                && "\(error)".hasSuffix("(100 problems in all.)")
        }
    }

    @Test("Unknown members are refused, or listed for who asks for that")
    func unknown() throws {
        let text = #"{"fInner": {"nome": 1, "name": "n"}, "r_inner": [{"a b\n": {"c": 1}}], "x": null}"#
        #expect(
            try problems(text) == [
                "fInner.nome: is not a field of attnrl.testing.Kinds.Inner. Correct the name or leave it out.",
                #"r_inner[0]["a b\n"]: is not a field of attnrl.testing.Kinds.Inner. Correct the name or leave it out."#,
                "x: is not a field of attnrl.testing.Kinds. Correct the name or leave it out.",
            ])
        let read = try JSONMessageReader.read(
            Sample.Kinds.self, from: JSONReader.parse(Array(text.utf8)), unknown: .collect)
        #expect(read.unknown == ["fInner.nome", #"r_inner[0]["a b\n"]"#, "x"])
        #expect(read.message.fInner?.name == "n")
        #expect(read.message.rInner.count == 1)
    }

    @Test("Large objects are read like small ones", arguments: [1, 20])
    func large(count: Int) throws {
        let more = (0..<count).map { "\"x\($0)\": 1" }.joined(separator: ", ")
        let text =
            #"{\#(more), "f_int32": 1, "fInt32": 2, "f_bool": true, "\u212aey": 1, "fString": "s", "fString": ""}"#
        let found = try problems(text)
        #expect(found.contains("f_int32: is given twice, also as fInt32. Give it once."))
        #expect(found.contains("fString: is given twice. Give it once."))
        #expect(found.count == count + 3)
    }

    @Test("Characters that Swift takes for others are no names of fields", arguments: [0, 30])
    func kelvin(more: Int) throws {
        let others = (0..<more).map { ", \"x\($0)\": 1" }.joined()
        let json = try JSONReader.parse(Array("{\"top\u{212A}\": 1\(others)}".utf8))
        let read = try JSONMessageReader.read(V1.SamplingOptions.self, from: json, unknown: .collect)
        #expect(read.message == V1.SamplingOptions())
        #expect(read.unknown.first == "[\"top\u{212A}\"]")
    }

    @Test("Depth is bounded")
    func depth() throws {
        func nested(_ depth: Int) -> JSONValue {
            (0..<depth).reduce(.object([])) { inner, _ in .fields(["children": .array([inner])]) }
        }
        let deep = try Sample.Node(json: nested(63))
        #expect(try Sample.Node(json: deep.jsonValue()) == deep)
        #expect(throws: JSONMessageError.self) { try Sample.Node(json: nested(64)) }
        #expect(throws: JSONMessageError.self) { try Sample.Node(json: nested(10_000)) }
    }

    @Test("Long names and texts are cut short in problems")
    func long() throws {
        for long in [String(repeating: "x", count: 10_000), "e" + String(repeating: "\u{301}", count: 10_000)] {
            try expectShort(long)
        }
    }

    private func expectShort(_ long: String) throws {
        for text in ["{\"\(long)\": 1}", "{\"fInt32\": \"\(long)\"}", "{\"mInner\": {\"\(long)\": 1}}"] {
            let problem = try #require(try problems(text).first)
            #expect(problem.utf8.count < 300)
        }
    }

    @Test("Every number of bits reads back from JSON as itself")
    func numbers() throws {
        var bits = UInt64(0x9E37_79B9_7F4A_7C15)
        for _ in 0..<20_000 {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var kinds = Sample.Kinds()
            kinds.fFloat = Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32))
            kinds.fDouble = Double(bitPattern: bits)
            kinds.fInt64 = Int64(bitPattern: bits)
            kinds.fUint64 = bits
            let read = try Sample.Kinds(json: JSONReader.parse(kinds.jsonValue().bytes()))
            if kinds.fFloat.isNaN || kinds.fDouble.isNaN {
                #expect(read.fFloat.isNaN == kinds.fFloat.isNaN && read.fDouble.isNaN == kinds.fDouble.isNaN)
            } else {
                #expect(read == kinds)
            }
        }
    }
}
