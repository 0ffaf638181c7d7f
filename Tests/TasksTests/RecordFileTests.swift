import Basics
import Foundation
import TestSupport
import Testing

@testable import Tasks

@Suite("RecordFile")
struct RecordFileTests {
    private func withFile(_ content: [UInt8], _ body: (String) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("data.jsonl")
            try Data(content).write(to: url)
            try body(url.path)
        }
    }

    @Test("Plain records and verl's are read, in any order, with blank lines at the end")
    func shapes() async throws {
        let lines = [
            #"{"prompt": "1+1?", "answer": "2", "response": "2\n\n\\boxed{2}", "data_source": "sums", "extra": [1]}"#,
            #"{"prompt": "2+2?", "answer": 4}"#,
            #"{"data_source": "m", "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "é?"}], "#
                + #""reward_model": {"style": "rule", "ground_truth": ["7", 8]}}"#,
            #"{"prompt": [{"role": "user", "content": "x"}], "reward_model": {"ground_truth": "9"}}"#,
        ]
        try await withFile(Array((lines.joined(separator: "\r\n") + "\n\n \n").utf8)) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            #expect(file.count == 4)
            let records = try [3, 1, 0, 2].map(file.record)
            #expect(records[0].text == "x" && records[0].answers == ["9"])
            #expect(records[1] == DataRecord(prompt: .text("2+2?"), answers: ["4"]))
            #expect(records[2].response == "2\n\n\\boxed{2}" && records[2].source == "sums")
            let messages = [
                ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: "é?"),
            ]
            #expect(records[3] == DataRecord(prompt: .messages(messages), answers: ["7", "8"], source: "m"))
        }
    }

    @Test("A record has to have what it is needed for, and nothing else")
    func needs() async throws {
        let lines: [(line: String, allowed: Set<RecordNeed>)] = [
            (#"{"prompt": "a"}"#, [.prompt]),
            (#"{"prompt": "a", "answer": "b"}"#, [.prompt, .answer, .either]),
            (#"{"prompt": "a", "response": "b"}"#, [.prompt, .response, .either]),
            (#"{"prompt": "a", "answer": "b", "response": "c"}"#, [.prompt, .answer, .response, .solution, .either]),
            (#"{"messages": [{"role": "user", "content": "a"}]}"#, [.prompt]),
            (
                #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}"#,
                [.prompt, .response, .either]
            ),
            (#"{"prompt": "a", "chosen": "b", "rejected": "c"}"#, [.prompt, .response, .pair, .either]),
        ]
        for (line, allowed) in lines {
            try await withFile(Array(line.utf8)) { path in
                for need in RecordNeed.allCases {
                    let file = try RecordFile(path: path, needing: need, .regularFiles)
                    if allowed.contains(need) {
                        _ = try file.record(at: 0)
                    } else {
                        let error = #expect(throws: DataProblem.self) { try file.record(at: 0) }
                        let lacksResponse = need == .response || need == .solution && allowed.contains(.answer)
                        let missing =
                            switch need {
                            case .response, .solution: lacksResponse ? "response" : "answer"
                            case .pair: allowed.contains(.response) ? "rejected" : "chosen"
                            case .prompt, .answer, .either: "answer"
                            }
                        #expect(error?.field == missing, "\(line) \(need)")
                    }
                }
            }
        }
    }

    @Test("Of a conversation the assistant's last message is the response, and what comes before it the prompt")
    func conversation() async throws {
        let line = #"""
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}], "data_source": "s"}
            """#
        try await withFile(Array(line.replacing("\n", with: " ").utf8)) { path in
            let record = try RecordFile(path: path, needing: .response, .regularFiles).record(at: 0)
            let messages = [("user", "a"), ("assistant", "b"), ("user", "c")]
                .map { ChatMessage(role: $0, content: $1) }
            #expect(record == DataRecord(prompt: .messages(messages), response: "d", source: "s"))
        }
    }

    @Test("Calls of functions belong to their turns, and cannot be learnt apart")
    func calls() async throws {
        let call = #"{"role": "assistant", "content": null, "tool_calls": [{"id": "c"}]}"#
        let result = #"{"role": "tool", "content": "3", "tool_call_id": "c", "name": "f"}"#
        let lines = [
            #"{"messages": [\#(call), \#(result), {"role": "assistant", "content": "d"}], "tools": [{"name": "f"}]}"#,
            #"{"messages": [\#(result), \#(call)]}"#, #"{"prompt": [{"role": "user"}], "response": "d"}"#,
            #"{"prompt": "a", "response": "d", "tools": {}}"#,
        ]
        try await withFile(Array(lines.joined(separator: "\n").utf8)) { path in
            let file = try RecordFile(path: path, needing: .response, .regularFiles)
            let record = try file.record(at: 0)
            guard case .messages(let messages) = record.prompt, messages.count == 2 else {
                Issue.record("the prompt is \(record.prompt)")
                return
            }
            #expect(record.tools == #"[{"name":"f"}]"# && record.response == "d")
            #expect(messages[0].content.isEmpty && messages[0].toolCalls == #"[{"id":"c"}]"#)
            #expect((messages[1].toolCallID, messages[1].name) == ("c", "f"))
            for (index, message) in [
                (1, "tool_calls: cannot be learnt"), (2, "content: is missing"), (3, "tools: must be"),
            ] {
                let error = #expect(throws: DataProblem.self) { try file.record(at: index) }
                #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
            }
        }
    }

    @Test("A file of something else is refused without a word of what it holds")
    func secret() async throws {
        try await withFile(Array("zyxq: secret".utf8)) { path in
            let file = try RecordFile(path: path, needing: .prompt, .regularFiles)
            let error = try #require(#expect(throws: DataProblem.self) { try file.record(at: 0) })
            #expect(error.message.contains("not JSON") && !error.message.contains("z"))
        }
    }

    @Test("Solutions that say nothing give no hints, and equal responses no preference")
    func saysNothing() {
        var record = DataRecord(prompt: .text("a"), response: " \n")
        record.answers = ["1"]
        #expect(RecordNeed.solution.problem(record)?.message.hasPrefix("is empty.") == true)
        record.response = "x"
        #expect(RecordNeed.solution.problem(record) == nil)
        record.rejected = "x"
        #expect(RecordNeed.pair.problem(record)?.field == "rejected")
        record.rejected = "y"
        #expect(RecordNeed.pair.problem(record) == nil)
    }

    @Test(
        "A broken line is named with its number, field and remedy, and the others are read",
        arguments: [
            (#"{"prompt": "a"}"#, "line 2: answer: is missing. Give the answer there"),
            (#"{"messages": [{"role": "user", "content": "a"}]}"#, "line 2: answer: is missing."),
            (
                #"{"messages": [{"role": "assistant", "content": "a"}]}"#,
                "line 2: messages: has no message with content"
            ),
            (#"{"messages": [], "prompt": "a"}"#, "line 2: messages: cannot go with prompt."),
            (#"{"messages": "a"}"#, "line 2: messages: must be an array, it is a string."),
            (
                #"{"messages": [{"role": "user", "content": "a"}, "#
                    + #"{"role": "assistant", "content": "b", "reasoning_content": "c"}]}"#,
                "line 2: messages[1].reasoning_content: cannot be learnt apart."
            ),
            (#"{"answer": "a"}"#, "line 2: prompt: is missing."),
            (#"{"prompt": "", "answer": "a"}"#, "line 2: prompt: is empty."),
            (#"{"prompt": [], "answer": "a"}"#, "line 2: prompt: has no message with content."),
            (
                #"{"prompt": 7, "answer": "a"}"#,
                "line 2: prompt: must be a text, or a list of messages, it is a number."
            ),
            (#"{"prompt": [{"role": "user"}], "answer": "a"}"#, "line 2: prompt[0].content: is missing."),
            (#"{"prompt": ["x"], "answer": "a"}"#, "line 2: prompt[0]: must be an object, it is a string."),
            (#"{"prompt": "a", "answer": {}}"#, "line 2: answer: must be a string or a whole number"),
            (#"{"prompt": "a", "answer": "b", "response": 3}"#, "line 2: response: must be a string"),
            (#"{"prompt": "a", "reward_model": {}}"#, "line 2: reward_model.ground_truth: is missing."),
            (#"{"prompt": "a", "reward_model": {"ground_truth": []}}"#, "reward_model.ground_truth: is an empty list."),
            (#"{"prompt": "a", "reward_model": 3}"#, "line 2: reward_model: must be an object"),
            (#"{"prompt": "a", "answer": "b""#, "line 2, column 30: this is not JSON: "),
            ("[]", "line 2: must be an object"),
            ("", "line 2: is blank."), ("  ", "line 2: is blank."),
        ])
    func broken(line: String, message: String) async throws {
        let well = #"{"prompt": "a", "answer": "b"}"#
        try await withFile(Array("\(well)\n\(line)\n\(well)\n".utf8)) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            #expect(file.count == 3)
            _ = try (file.record(at: 0), file.record(at: 2))
            let error = #expect(throws: DataProblem.self) { try file.record(at: 1) }
            #expect(error?.description.hasPrefix(path) == true)
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test("Bytes that are no UTF-8 are named by their line")
    func encoding() async throws {
        let line = Array(#"{"prompt": "a"#.utf8) + [0xFF] + Array(#"", "answer": "b"}"#.utf8)
        try await withFile(line) { path in
            let error = #expect(throws: DataProblem.self) {
                try RecordFile(path: path, needing: .answer, .regularFiles).record(at: 0)
            }
            #expect(error?.line == 1 && error?.message.contains("UTF-8") == true)
        }
    }

    @Test("Files without records, and files that are not there, are refused")
    func empty() async throws {
        for content in ["", "\n\n", " \n"] {
            try await withFile(Array(content.utf8)) { path in
                #expect(throws: DataProblem.self) { try RecordFile(path: path, needing: .answer, .regularFiles) }
            }
        }
        #expect(throws: DataProblem.self) {
            try RecordFile(path: "/nowhere/data.jsonl", needing: .answer, .regularFiles)
        }
    }

    @Test("Lines longer than what is read at once are whole")
    func long() async throws {
        let text = String(repeating: "x", count: 3_000_000)
        let lines = (0..<2).map { #"{"prompt": "\#($0)\#(text)", "answer": "b"}"# }.joined(separator: "\n")
        try await withFile(Array(lines.utf8)) { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            #expect(file.count == 2)
            #expect(try file.record(at: 1).text == "1" + text)
        }
    }

    @Test("A file that loses its end while it is in use is a problem, not a wrong record")
    func shortened() async throws {
        try await withFile(Array("{\"prompt\": \"a\", \"answer\": \"b\"}\n{\"prompt\": \"a\", \"answer\": \"b\"}".utf8))
        { path in
            let file = try RecordFile(path: path, needing: .answer, .regularFiles)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 40)
            _ = try file.record(at: 0)
            #expect(throws: DataProblem.self) { try file.record(at: 1) }
        }
    }

    @Test(
        "Published mathematics problems in verl's shape are read",
        .enabled(if: Fixtures.shared("data") != nil, "needs ../shared/data"),
        arguments: [("math500", 500), ("aime24", 30), ("amc23", 40)])
    func published(name: String, count: Int) throws {
        let url = try #require(Fixtures.shared("data/\(name).jsonl"))
        let file = try RecordFile(path: url.path, needing: .answer, .regularFiles)
        #expect(file.count == count)
        for index in 0..<count {
            let record = try file.record(at: index)
            #expect(record.source == name && !record.text.isEmpty && !record.answer.isEmpty)
        }
    }
}
