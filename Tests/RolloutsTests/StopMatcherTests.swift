import Compute
import Testing

@testable import Rollouts

@Suite("Stop matcher")
struct StopMatcherTests {
    /// What is given out of a text that comes in pieces, and the stop text that ended it.
    private func read(_ pieces: [String], stops: [String]) -> (text: String, found: String?) {
        var matcher = StopMatcher(stops), text = ""
        for piece in pieces {
            let (given, found) = matcher.append(piece)
            text += given
            if let found { return (text, found) }
        }
        return (text + matcher.finish(), nil)
    }

    /// The same by looking at the whole text.
    private func expected(_ text: String, stops: [String]) -> (text: String, found: String?) {
        let bytes = Array(text.utf8)
        // A stop text is found when its last byte comes; of those that end there, the one that begins first.
        for end in 0...bytes.count {
            let matches = stops.filter { bytes[..<end].suffix($0.utf8.count).elementsEqual($0.utf8) }
            if let stop = matches.max(by: { $0.utf8.count < $1.utf8.count }) {
                return (String(decoding: bytes[..<(end - stop.utf8.count)], as: UTF8.self), stop)
            }
        }
        return (text, nil)
    }

    @Test(
        "Text before a stop text comes out whole, however it arrives",
        arguments: [
            "a stop here", "sto stop", "ststop", "aabaabaac", "no end: sto", "", "é\u{301}né stop", "🛑🛑 done",
        ])
    func pieces(_ text: String) {
        for stops in [["stop"], ["aabaac"], ["\u{301}n", "🛑 "], ["x", "top", "stop"], []] {
            let want = expected(text, stops: stops)
            let got = read(text.unicodeScalars.map { String($0) }, stops: stops)
            #expect(got.text.utf8.elementsEqual(want.text.utf8) && got.found == want.found, "\(text) \(stops)")
        }
    }

    @Test(
        "A stop text that is complete before any may end is text; one that only begins before is found",
        arguments: [(0, "x", "stop"), (2, "x", "stop"), (3, "xstop ", "stop"), (5, "xstop stop", nil)]
            as [(Int, String, String?)])
    func early(_ least: Int, _ text: String, _ found: String?) {
        var matcher = StopMatcher(["stop"])
        var given = "", got: String?
        for (index, piece) in ["x", "st", "op", " st", "op"].enumerated() where got == nil {
            let (some, end) = matcher.append(piece, ends: index >= least)
            given += some
            got = end
        }
        #expect((given, got) == (text, found))
    }

    @Test("In one piece, the earliest stop text counts, and the longest that begins there")
    func onePiece() {
        #expect(read(["one two three"], stops: ["three", "two", "two t"]) == ("one ", "two t"))
        #expect(read(["one"], stops: ["one"]) == ("", "one"))
    }

    @Test("Texts that repeat themselves are found wherever they begin", arguments: 1...40 as ClosedRange<UInt64>)
    func repetitive(_ seed: UInt64) {
        let random = CounterRandom(seed: seed)
        func letters(_ range: Range<UInt64>) -> String { String(range.map { "ab"[random.integer(below: 2, at: $0)] }) }
        let text = letters(0..<60)
        let stops = [letters(100..<107), letters(200..<206), letters(300..<308) + "c"]
        let want = expected(text, stops: stops), got = read(text.map { String($0) }, stops: stops)
        #expect(got.text == want.text && got.found == want.found, "\(text) \(stops)")
    }

    @Test("Only what may begin a stop text is held back")
    func held() {
        var matcher = StopMatcher(["\n\nEnd"])
        #expect(matcher.append("text\n").text == "text")
        #expect(matcher.append("\n").text == "")
        #expect(matcher.append("\n").text == "\n")
        #expect(matcher.append("En.").text == "\n\nEn.")
        #expect(matcher.finish() == "")
    }
}

extension String {
    fileprivate subscript(_ index: Int) -> Character { self[self.index(startIndex, offsetBy: index)] }
}
