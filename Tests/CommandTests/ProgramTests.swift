import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Console
@testable import attnrl

@Suite("The program without a server")
struct ProgramTests {
    private func withProgram(_ body: (Program) async throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { try await body(Program(folder: $0)) }
    }

    @Test("Help says what there is, how it is set, and what the exit codes mean")
    func help() async throws {
        try await withProgram { program in
            let outcome = try await program.run("--help")
            #expect(outcome.status == 0)
            #expect(outcome.talk == "")
            #expect(
                outcome.output == """
                    OVERVIEW: Serve a reasoning model and see where its attention says the
                    reasoning turns.

                    Try it on the small model that comes along:
                      attnrl serve --shipped &
                      attnrl data make words-shuffled --count 1 | jq -j .prompt > problem.txt
                      attnrl trace --file problem.txt --temperature 0

                    Settings: every flag has an environment variable and a config key. For
                    --max-tokens they are ATTNRL_MAX_TOKENS=512, and `max-tokens: 512` in a YAML
                    file: --config, ATTNRL_CONFIG, or $XDG_CONFIG_HOME/attnrl/config.yaml, where
                    XDG_CONFIG_HOME is ~/.config if not set. A flag goes before the environment,
                    the environment before the file, the file before the default.

                    Results go to standard output, everything else to standard error.
                    Exit codes: 0 success, 1 failure, 2 wrong usage, 100 the job failed,
                    101 the job was cancelled, 124 the --timeout passed.

                    USAGE: attnrl <subcommand>

                    OPTIONS:
                      --version               Show the version.
                      -h, --help              Show help information.

                    SERVER SUBCOMMANDS:
                      serve                   Serve models over gRPC and HTTP, on one port.
                      keys                    Make, list and revoke the keys of a server's callers.
                      policy                  List, load and switch a server's models; make and
                                              convert model folders.

                    CLIENT SUBCOMMANDS:
                      generate                Continue a prompt, streaming the text.
                      chat                    Talk with a policy that has a chat template.
                      trace                   Show a response's steps and which of them later steps
                                              look back at.
                      branches                Choose steps of a response that are worth continuing
                                              differently from.
                      explore                 Grow a tree of responses and show where its branches
                                              differ.
                      tree                    Look at trees in files.
                      ablate                  Measure how much an answer depends on single steps of
                                              a response.
                      tokenize                Show the tokens of a text or chat, or the text of
                                              tokens.

                    TRAINING SUBCOMMANDS:
                      job                     Create, follow and steer training jobs of a server.
                      prefs                   Choose what people compare, hand it out, and keep
                                              what they choose.
                      methods                 List the methods that jobs can use: what they need,
                                              what they cost and what was seen.
                      eval                    Measure how well a policy answers a data set.
                      readiness               Ask what a policy could learn from rewards, before a
                                              job that does.
                      data                    Make, check and tokenize training data; list the
                                              built-in tasks.
                      verify                  Judge the responses of a data set, as a training job
                                              would.

                    OTHER SUBCOMMANDS:
                      bench                   Measure how fast this machine runs a model.
                      doctor                  Check this machine, the libraries, a server, and a
                                              model folder.
                      version                 Print the versions of this program, its libraries,
                                              and a server.

                      See 'attnrl help <subcommand>' for detailed help.

                    """)
        }
    }

    @Test(
        "Every command's help fits 80 columns and has an example or names its arguments",
        arguments: [
            ["serve"], ["generate"], ["chat"], ["trace"], ["branches"], ["ablate"], ["tokenize"], ["doctor"],
            ["version"],
            ["policy"], ["policy", "ls"], ["policy", "load"], ["policy", "switch"], ["policy", "rm"],
            ["policy", "init"],
            ["policy", "export"], ["policy", "import"], ["bench"], ["verify"], ["eval"], ["data"], ["data", "tasks"],
            ["data", "make"],
            ["data", "check"], ["data", "tokenizer"], ["methods"], ["readiness"], ["prefs"], ["prefs", "select"],
        ])
    func commandHelp(command: [String]) throws {
        let error = #expect(throws: (any Error).self) {
            var help = try AttnRL.parseAsRoot(command + ["--help"])
            try help.run()
        }
        let text = AttnRL.fullMessage(for: try #require(error), columns: 80)
        #expect(text.hasPrefix("OVERVIEW: "))
        // The parser writes the usage on one line, however long.
        for line in text.split(separator: "\n") where !line.hasPrefix("USAGE") { #expect(line.count <= 81, "\(line)") }
    }

    @Test(
        "Wrong usage is 2 and says what is right",
        arguments: [
            (["generate"], "There is no prompt."),
            (["generate", "a", "--file", "b"], "There are two prompts"),
            (["generate", "a", "--temperature", "hot"], "'hot' is invalid for '--temperature <value>'"),
            (["generate", "a", "--temperature", "-1"], "begins with a dash is given as --temperature=-1)"),
            (["generate", "a", "--max-tokens", "9999999999999"], "'--max-tokens <count>'. Give a smaller number."),
            (["generate", "a", "--seed=-1"], "'--seed <number>'. Give a whole number from 0."),
            (["generate", "a", "--top-k=1.5"], "'--top-k <count>'. Give a whole number."),
            (["generate", "a", "--timeout", "1e300"], "Give a time below 1e9 seconds, as in 30s, 5m or 1h30m."),
            (["serve", "--kv-cache", "5XB"], "Give a size, as in 512MiB or 4GiB."),
            (["trace", "a", "--rows", "L1"], "Give a head and its rows, as in L12.H3:40-60."),
            (["job", "create", "-f", "x", "--set", "a"], "Give a field and its value, as in steps=200."),
            (["generate", "a", "--n", "0"], "--n is 0. Ask for 1 to 256 responses."),
            (["serve", "--port", "70000"], "--port is 70000. Give 0 to 65535."),
            (["serve", "--threads", "0"], "--threads is 0. Give 1 to 1024."),
            (["serve", "--max-requests", "0"], "--max-requests is 0. Give 1 to 1000000."),
            (["trace", "a", "--map-of", "mean", "--map-of", "L0.H1"], "one kind at a time"),
            (["ablate", "a", "--samples", "65"], "--samples is 65. Draw 0 to 64."),
            (["ablate", "a", "--mode", "resample", "--samples", "0"], "--samples is 0. Draw 1 to 64."),
            (["verify", "f", "--reward", "regex"], "--reward regex needs --pattern"),
            (["verify", "f", "--reward", "regex", "--pattern", "x"], "captures nothing"),
            (["verify", "f", "--reward", "regex", "--pattern", "(x"], "the pattern cannot be used"),
            (["verify", "f", "--pattern", "(x)"], "--pattern goes with --reward regex only."),
            (["nonsense"], "there is no command 'attnrl nonsense'."),
            (["nonsense", "--help"], "there is no command 'attnrl nonsense'."),
            (["serv"], "there is no command 'attnrl serv'. Did you mean 'attnrl serve'?"),
            (["gen"], "Did you mean 'attnrl generate'?"),
            (
                ["job", "craete", "-f", "x"],
                "there is no command 'attnrl job craete'. Did you mean 'attnrl job create'?"
            ),
            (["help", "polisy"], "Did you mean 'attnrl policy'?"),
            (["generate", "a", "--sytsem", "b"], "Did you mean '--system'?"),
            (["generate", "a", "--server", "https://me@localhost"], "it has a user's name"),
            (["job", "watch", "a", "--server", "8470"], "its host is a number"),
            (["serve", "--host", "[::1]:80"], "it has a port. Give that with --port."),
            (["bench", "--threads", "99999999999"], "--threads is 99999999999. Give 1 to 1024."),
            (["policy", "switch", "name", "latest"], "'latest' is invalid"),
            (
                ["doctor", "--config", "/nowhere.yaml"],
                "the config file: cannot read /nowhere.yaml: No such file or directory."
            ),
        ])
    func usage(arguments: [String], text: String) async throws {
        try await withProgram { program in
            let running = try program.start(arguments)
            running.endInput()
            let outcome = await running.outcome()
            #expect(outcome.status == 2)
            #expect(outcome.output == "")
            #expect(outcome.talk.hasPrefix("attnrl: "), "\(outcome.talk)")
            #expect(outcome.talk.contains(text), "\(outcome.talk)")
        }
    }

    @Test("Without a server a call fails, and says how to start one")
    func noServer() async throws {
        try await withProgram { program in
            // Port 1 needs privileges that no server of ours has.
            let outcome = try await program.run("generate", "hi", "--server", "127.0.0.1:1")
            #expect(outcome.status == 1)
            #expect(outcome.output == "")
            #expect(outcome.talk.contains("127.0.0.1:1"))
            #expect(outcome.talk.contains("attnrl serve"))
        }
    }

    @Test("The version is the program's own, with its libraries")
    func version() async throws {
        try await withProgram { program in
            let outcome = try await program.run("version")
            #expect(outcome.status == 0)
            #expect(outcome.outputLines.first == "attnrl 0.1.0")
            #expect(outcome.output.contains("\nlibuv 1."))
            #expect(try await program.run("--version").output == "attnrl 0.1.0\n")
            let json = try await program.run("version", "-o", "json")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(object?["attnrl"] as? String == "0.1.0")
        }
    }

    @Test("The doctor names what is wrong with a model folder")
    func doctor() async throws {
        try await withProgram { program in
            let model = program.folder.appendingPathComponent("tiny").path
            #expect(try await program.run("policy", "init", model).status == 0)
            let well = try await program.run("doctor", "--model", model, "--server", "127.0.0.1:1")
            #expect(well.status == 0)
            #expect(well.output.contains("259 <|im_end|> (config.json,"), "\(well.output)")
            for line in ["ok    tokenizer", "ok    ends", "ok    template", "ok    weights", "warn  server"] {
                #expect(well.output.contains("\n" + line), "\(well.output)")
            }
            try FileManager.default.removeItem(atPath: model + "/model.safetensors")
            let ill = try await program.run("doctor", "--model", model, "--server", "127.0.0.1:1")
            #expect(ill.status == 1)
            #expect(ill.output.contains("\nfail  weights"), "\(ill.output)")
        }
    }

    @Test("The doctor checks an adapter against its base, where that is")
    func doctorOfAdapters() async throws {
        try await withProgram { program in
            let adapter = program.folder.appendingPathComponent("adapter")
            try FileManager.default.copyItem(at: Fixtures.url("adapters/llama-all"), to: adapter)
            let file = adapter.appendingPathComponent("adapter_config.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            func check(base: String) async throws -> Program.Outcome {
                let changed = text.replacing(
                    #""base_model_name_or_path": "llama""#, with: #""base_model_name_or_path": "\#(base)""#)
                try Data(changed.utf8).write(to: file)
                return try await program.run("doctor", "--model", adapter.path, "--server", "127.0.0.1:1")
            }
            let unknown = try await check(base: "/nowhere/llama")
            #expect(unknown.status == 0)
            #expect(unknown.output.contains("warn  adapter") && unknown.output.contains("/nowhere/llama"))
            let well = try await check(base: Fixtures.url("llama").path)
            #expect(well.status == 0)
            #expect(well.output.contains("ok    adapter") && well.output.contains("rank 4, alpha 8"), "\(well.output)")
            let ill = try await check(base: Fixtures.url("qwen2").path)
            #expect(ill.status == 1)
            #expect(ill.output.contains("fail  adapter") && ill.output.contains("another base"), "\(ill.output)")
        }
    }

    @Test("The same seed makes the same model folder, and a folder that exists is not touched")
    func initialisation() async throws {
        try await withProgram { program in
            func weights(_ name: String, _ arguments: String...) async throws -> Data {
                let model = program.folder.appendingPathComponent(name)
                let running = try program.start(["policy", "init", model.path] + arguments)
                #expect(await running.outcome().status == 0)
                return try Data(contentsOf: model.appendingPathComponent("model.safetensors"))
            }
            let first = try await weights("a", "--seed", "5")
            #expect(try await weights("b", "--seed", "5") == first)
            #expect(try await weights("c", "--seed", "6") != first)
            let again = try await program.run("policy", "init", program.folder.path + "/a")
            #expect(again.status == 1)
            #expect(again.talk.contains("exists already"))
        }
    }

    @Test("An exported folder has the format asked for")
    func export() async throws {
        try await withProgram { program in
            let (from, to) = (program.folder.path + "/a", program.folder.path + "/b")
            _ = try await program.run("policy", "init", from)
            let outcome = try await program.run(
                "policy", "export", from, to, "--format", "f32", "--shard-size", "200KiB")
            #expect(outcome.status == 0, "\(outcome.talk)")
            let files = try FileManager.default.contentsOfDirectory(atPath: to).filter { $0.hasSuffix(".safetensors") }
            #expect(files.count > 1)
            #expect(WeightSize.bytes(in: to) > 19 * WeightSize.bytes(in: from) / 10)
        }
    }
}
