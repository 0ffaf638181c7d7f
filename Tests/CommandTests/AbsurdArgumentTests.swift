import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Console
@testable import attnrl

@Suite("Arguments that nobody should give")
struct AbsurdArgumentTests {
    /// Numbers beyond every type, signs, and what is none.
    private static let numbers = [
        "9999999999999999999999", "9223372036854775807", "-9223372036854775808", "2147483647", "-1", "0", "1e300",
        "1e-300",
        "nan", "inf", "0x10", "१२", "", " ", "1_000", "+5",
    ]

    private static let texts = [
        "", " ", "=", "-", "--", ":", ".", "/", "[", "\u{1B}[2J", "\u{202E}", "a\nb",
        String(repeating: "x", count: 5000),
    ]

    /// Every command with what it needs, so that an option's value is what is looked at.
    private static let commands: [(command: [String], needed: [String])] = [
        (["generate"], ["x"]), (["chat"], []), (["trace"], ["x"]), (["branches"], ["x"]), (["explore"], ["x"]),
        (["ablate"], ["x"]), (["tokenize"], ["x"]), (["eval"], ["graph-small"]), (["readiness"], ["graph-small"]),
        (["verify"], ["/dev/null"]),
        (["doctor"], []), (["version"], []), (["bench"], ["--model", "/nowhere"]), (["tree", "show"], ["/dev/null"]),
        (["policy", "ls"], []), (["policy", "load"], ["/nowhere"]), (["policy", "switch"], ["x", "1"]),
        (["policy", "rm"], ["x"]), (["policy", "export"], ["/nowhere", "/nowhere/x"]),
        (["policy", "import"], ["/nowhere.gguf", "/nowhere/x"]), (["policy", "init"], ["/dev/null/x"]),
        (["data", "tasks"], []), (["data", "check"], ["/dev/null"]),
        (["data", "make"], ["graph-small", "--count", "1"]),
        (["data", "tokenizer"], ["-o", "/dev/null/x", "--data", "/nowhere"]),
        (["keys", "ls"], ["--keys", "/dev/null"]), (["keys", "make"], ["x", "--keys", "/dev/null/x"]),
        (["keys", "revoke"], ["x", "--keys", "/dev/null"]),
        (["job", "create"], ["-f", "/dev/null"]), (["job", "ls"], []), (["job", "get"], ["j"]),
        (["job", "watch"], ["j"]), (["job", "logs"], ["j"]), (["job", "wait"], ["j"]), (["job", "cancel"], ["j"]),
        (["job", "pause"], ["j"]), (["job", "resume"], ["j"]), (["job", "checkpoints"], ["j"]),
        (["job", "export"], ["j", "/nowhere"]), (["job", "trees"], ["j"]), (["job", "spec"], []),
        (["methods"], []),
        (["prefs", "select"], ["/dev/null"]), (["prefs", "add"], ["s", "/dev/null"]), (["prefs", "compare"], ["s"]),
        (["prefs", "export"], ["s"]), (["prefs", "ls"], []), (["prefs", "rm"], ["s"]),
        (["job", "report"], ["j", "--html", "/dev/null/x"]),
    ]

    /// Options of one name that are of several types.
    private static let ambiguous: Set = ["samples", "count", "step", "size"]

    @Test("Any value of any option is taken, or refused in words")
    func values() throws {
        let catalogue = try CommandCatalogue.current()
        var seen: Set<String> = []
        for (command, needed) in Self.commands {
            let flags = catalogue.command(of: command).flags
            for flag in flags where flag.takesValue && seen.insert(flag.name).inserted {
                if Self.ambiguous.contains(flag.name) { seen.remove(flag.name) }
                for value in Self.numbers + Self.texts {
                    let arguments = command + needed + ["--\(flag.name)=\(value)"]
                    do {
                        _ = try AttnRL.parseAsRoot(arguments)
                    } catch {
                        let message = AttnRL.fullMessage(for: error)
                        // Words, and not the name that Swift gives to what nobody expected.
                        #expect(!message.isEmpty && !message.contains("Swift."), "\(arguments): \(message)")
                    }
                }
            }
        }
        #expect(seen.count > 50)
    }

    @Test("Every command there is was looked at")
    func complete() {
        let known = Set(Self.commands.map { $0.command.joined(separator: " ") })
        let all = Set(Self.leaves(AttnRL.self).map { $0.joined(separator: " ") })
        #expect(all.subtracting(known) == ["serve"], "A server would start.")
    }

    /// Paths below a command to those without commands of their own.
    private static func leaves(_ command: any ParsableCommand.Type) -> [[String]] {
        let subcommands = command.configuration.subcommands
        guard !subcommands.isEmpty else { return [[]] }
        return subcommands.flatMap { below in leaves(below).map { [below._commandName] + $0 } }
    }

    @Test(
        "What is taken runs to an end of its own",
        arguments: [
            ["data", "make", "graph-small", "--count", "1", "--first", "1000000000", "--seed", "18446744073709551615"],
            ["data", "make", "graph:need=99999999999999999999", "--count", "1"],
            ["data", "make", "9999999999999999999*graph-small+1e300*chain-long", "--count", "1"],
            ["data", "make", "nan*graph-small", "--count", "1"],
            ["data", "tokenizer", "--task", "graph-small", "--numbers", "10000", "--size", "300", "-o", "/dev/null/x"],
            ["data", "check", "/dev/null", "--show", "0"],
            ["verify", "/dev/null"], ["tree", "show", "/dev/null"],
            ["generate", "x", "--max-tokens", "2147483647", "--temperature", "1e300", "--server", "127.0.0.1:1"],
            ["generate", "x", "--timeout", "999999999", "--server", "127.0.0.1:1"],
            ["generate", "x", "--timeout", "1e-300", "--server", "127.0.0.1:1"],
            ["eval", "graph-small", "--prompts", "3", "--seed", "18446744073709551615", "--server", "127.0.0.1:1"],
            ["job", "logs", "j", "--tail", "9223372036854775807", "--server", "127.0.0.1:1"],
            ["tokenize", "--decode", "99999999999999999999", "--server", "127.0.0.1:1"],
            ["tokenize", "--decode", "-", "--server", "127.0.0.1:1"],
            ["job", "create", "-f", "/dev/null", "--set", "a.b..c=[", "--server", "127.0.0.1:1"],
            ["job", "create", "-f", "/dev/null", "--set", "...=1", "--server", "127.0.0.1:1"],
            ["policy", "init", "/dev/null/x"],
            ["doctor", "--model", "/dev/null", "--model", "/proc/self/mem", "--server", "127.0.0.1:1"],
        ])
    func runs(arguments: [String]) async throws {
        for columns in ["0", "1", "80", "99999999999999999999", "-5"] {
            try await Fixtures.withTemporaryFolder { folder in
                var program = Program(folder: folder)
                program.environment["COLUMNS"] = columns
                let outcome = try await program.run(arguments)
                let ends = [ExitStatus.success, ExitStatus.failure, ExitStatus.usage, ExitStatus.timedOut]
                #expect(ends.contains(outcome.status), "\(arguments): \(outcome)")
                #expect(!(outcome.output + outcome.talk).isEmpty)
            }
        }
    }

    @Test("Help and errors fit every width", arguments: ["0", "1", "7", "80", "1000000", "-5", "x"])
    func widths(columns: String) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            program.environment["COLUMNS"] = columns
            let lines = [["--help"], ["serve", "--help"], ["generate"], ["data", "tasks"], ["job", "spec"]]
            for arguments in lines {
                let outcome = try await program.run(arguments)
                #expect((0...2).contains(outcome.status), "\(arguments): \(outcome)")
            }
        }
    }
}
