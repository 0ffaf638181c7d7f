import Foundation
import TestSupport
import Testing

@Suite("The data commands")
struct DataTests {
    private func withProgram(_ body: (Program) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { try await body(Program(folder: $0)) }
    }

    @Test("What is made is read and checked as sound, and the same arguments make the same file")
    func makeAndCheck() async throws {
        try await withProgram { program in
            let path = program.folder.appendingPathComponent("a.jsonl").path
            let made = try await program.run(
                "data", "make", "graph-small+chain-short", "--count", "50", "--seed", "3", "-o", path)
            #expect(made.status == 0 && made.output == "")
            let printed = try await program.run(
                "data", "make", "graph-small+chain-short", "--count", "50", "--seed", "3")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(printed.output.utf8))
            let checked = try await program.run("data", "check", path, "--responses", "-o", "json")
            #expect(checked.status == 0)
            let report = try JSONSerialization.jsonObject(with: Data(checked.output.utf8)) as? [String: Any]
            #expect(report?["records"] as? Int == 50 && report?["problems"] as? Int == 0)
            let verdicts = report?["verdicts"] as? [String: Any]
            #expect(verdicts?["checked"] as? Int == 50 && verdicts?["sound"] as? Int == 50)
        }
    }

    @Test("verl's shape is read back, and later examples go on where earlier ones ended")
    func shapes() async throws {
        try await withProgram { program in
            let all = try await program.run("data", "make", "countdown", "--count", "6", "--shape", "verl")
            let rest = try await program.run(
                "data", "make", "countdown", "--first", "4", "--count", "2", "--shape", "verl")
            #expect(all.outputLines[4...].elementsEqual(rest.outputLines))
            let path = program.folder.appendingPathComponent("verl.jsonl").path
            try Data(all.output.utf8).write(to: URL(fileURLWithPath: path))
            let checked = try await program.run("data", "check", path, "--responses")
            #expect(checked.status == 0)
            #expect(checked.output.contains("from countdown     6"), "\(checked.output)")
            #expect(checked.output.contains("answer right       6 (100%)"), "\(checked.output)")
        }
    }

    @Test("Broken lines are named, counted, and make the exit code 1")
    func broken() async throws {
        try await withProgram { program in
            let path = program.folder.appendingPathComponent("b.jsonl").path
            let lines = [#"{"prompt": "a", "answer": "b"}"#, "{", #"{"prompt": ""}"#, #"{"prompt": "a"}"#]
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
            let outcome = try await program.run("data", "check", path, "--show", "2")
            #expect(outcome.status == 1)
            #expect(outcome.talk.contains("\(path): line 2, column 2: this is not JSON"))
            #expect(outcome.talk.contains("\(path): line 3: prompt: is empty."))
            #expect(!outcome.talk.contains("line 4") && outcome.talk.contains("1 further problem"))
            #expect(outcome.output.contains("records           1"), "\(outcome.output)")
        }
    }

    @Test("A learned tokenizer makes a model folder that the doctor accepts")
    func tokenizer() async throws {
        try await withProgram { program in
            let (tokenizer, model) = (program.folder.path + "/tokenizer", program.folder.path + "/model")
            let learned = try await program.run("data", "tokenizer", "--task", "graph-long", "-o", tokenizer)
            #expect(learned.status == 0, "\(learned.talk)")
            let again = try await program.run("data", "tokenizer", "--task", "graph-long", "-o", tokenizer)
            #expect(again.status == 1 && again.talk.contains("has a tokenizer.json already"))
            #expect(try await program.run("policy", "init", model, "--tokenizer", tokenizer).status == 0)
            let doctor = try await program.run("doctor", "--model", model, "--server", "127.0.0.1:1")
            #expect(doctor.status == 0, "\(doctor.output)")
            let generation = try String(contentsOfFile: model + "/generation_config.json", encoding: .utf8)
            let json = try String(contentsOfFile: tokenizer + "/tokenizer.json", encoding: .utf8)
            let id = try #require(json.firstMatch(of: /"id": (\d+),\s+"content": "<eos>"/)).1
            #expect(generation.contains(id), "\(generation)")
        }
    }

    @Test("The list of tasks names every knob, and measuring gives every named setting")
    func tasks() async throws {
        try await withProgram { program in
            let list = try await program.run("data", "tasks")
            #expect(list.status == 0)
            for word in ["graph", "distractors", "countdown", "limit", "chain-long", "locality"] {
                #expect(list.output.contains(word))
            }
            let measures = try await program.run("data", "tasks", "--measure", "20", "-o", "jsonl")
            #expect(measures.outputLines.filter { !$0.isEmpty }.count == 10)
            #expect(measures.output.contains(#""setting":"graph-long","prompt":{"mean":"#))
        }
    }

    @Test(
        "Wrong usage is 2 and says what is right",
        arguments: [
            (["make", "graf"], "There are chain, countdown, graph"),
            (["make", "graph:need=0"], "need is '0'. Give a number or range within 1-26."),
            (["make", "graph", "--count", "0"], "--count is 0. Give 1 to 1000000000."),
            (["make", "graph", "--split", "test"], "'test' is invalid"),
            (["tokenizer", "-o", "x"], "There is nothing to learn from. Give --task or --data."),
            (["tokenizer", "-o", "x", "--task", "graph", "--size", "10"], "--size is 10. Give 258 to 1000000."),
            (["tasks", "--tokenizer", "x"], "--tokenizer goes with --measure."),
        ])
    func usage(arguments: [String], text: String) async throws {
        try await withProgram { program in
            let running = try program.start(["data"] + arguments)
            running.endInput()
            let outcome = await running.outcome()
            #expect(outcome.status == 2)
            #expect(outcome.output == "")
            #expect(outcome.talk.contains(text), "\(outcome.talk)")
        }
    }
}
