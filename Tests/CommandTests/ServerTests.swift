import Foundation
import TestSupport
import Testing

/// Everything here runs `attnrl serve` on a port of its own and talks to it with `attnrl`.
@Suite("The program with a server", .serialized)
struct ServerTests {
    /// A server with a new policy named tiny; the program given has its address in the environment.
    private func withServer(
        _ flags: [String] = [], size: String = "tiny", _ body: (Program, RunningProgram) async throws -> Void
    ) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            let model = folder.appendingPathComponent("tiny").path
            #expect(try await program.run("policy", "init", model, "--size", size).status == 0)
            // One thread waits for no other, which takes long where processes outnumber processors.
            let server = try program.start(
                ["serve", "--model", model, "--port", "0", "--kv-cache", "64MiB", "--threads", "1"] + flags)
            defer { server.send(SIGKILL) }
            try #require(await server.wait { $0.outputSoFar.hasSuffix("\n") }, "\(server.talkSoFar)")
            program.environment["ATTNRL_SERVER"] = String(server.outputSoFar.split(separator: " ").last!.dropLast())
            try await body(program, server)
        }
    }

    /// A request that goes on long after its first token was seen: tokens by the thousand, each an event that has to be
    /// read. Of 256 responses it takes far longer than what is done to it meanwhile.
    private func startRequest(_ program: Program, responses: Int) throws -> RunningProgram {
        try program.start([
            "generate", "Hi", "--max-tokens", "1000", "--n", "\(responses)", "--ignore-eos", "-o", "jsonl",
        ])
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("An evaluation of a built-in task counts answers, steps and what was cut")
    func evaluation() async throws {
        try await withServer { program, _ in
            let outcome = try await program.run(
                "eval", "chain-short", "--prompts", "3", "--samples", "2", "--max-tokens", "8", "-o", "json")
            #expect(outcome.status == 0, "\(outcome.talk)")
            let found = try object(outcome.output)
            #expect(found["prompts"] as? Int == 3)
            #expect(found["samples"] as? Int == 2)
            // The model is untrained.
            #expect(found["accuracy"] as? Double == 0)
            #expect(found["sound"] as? Double == 0)
            #expect(found["pass_at_2"] as? Double == 0)
        }
    }

    @Test("With little address space the cache takes its part of that; a larger one is refused with its size")
    func addressSpace() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let program = Program(folder: folder), model = folder.appendingPathComponent("tiny").path
            #expect(try await program.run("policy", "init", model, "--size", "tiny").status == 0)
            let serve = ["serve", "--model", model, "--port", "0", "--threads", "1"]
            let server = try program.start(serve, kibibytes: 3_000_000)
            defer { server.send(SIGKILL) }
            try #require(await server.wait { $0.outputSoFar.hasSuffix("\n") }, "\(server.talkSoFar)")
            let refused = try await program.start(serve + ["--kv-cache", "4GiB"], kibibytes: 3_000_000).outcome()
            #expect(refused.status == 1)
            #expect(refused.talk.contains("There is no memory for 4.2 GB more"), "\(refused.talk)")
            #expect(refused.talk.contains("--kv-cache"))
        }
    }

    @Test("A server says where it serves in one line, and that an untrained model is one")
    func ready() async throws {
        try await withServer { program, server in
            #expect(server.outputSoFar.wholeMatch(of: /attnrl: serving on 127\.0\.0\.1:[0-9]+\n/) != nil)
            // Standard error comes through a pipe of its own.
            #expect(await eventually { server.talkSoFar.contains("never trained") })
            #expect(await eventually { server.talkSoFar.contains("Hugging Face layout") })
            let doctor = try await program.run("doctor")
            #expect(doctor.output.contains("ok    server     serving tiny"), "\(doctor.output)")
            let version = try await program.run("version")
            #expect(version.output.contains(": attnrl 0.1.0"), "\(version.output)")
        }
    }

    @Test(
        "A server that other machines can reach needs keys and TLS, or is told to do without and says what that means")
    func openAddress() async throws {
        let warning = "anybody who reaches it may"
        try await withServer(["--host", "0.0.0.0", "--insecure"]) { _, server in
            #expect(await eventually { server.talkSoFar.contains(warning) }, "\(server.talkSoFar)")
        }
        try await withServer { program, server in
            #expect(await eventually { server.talkSoFar.contains("never trained") })
            #expect(!server.talkSoFar.contains(warning))
            let refused = try await program.run("serve", "--shipped", "--host", "0.0.0.0", "--port", "0")
            #expect(refused.status == 1)
            for remedy in ["keys and TLS", "attnrl keys make", "--tls-cert", "--insecure"] {
                #expect(refused.talk.contains(remedy), "\(refused.talk)")
            }
        }
    }

    @Test("Generation: text to standard output, a summary to standard error, the same for the same seed")
    func generation() async throws {
        try await withServer { program, _ in
            let first = try await program.run("generate", "Hi", "--max-tokens", "12", "--seed", "7", "--ignore-eos")
            #expect(first.status == 0)
            #expect(first.talk.hasPrefix("12 tokens in "), "\(first.talk)")
            #expect(first.talk.contains("cut at the length limit, seed 7\n"))
            let second = try await program.run(
                "generate", "-", "--max-tokens", "12", "--seed", "7", "--ignore-eos", "-o", "json", "--logprobs",
                input: "Hi")
            let response = try #require((try object(second.output)["responses"] as? [[String: Any]])?.first)
            #expect((response["text"] as? String).map { $0.hasSuffix("\n") ? $0 : $0 + "\n" } == first.output)
            #expect((response["token_ids"] as? [Int])?.count == 12)
            #expect((response["logprobs"] as? [Double])?.allSatisfy { $0 < 0 } == true)
            let lines = try await program.run("generate", "Hi", "--max-tokens", "3", "--n", "2", "-o", "jsonl")
            let events = try lines.output.split(separator: "\n").map { try object(String($0))["event"] as? String }
            #expect(events.first == "started")
            #expect(events.filter { $0 == "finished" }.count == 2)
        }
    }

    @Test("With capture, steps are announced and a trace follows, on standard error")
    func capture() async throws {
        try await withServer { program, _ in
            // Long enough that even noise has a line break: steps of single tokens are not announced.
            let outcome = try await program.run(
                "generate", "Hi", "--max-tokens", "600", "--seed", "1", "--ignore-eos", "--capture")
            #expect(outcome.status == 0)
            #expect(outcome.talk.contains("╰ step 1, tokens 2–"), "\(outcome.talk)")
            #expect(outcome.talk.contains("600 response tokens in"))
            #expect(!outcome.output.contains("╰"))
        }
    }

    private static let response = (1...9).map { "Step \($0)." }.joined(separator: "\n\n")

    @Test("A trace of a response that is given")
    func trace() async throws {
        try await withServer { program, _ in
            let outcome = try await program.run("trace", "Hi", "--response", Self.response, "-o", "json")
            #expect(outcome.status == 0, "\(outcome.talk)")
            let trace = try object(outcome.output)
            let steps = try #require(trace["steps"] as? [[String: Any]])
            #expect(steps.count == 10)
            #expect(steps[2]["text"] as? String == "Step 2.\n\n")
            #expect((steps[2]["influence"] as? Double ?? 0) > 0)
            #expect((steps[2]["top_heads"] as? [[String: Any]])?.isEmpty == false)
            #expect((trace["influence"] as? [Double])?.count == 10)
            let rows = try #require((trace["step_maps"] as? [[String: Any]])?.first?["rows"] as? [[Double]])
            #expect(rows.map(\.count) == Array(1...10))

            let file = program.folder.appendingPathComponent("response.txt")
            try Self.response.write(to: file, atomically: true, encoding: .utf8)
            let table = try await program.run("trace", "Hi", "--response", file.path, "--map")
            #expect(table.output.contains("9 steps, cut at blank lines"), "\(table.output)")
            #expect(table.output.contains("attention between steps, mean over layers and heads"))
            #expect(table.outputLines.allSatisfy { $0.count <= 90 })
        }
    }

    @Test("A tree is grown, drawn, saved and shown again")
    func explore() async throws {
        try await withServer { program, _ in
            let file = program.folder.appendingPathComponent("tree.json").path
            let arguments = ["--width", "2", "--points", "1", "--max-tokens", "30", "--seed", "4", "--min-gap", "1"]
            let table = try await program.run(["explore", "Hi", "--save", file] + arguments)
            #expect(table.status == 0, "\(table.talk)")
            #expect(table.output.contains("2 responses, 4 branches from 2 points"), "\(table.output)")
            #expect(table.talk.contains(", seed 4\n"))
            let shown = try await program.run("tree", "show", file)
            #expect(shown.output == table.output)
            let json = try await program.run(["explore", "Hi", "-o", "json", "--truth", "4"] + arguments)
            let tree = try object(json.output)
            #expect((tree["rollouts"] as? [[String: Any]])?.count == 6)
            #expect((tree["nodes"] as? [[String: Any]])?.first?["value"] as? Double == 0)
            let piped = try await program.run("tree", "show", "-", input: json.output)
            #expect(piped.output.contains("NO_ANSWER"), "\(piped.talk)")
            let lines = try await program.run(["explore", "Hi", "-o", "jsonl"] + arguments)
            let events = try lines.output.split(separator: "\n").map { try object(String($0))["event"] as? String }
            #expect(events.filter { $0 == "rollout" }.count == 6)
            #expect(events.first == "started" && events.suffix(2) == ["nodes", "finished"])
        }
    }

    @Test("Branch points of a response, and a note where there are none")
    func branches() async throws {
        try await withServer { program, _ in
            let outcome = try await program.run(
                "branches", "Hi", "--response", "-", "-o", "json", "--min-gap", "0", input: Self.response)
            let answer = try object(outcome.output)
            #expect((answer["points"] as? [[String: Any]])?.count == 2, "\(outcome.output)")
            #expect(answer["note"] as? String == "")
            let single = try await program.run("branches", "Hi", "--response", "Just one.\n\n")
            #expect(single.status == 0)
            #expect(single.output.contains("There is no step to branch at."))
            #expect(single.output.contains("note: "))
        }
    }

    @Test("Steps are ablated: a table, one JSON value, or lines as they come")
    func ablate() async throws {
        try await withServer { program, _ in
            let table = try await program.run(
                "ablate", "Hi", "--response", "-", "--step", "3", "--step", "1", "--samples", "2", "--max-tokens", "4",
                "--seed", "1", input: Self.response)
            #expect(table.status == 0, "\(table.talk)")
            #expect(table.output.contains("2 of 9 steps hidden, one at a time"), "\(table.output)")
            #expect(table.talk.contains("continuations drawn with seed 1\n"))
            let outcome = try await program.run(
                "ablate", "Hi", "--response", "-", "--mode", "resample", "--samples", "1", "--max-tokens", "4", "-o",
                "jsonl",
                input: Self.response)
            let lines = try outcome.outputLines.filter { !$0.isEmpty }.map { try object(String($0)) }
            #expect(lines.first?["part"] as? String == "started")
            #expect(lines.dropFirst().compactMap { $0["step"] as? Int } == (lines.first?["steps"] as? [Int]))
            #expect(lines.dropFirst().allSatisfy { $0["forced"] == nil && $0["sampled"] != nil })
            let whole = try await program.run(
                "ablate", "Hi", "--response", "-", "--samples", "0", "--step", "2", "-o", "json", input: Self.response)
            let ablations = try #require(try object(whole.output)["ablations"] as? [[String: Any]])
            #expect((ablations.first?["forced"] as? [String: Any])?["lower_bound"] as? Bool == false)
            let wrong = try await program.run("ablate", "Hi", "--response", "One.\n\nTwo, three.", "--step", "5")
            #expect(wrong.status == 1)
            #expect(wrong.talk.contains("There is no step 5."), "\(wrong.talk)")
        }
    }

    @Test("Tokens and back")
    func tokenize() async throws {
        try await withServer { program, _ in
            let outcome = try await program.run("tokenize", "Hé", "-o", "json")
            let ids = try #require(try object(outcome.output)["ids"] as? [Int])
            #expect(ids == [72, 195, 169])
            let text = try await program.run("tokenize", "--decode", "72 195 169")
            #expect(text.output == "Hé\n")
        }
    }

    @Test("Policies are listed, loaded, switched and unloaded, and the log says so")
    func policies() async throws {
        try await withServer { program, server in
            let other = program.folder.path + "/other"
            #expect(try await program.run("policy", "init", other, "--seed", "9").status == 0)
            #expect(try await program.run("policy", "load", other, "--name", "tiny", "--as-new-version").status == 0)
            let list = try await program.run("policy", "ls")
            #expect(list.outputLines.first?.hasPrefix("name") == true)
            #expect(list.outputLines[1].contains("2 (2 loaded)"), "\(list.output)")
            let switched = try await program.run("policy", "switch", "tiny", "1", "-o", "json")
            #expect(try object(switched.output)["version"] as? Int == 1)
            let unknown = try await program.run("policy", "rm", "nobody")
            #expect(unknown.status == 1)
            #expect(unknown.talk.contains("No policy is named 'nobody'"))
            #expect(try await program.run("policy", "rm", "tiny").status == 0)
            #expect(try await program.run("policy", "ls").output.contains("No policy is loaded"))
            for change in ["loaded tiny directory=", "tiny is served in version 1", "unloaded tiny"] {
                #expect(await server.wait { $0.talkSoFar.contains(change) }, "\(change): \(server.talkSoFar)")
            }
        }
    }

    @Test("Faulty fields are named, a deadline that passed is 124")
    func errors() async throws {
        try await withServer { program, _ in
            let bad = try await program.run("generate", "Hi", "--top-p", "7", "--min-p", "2")
            #expect(bad.status == 1)
            #expect(bad.talk.contains("attnrl: --top-p: 7.0 is outside"))
            #expect(bad.talk.contains("--min-p: 2.0 is outside"))
            let late = try await program.run(
                "generate", "Hi", "--max-tokens", "900", "--ignore-eos", "--timeout", "1ms")
            #expect(late.status == 124)
        }
    }

    @Test("A reader that had enough ends the program quietly")
    func brokenPipe() async throws {
        try await withServer { program, _ in
            let shell = try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"),
                [
                    "-c",
                    "\(Program.executable.path) generate Hi --max-tokens 600 --ignore-eos -o jsonl | head -n 1; "
                        + "echo ${PIPESTATUS[0]}",
                ],
                environment: program.environment.merging(["HOME": program.folder.path]) { $1 })
            let outcome = await shell.outcome()
            #expect(outcome.output.hasSuffix("\n0\n"), "\(outcome.output)")
            #expect(outcome.talk == "")
        }
    }

    @Test("Ctrl-C stops an answer and the chat goes on")
    func chat() async throws {
        // Large enough that an answer takes seconds.
        try await withServer(size: "small") { program, _ in
            let chat = try program.start(["chat", "--max-tokens", "3500", "--ignore-eos"])
            chat.type("Hello\n")
            #expect(await chat.wait { $0.outputSoFar.utf8.count > 20 }, "\(chat.talkSoFar)")
            chat.send(SIGINT)
            #expect(await chat.wait { $0.talkSoFar.contains("(stopped)") }, "\(chat.talkSoFar)")
            chat.type("/reset\n/quit\n")
            let outcome = await chat.outcome()
            #expect(outcome.status == 0)
            #expect(outcome.talk.contains("forgot the conversation"))
        }
    }

    @Test("SIGTERM lets a request in flight finish and refuses new ones")
    func drain() async throws {
        try await withServer { program, server in
            let request = try startRequest(program, responses: 16)
            #expect(await request.wait { $0.outputSoFar.contains("\"tokens\"") })
            server.send(SIGTERM)
            #expect(await server.wait { $0.talkSoFar.contains("SIGTERM: finishing ") })
            let refused = try await program.run("generate", "Hi", "--max-tokens", "1")
            #expect(refused.status == 1)
            let finished = await request.outcome()
            #expect(finished.status == 0, "\(finished.talk)")
            #expect(finished.talk.hasPrefix("16,000 tokens of 16 responses"))
            let ended = await server.outcome()
            #expect(ended.status == 0, "\(ended.talk)")
            #expect(ended.outputLines.count == 2)
        }
    }

    @Test("A second signal quits at once")
    func secondSignal() async throws {
        try await withServer { program, server in
            let request = try startRequest(program, responses: 256)
            #expect(await request.wait { $0.outputSoFar.contains("\"tokens\"") })
            server.send(SIGTERM)
            #expect(await server.wait { $0.talkSoFar.contains("SIGTERM: finishing") })
            server.send(SIGINT)
            #expect(await server.outcome().status == 130)
            #expect(await request.outcome().status == 1)
        }
    }

    @Test("Requests that outlive the grace time are cut, and that is a failure")
    func grace() async throws {
        try await withServer(["--grace", "100ms"]) { program, server in
            let request = try startRequest(program, responses: 256)
            #expect(await request.wait { $0.outputSoFar.contains("\"tokens\"") })
            server.send(SIGTERM)
            let ended = await server.outcome()
            #expect(ended.status == 1, "\(ended.talk)")
            #expect(ended.talk.contains("requests unfinished"))
            #expect(await request.outcome().status == 1)
        }
    }
}
