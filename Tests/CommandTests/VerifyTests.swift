import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Tools

@Suite("attnrl verify")
struct VerifyTests {
    /// Runs the program on a file with these lines.
    private func verify(_ lines: [String], _ arguments: [String] = []) async throws -> Program.Outcome {
        try await Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("data.jsonl")
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            let running = try Program(folder: folder).start(["verify", file.path] + arguments)
            running.endInput()
            return await running.outcome()
        }
    }

    private let lines = [
        #"{"prompt": "1+1?", "response": "<think>\\boxed{3}</think> It is \\boxed{2}.", "answer": "2"}"#,
        #"{"prompt": [{"role": "user", "content": "3/4?"}], "reward_model": {"ground_truth": ["0.75"]}, "response": "\\boxed{5}"}"#,
        "",
        #"{"gold": "\\frac12", "candidate": "0.5", "correct": false}"#,
        #"{"answer": 7, "response": "seven", "expected": "NO_ANSWER"}"#,
    ]

    @Test("The three shapes of records are judged and counted")
    func shapes() async throws {
        let outcome = try await verify(lines)
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                verdict    count   share
                CORRECT        2  50.00%
                INCORRECT      1  25.00%
                NO_ANSWER      1  25.00%

                as expected: 1 of 2, 50.00%

                """)
        #expect(outcome.talk.contains("4 verdicts in "))
    }

    @Test("Disagreements are listed with line, both verdicts and both answers")
    func disagreements() async throws {
        let outcome = try await verify(lines, ["--disagreements"])
        #expect(outcome.output.contains("   4  not correct  CORRECT  \\frac12    0.5"), "\(outcome.output)")
        #expect(!outcome.output.contains("seven"))
        let none = try await verify([lines[0]], ["--disagreements"])
        #expect(!none.output.contains("expected"))
    }

    @Test("JSON holds counts, agreement and every verdict")
    func json() async throws {
        struct Report: Decodable {
            struct Verdict: Decodable, Equatable {
                var line: Int
                var verdict: String
                var score: Double
                var answer: String?
                var references: [String]
            }
            var records: Int
            var counts: [String: Int]
            var correct_rate: Double
            var agreement: [String: Int]
            var verdicts: [Verdict]
        }
        let outcome = try await verify(lines, ["-o", "json"])
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.records == 4)
        #expect(report.counts["CORRECT"] == 2 && report.counts["TIMEOUT"] == 0)
        #expect(report.correct_rate == 0.5)
        #expect(report.agreement == ["compared": 2, "agreeing": 1])
        #expect(report.verdicts.map(\.line) == [1, 2, 4, 5])
        #expect(
            report.verdicts[0] == .init(line: 1, verdict: "CORRECT", score: 1, answer: "2", references: ["2"]))

        let listed = try await verify(lines, ["-o", "jsonl", "--disagreements"])
        #expect(listed.outputLines.count == 2 && listed.output.hasPrefix(#"{"line":4,"verdict":"CORRECT","score":1.0"#))
    }

    @Test("Responses to a built-in task are judged by its checker, step by step")
    func tasks() async throws {
        func line(_ response: String) -> String {
            #"{"data_source": "graph", "prompt": "%23;I18;Gi*7;Kg-i;Ai+g?K\n", "answer": "16", "response": ""#
                + response
                + #""}"#
        }
        let outcome = try await verify([
            line(#"I18=i18\n\nGi*7;i18*7=g11\n\nKg-i;g11-i18=k16\n\n\\boxed{16}"#),
            // Right by luck: one product is wrong, and the difference makes up for it.
            line(#"I18=i18\n\nGi*7;i18*7=g12\n\nKg-i;g12-i18=k16\n\n\\boxed{16}"#),
            line(#"\\boxed{3}"#),
        ])
        #expect(
            outcome.output == """
                verdict    count   share
                CORRECT        2  66.66%
                INCORRECT      1  33.33%

                right and every step sound: 1, 33.33%

                """)
        let json = try await verify(
            [line(#"I18=i18\n\nGi*7;i18*7=g12\n\nKg-i;g12-i18=k16\n\n\\boxed{16}"#)], ["-o", "jsonl"])
        #expect(json.output.contains(#""sound":false,"fault":{"step":2,"kind":"arith"}"#), "\(json.output)")
    }

    @Test("Broken lines are named with file, line, field and remedy; the rest is judged, and the exit code is 1")
    func brokenLines() async throws {
        let outcome = try await verify(
            lines + [
                "{", "[1]", #"{"answer": "2"}"#, #"{"response": 5, "answer": "2"}"#, #"{"response": "5"}"#,
                #"{"response": "5", "answer": {}}"#, #"{"response": "5", "answer": "5", "expected": "GOOD"}"#,
            ])
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("verdict    count   share\nCORRECT        2  50.00%"))
        for text in [
            "7 lines of", "data.jsonl:6: is not JSON. Give one JSON object on each line.",
            "data.jsonl:7: record is an array. Give one JSON object",
            "data.jsonl:8: response is missing. Add what the model wrote",
            "data.jsonl:9: response is a number. Give the text as a string.",
            "data.jsonl:10: answer is missing. Add the reference as \"answer\"",
            "data.jsonl:11: answer is an object. Give a string, a number, or an array of them.",
            "data.jsonl:12: expected is a string that says nothing. Give true, false, or one of CORRECT, ",
        ] {
            #expect(outcome.talk.contains(text), "\(text) in \(outcome.talk)")
        }
    }

    @Test("A missing file and an empty one fail with the remedy")
    func noRecords() async throws {
        let empty = try await verify(["", " "])
        #expect(empty.status == 1)
        #expect(empty.talk.contains("has no records. Give one JSON object on each line."))
        try await Fixtures.withTemporaryFolder { folder in
            let missing = try await Program(folder: folder).run("verify", "/nowhere.jsonl")
            #expect(missing.status == 1)
            #expect(missing.talk.contains("cannot read /nowhere.jsonl: No such file or directory."))
        }
    }

    @Test("Text and patterns judge the response instead of a box, from standard input too")
    func otherKinds() async throws {
        let record = #"{"response": "so\nAnswer: Paris", "answer": "paris"}"#
        try await Fixtures.withTemporaryFolder { folder in
            let program = Program(folder: folder)
            for (arguments, verdict) in [
                (["--reward", "regex", "--pattern", "^Answer: (.+)$", "--ignore-case"], "CORRECT"),
                (["--reward", "regex", "--pattern", "^Answer: (.+)$"], "INCORRECT"),
                (["--reward", "regex", "--pattern", "Result: (.+)"], "NO_ANSWER"),
                (["--reward", "exact"], "INCORRECT"),
            ] {
                let running = try program.start(["verify", "-", "-o", "jsonl"] + arguments)
                running.type(record)
                running.endInput()
                let outcome = await running.outcome()
                #expect(outcome.output.contains("\"verdict\":\"\(verdict)\""), "\(arguments) \(outcome)")
            }
        }
    }

    @Test("Numbers are references in their shortest form, with all digits of whole ones")
    func numbers() throws {
        let line = #"{"response": "", "answer": [1.0, 2, 0.5, 1e3, 12345678901234567890, "x"]}"#
        let record = try VerifyRecord(JSONReader.parse(Array(line.utf8)))
        #expect(record.truths == ["1", "2", "0.5", "1000", "12345678901234567890", "x"])
    }
}
