import JSONCoding
import Testing

@testable import Templates

@Suite("Values of templates from JSON")
struct TemplateJSONTests {
    private func read(_ text: String) throws -> TemplateValue { try TemplateValue(json: Array(text.utf8)) }

    @Test("Values of every kind are read")
    func values() throws {
        let text = #" {"a": [1, -2.5, 1e3, true, false, null], "b": {}, "c": "x\n\u00e9\ud83d\ude00\"\\\/"} "#
        let expected: TemplateValue = [
            "a": [1, -2.5, 1000.0, true, false, .none], "b": [:], "c": "x\né😀\"\\/",
        ]
        #expect(try read(text).json(indent: 1) == expected.json(indent: 1))
    }

    @Test("Members keep their order")
    func order() throws {
        guard case .object(let object) = try read(#"{"z": 1, "a": 2, "m": 3}"#) else { return }
        #expect(object.keys == ["z", "a", "m"])
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "tru", "nul", "+1", "--1", "1.2.3", "1e999",
            "\"",
            "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u12g4\"", "\"\n\"", "1 2", "{} x",
            "'a'",
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("Errors tell the line")
    func lines() {
        #expect { try read("{\n\"a\": 1,\n oops}") } throws: { ($0 as? JSONError)?.line == 3 }
    }
}
