import Foundation
import Logging
import Testing

@testable import Console
@testable import Hosting

@Suite("Log lines")
struct LogTests {
    private let time = Date(timeIntervalSince1970: 1_700_000_000.25)
    private let values = [(name: "port", value: "1"), (name: "x", value: "a\nb")]

    @Test("For people: time, level, message, values, on one line")
    func text() {
        #expect(
            TalkLogHandler.text(.info, "loaded\nall", values, time, .plain)
                == "22:13:20 info    loaded\\nall port=1 x=a\\nb")
    }

    @Test("For programs: one JSON object")
    func json() {
        #expect(
            TalkLogHandler.json(.warning, "loaded", values, time, "attnrl")
                == #"{"time":"2023-11-14T22:13:20.250Z","level":"warning","message":"loaded","label":"attnrl","#
                + #""port":"1","x":"a\nb"}"#)
    }
}
