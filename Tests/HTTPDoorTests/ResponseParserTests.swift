import Testing

@testable import HTTPDoor

@Suite("Parts of a response")
struct ResponseParserTests {
    typealias Piece = ResponseParser.Piece

    /// The parts of a text that comes in pieces of so many characters, neighbours of one kind joined.
    private func parts(
        _ text: String, by size: Int = .max, thinking: Bool = false, findsCalls: Bool = false
    ) -> [Piece] {
        var parser = ResponseParser(thinking: thinking, findsCalls: findsCalls)
        var pieces: [Piece] = [], rest = text[...]
        while !rest.isEmpty {
            pieces += parser.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        pieces += parser.finish()
        return pieces.reduce(into: []) { joined, piece in
            switch (joined.last, piece) {
            case (.reasoning(let before), .reasoning(let text)): joined[joined.count - 1] = .reasoning(before + text)
            case (.content(let before), .content(let text)): joined[joined.count - 1] = .content(before + text)
            default: joined.append(piece)
            }
        }
    }

    static let cases: [(text: String, thinking: Bool, findsCalls: Bool, expected: [Piece])] = [
        ("Four.", false, false, [.content("Four.")]),
        ("  Four.", false, true, [.content("  Four.")]),
        ("", false, false, []),
        ("<think>\nTwo and two.\n</think>\n\nFour.", false, false, [.reasoning("Two and two."), .content("Four.")]),
        ("Two and two.\n</think>\n\nFour.", true, false, [.reasoning("Two and two."), .content("Four.")]),
        ("\n<think>a\n\nb</think>c", false, false, [.reasoning("a\n\nb"), .content("c")]),
        // A block that was not closed is reasoning up to the end.
        ("<think>Two and", false, false, [.reasoning("Two and")]),
        ("Two and\n", true, false, [.reasoning("Two and")]),
        ("<think>\n\n</think>\n\nFour.", false, false, [.content("Four.")]),
        // What stands in the middle is not a block.
        ("See <think> here</think>.", false, false, [.content("See <think> here</think>.")]),
        ("<thin", false, false, [.content("<thin")]),
        ("a</think", true, false, [.reasoning("a</think")]),
        (
            "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": [2]}}\n</tool_call>", false, true,
            [.call(ToolCall(name: "add", arguments: "{\"a\":1,\"b\":[2]}"))]
        ),
        (
            "I add.\n<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>\n"
                + "<tool_call>{\"name\": \"g\", \"arguments\": \"{}\"}</tool_call>", false, true,
            [
                .content("I add."), .call(ToolCall(name: "f", arguments: "{}")),
                .call(ToolCall(name: "g", arguments: "{}")),
            ]
        ),
        (
            "x</think>{\"name\": \"f\", \"parameters\": {\"q\": \"}\"}}", true, true,
            [.reasoning("x"), .call(ToolCall(name: "f", arguments: "{\"q\":\"}\"}"))]
        ),
        // What looks like a call and is none.
        ("<tool_call>no</tool_call>", false, true, [.content("<tool_call>no</tool_call>")]),
        ("<tool_call>{\"name\": \"f\"", false, true, [.content("<tool_call>{\"name\": \"f\"")]),
        ("{\"name\": \"f\"}", false, true, [.content("{\"name\": \"f\"}")]),
        ("{1, 2}", false, true, [.content("{1, 2}")]),
        // Without functions there are no calls.
        ("<tool_call>{}</tool_call>", false, false, [.content("<tool_call>{}</tool_call>")]),
    ]

    @Test("Reasoning, content and calls are told apart, in whatever pieces they come", arguments: cases)
    func parts(_ example: (text: String, thinking: Bool, findsCalls: Bool, expected: [Piece])) {
        for size in [1, 2, 3, 5, 8, .max] {
            let found = parts(example.text, by: size, thinking: example.thinking, findsCalls: example.findsCalls)
            #expect(found == example.expected, "in pieces of \(size)")
        }
    }

    @Test("What cannot be the beginning of a mark is handed on at once")
    func prompt() {
        var parser = ResponseParser(thinking: false, findsCalls: true)
        #expect(parser.append("Four") == [.content("Four")])
        #expect(parser.append(" <b") == [.content(" <b")])
        #expect(parser.append(" <tool") == [])
        #expect(parser.append("s>") == [.content(" <tools>")])
    }
}
