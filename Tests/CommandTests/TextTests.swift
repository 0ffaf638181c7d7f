import Testing

@testable import Console

@Suite("Text in columns")
struct TextTests {
    @Test("Wide characters take two columns and combining marks none")
    func widths() {
        #expect(TextWidth.of("abc") == 3)
        #expect(TextWidth.of("日本") == 4)
        #expect(TextWidth.of("e\u{301}") == 1)
        #expect(TextWidth.of("🙂") == 2)
        #expect(TextWidth.of("–▸█") == 3)
    }

    @Test("Text that does not fit ends in an ellipsis within the width")
    func shortening() {
        #expect(TextWidth.shortened("abcdef", to: 6) == "abcdef")
        #expect(TextWidth.shortened("abcdef", to: 5) == "abcd…")
        #expect(TextWidth.shortened("日本語", to: 5) == "日本…")
        #expect(TextWidth.shortened("日本語", to: 4) == "日…")
    }

    @Test("Lines break at spaces, words longer than a line are cut, blank lines go")
    func wrapping() {
        #expect(TextWrapping.lines("one two three", width: 8) == ["one two", "three"])
        #expect(TextWrapping.lines("abcdefghij", width: 4) == ["abcd", "efgh", "ij"])
        #expect(TextWrapping.lines("\n\na\n\nb \n", width: 8) == ["a", "b"])
        #expect(TextWrapping.lines("  indented code", width: 20) == ["  indented code"])
        #expect(TextWrapping.lines("", width: 8) == [])
    }

    @Test("Lines beyond the limit are announced by an ellipsis")
    func limitedWrapping() {
        #expect(TextWrapping.lines("one two three", width: 5, limit: 2) == ["one", "two…"])
        #expect(TextWrapping.lines("12345 12345", width: 5, limit: 1) == ["1234…"])
        #expect(TextWrapping.lines("a\nb", width: 5, limit: 2) == ["a", "b"])
    }

    @Test("No line is wider than asked for", arguments: [1, 2, 5, 17])
    func wrappingWidth(width: Int) {
        let text = "A few words, some 日本語のテキスト, and averyveryverylongwordindeed.\nThen\tmore."
        for line in TextWrapping.lines(SafeText.shown(text), width: max(width, 2)) {
            #expect(TextWidth.of(line) <= max(width, 2), "\(line)")
        }
    }

    @Test("Control characters and direction marks are shown, not obeyed")
    func escaping() {
        #expect(SafeText.escaped("a\u{1B}[31mb\u{7}\u{9B}c") == "a\\e[31mb\\x07\\x9bc")
        #expect(SafeText.escaped("x\u{202E}y") == "x\\u{202e}y")
        #expect(SafeText.escaped("one\r\ntwo\rthree\tend") == "one\ntwo\\rthree\tend")
        #expect(SafeText.singleLine("a\nb\tc") == "a\\nb\\tc")
        #expect(SafeText.escaped("日本語 é 🙂") == "日本語 é 🙂")
    }

    @Test("Colour is off where the environment or the stream wants it off")
    func terminals() {
        #expect(Terminal(descriptor: -1, environment: [:]) == .plain)
        #expect(Terminal(descriptor: -1, environment: ["COLUMNS": "72"]).width == 72)
        #expect(Terminal(descriptor: -1, environment: ["COLUMNS": "3"]).width == 40)
        #expect(Style.plain(.bad, "x") == "x")
        #expect(Style(isOn: true)(.bad, "x") == "\u{1B}[31mx\u{1B}[0m")
    }
}
