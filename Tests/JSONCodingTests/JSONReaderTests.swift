import JSONCoding
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
    private func read(_ text: String, _ dialect: JSONReader.Dialect = .standard) throws -> JSONValue {
        try JSONReader.parse(Array(text.utf8), dialect: dialect)
    }

    @Test("Whole numbers of 64 bits are exact, others are the nearest")
    func numbers() throws {
        #expect(try read("9223372036854775807") == .integer(.max))
        #expect(try read("-9223372036854775808") == .integer(.min))
        #expect(try read("9223372036854775808") == .unsigned(1 << 63))
        #expect(try read("18446744073709551615") == .unsigned(.max))
        #expect(try read("18446744073709551616") == .number(0x1p64))
        #expect(try read("-0") == .integer(0))
        #expect(try read("1.0") == .number(1))
        #expect(try read("1E+2") == .number(100))
        #expect(try read("-0.5e-1") == .number(-0.05))
    }

    @Test(
        "Numbers that JSON does not have are refused",
        arguments: [
            "01", "-01", "00", "1.", "-.5", ".5", "1.e1", "1e", "1e+", "1e1.5", "-", "+1", "1-1", "NaN", "Infinity",
            "1e400", "0x1",
        ])
    func noNumbers(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("Python's numbers are read where asked for")
    func python() throws {
        #expect(try read("-Infinity", .python) == .number(-.infinity))
        #expect(try read("1e400", .python) == .number(.infinity))
        #expect(throws: JSONError.self) { try read("01", .python) }
    }

    @Test("Nesting is bounded")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(JSONReader.maximumDepth))
        #expect(throws: JSONError.self) { try read(nested(JSONReader.maximumDepth + 1)) }
        #expect(throws: JSONError.self) { try read(String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test("Members keep their order and duplicates")
    func members() throws {
        guard case .object(let members) = try read(#"{"b": 1, "a": 2, "b": 3}"#) else {
            Issue.record("no object")
            return
        }
        #expect(members.map(\.key) == ["b", "a", "b"])
    }
}
