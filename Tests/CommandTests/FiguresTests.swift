import JSONCoding
import Testing

@testable import Console

@Suite("Figures, bars and tables")
struct FiguresTests {
    @Test(
        "Numbers keep three digits or so",
        arguments: [
            (0.0, "0"), (0.00001, "1e-05"), (0.0123, "0.0123"), (0.5, "0.500"), (4.5, "4.500"), (53.42, "53.4"),
            (1234.5, "1234"), (.nan, "–"), (-0.25, "-0.250"),
        ])
    func brief(value: Double, text: String) {
        #expect(Figures.brief(value) == text)
    }

    @Test("Sizes, counts and times read as people write them")
    func units() {
        #expect(Figures.bytes(512) == "512 B")
        #expect(Figures.bytes(1536) == "1.5 KiB")
        #expect(Figures.bytes(988 << 20) == "988 MiB")
        #expect(Figures.parameters(494_032_768) == "494M")
        #expect(Figures.parameters(4_600_000) == "4.6M")
        #expect(Figures.grouped(1_234_567) == "1,234,567")
        #expect(Figures.grouped(-999) == "-999")
        #expect(Figures.count(1, "step") == "1 step")
        #expect(Figures.count(0, "step") == "0 steps")
        #expect(Figures.seconds(0.0815) == "82 ms")
        #expect(Figures.seconds(2.4) == "2.40 s")
        #expect(Figures.seconds(200) == "3 min 20 s")
    }

    @Test("A bar is exact to an eighth, and anything above nothing shows")
    func bars() {
        #expect(Bars.horizontal(1, width: 4) == "████")
        #expect(Bars.horizontal(0.5, width: 4) == "██")
        #expect(Bars.horizontal(0.53125, width: 4) == "██▏")
        #expect(Bars.horizontal(0.0001, width: 4) == "▏")
        #expect(Bars.horizontal(0, width: 4) == "")
        #expect(Bars.horizontal(7, width: 4) == "████")
    }

    @Test("A sparkline scales to its largest value and pools what does not fit")
    func sparklines() {
        #expect(Bars.sparkline([0, 0.25, 0.5, 1]) == "·▃▅█")
        #expect(Bars.sparkline([0, 0]) == "··")
        #expect(Bars.sparkline([1, 0, 0, 0, 0, 0.5], width: 3) == "█·▅")
        #expect(Bars.pooled([1, 3, 2, 5], to: 2) == [3, 5])
    }

    @Test("Columns line up, numbers to the right, and the last is cut to the width")
    func tables() {
        var table = Table([.init(title: "name"), .init(title: "n", isNumeric: true), .init(title: "text")])
        table.add(["a", "5", "short"])
        table.add(["longer", "12", String(repeating: "x", count: 60)])
        let lines = table.lines(Terminal(isInteractive: false, hasColour: false, width: 40))
        #expect(lines[0] == "name     n  text")
        #expect(lines[1] == "a        5  short")
        #expect(lines[2] == "longer  12  " + String(repeating: "x", count: 27) + "…")
    }

    @Test("JSON keeps the order of fields and writes no number that JSON lacks")
    func json() {
        let value = JSONValue.fields([
            "b": .whole(1), "a": .array([.float(0.1), .float(.nan), .null]), "left out": nil,
            "text": .string("q\"\\\n\u{1B}é"), "u": .whole(UInt64.max), "empty": .object([]),
        ])
        #expect(
            value.compact
                == #"{"b":1,"a":[0.1,null,null],"text":"q\"\\\n\u001bé","u":18446744073709551615,"empty":{}}"#)
        #expect(JSONValue.fields(["x": .array([.object([])])]).pretty == "{\n  \"x\": [\n    {}\n  ]\n}")
    }
}
