import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import Client
@testable import attnrl

@Suite("Settings")
struct SettingsTests {
    private let catalogue: CommandCatalogue

    init() throws {
        catalogue = try CommandCatalogue.current()
    }

    private func completed(
        _ arguments: [String], environment: [String: String] = [:], file: String? = nil
    ) throws -> [String] {
        let settings = Settings(
            environment: environment, file: try file.map { try SettingsFile(text: $0, path: "config.yaml") })
        return try settings.completed(arguments, catalogue: catalogue).arguments
    }

    @Test("A flag goes before the environment, the environment before the file, the file before the default")
    func precedence() throws {
        func tokens(_ arguments: [String], _ environment: [String: String], _ file: String?) throws -> Int32? {
            let all = try completed(["generate", "hi"] + arguments, environment: environment, file: file)
            return try #require(try AttnRL.parseAsRoot(all) as? Generate).sampling.maxTokens
        }
        let environment = ["ATTNRL_MAX_TOKENS": "2"]
        #expect(try tokens(["--max-tokens", "1"], environment, "max-tokens: 3") == 1)
        #expect(try tokens(["--max-tokens=1"], environment, "max-tokens: 3") == 1)
        #expect(try tokens([], environment, "max-tokens: 3") == 2)
        #expect(try tokens([], [:], "max-tokens: 3") == 3)
        #expect(try tokens([], ["ATTNRL_MAX_TOKENS": ""], nil) == nil)
    }

    @Test("Settings stand behind the command's name, and only those the command has")
    func placement() throws {
        let environment = ["ATTNRL_SEED": "5", "ATTNRL_KV_CACHE": "4GiB"]
        #expect(
            try completed(["policy", "init", "--", "dir"], environment: environment)
                == ["policy", "init", "--seed=5", "--", "dir"])
        #expect(try completed(["serve"], environment: environment) == ["serve", "--kv-cache=4GiB"])
    }

    @Test("Short spellings count as given")
    func shortSpellings() throws {
        let environment = ["ATTNRL_OUTPUT": "json"]
        #expect(try completed(["doctor", "-o", "table"], environment: environment) == ["doctor", "-o", "table"])
        #expect(try completed(["doctor", "-otable"], environment: environment) == ["doctor", "-otable"])
    }

    @Test("Flags without a value are turned on and off in words")
    func switches() throws {
        for on in ["1", "true", "YES", "on"] {
            #expect(try completed(["chat"], environment: ["ATTNRL_IGNORE_EOS": on]) == ["chat", "--ignore-eos"])
        }
        for off in ["0", "false", "no", "off"] {
            #expect(try completed(["chat"], environment: ["ATTNRL_IGNORE_EOS": off]) == ["chat"])
        }
        #expect(throws: SettingsError.self) { try completed(["chat"], environment: ["ATTNRL_IGNORE_EOS": "perhaps"]) }
    }

    @Test("A repeatable flag takes a value or a list")
    func lists() throws {
        #expect(try completed(["chat"], environment: ["ATTNRL_STOP": "END"]) == ["chat", "--stop=END"])
        #expect(
            try completed(["chat"], environment: ["ATTNRL_STOP": #"["\n\n", END]"#])
                == ["chat", "--stop=\n\n", "--stop=END"])
        #expect(try completed(["chat"], file: "stop:\n  - a\n  - b\n") == ["chat", "--stop=a", "--stop=b"])
        #expect(throws: SettingsError.self) { try completed(["chat"], file: "seed: [1, 2]") }
    }

    @Test("A key that sets nothing is an error that names it")
    func unknownKeys() throws {
        let error = #expect(throws: SettingsError.self) { try completed(["chat"], file: "temperatur: 1") }
        #expect(error?.description.contains("'temperatur' sets nothing") == true)
        // A key of another command is fine: one file serves them all.
        #expect(try completed(["chat"], file: "kv-cache: 4GiB") == ["chat"])
    }

    @Test(
        "Files that are no flat mapping are refused, empty ones are not",
        arguments: [
            "- a\n- b\n", "just text", "a: {b: 1}", "a: [", "seed: [[1]]",
        ])
    func badFiles(text: String) {
        #expect(throws: SettingsError.self) { try SettingsFile(text: text, path: "config.yaml") }
    }

    @Test("An empty file sets nothing", arguments: ["", "# only a comment\n", "---\n"])
    func emptyFiles(text: String) throws {
        #expect(try SettingsFile(text: text, path: "config.yaml").values.isEmpty)
    }

    @Test("The file is that of --config, then ATTNRL_CONFIG, then the user's own")
    func files() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let own = folder.appendingPathComponent("attnrl")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            for (name, seed) in [("attnrl/config.yaml", 1), ("b.yaml", 2), ("c.yaml", 3)] {
                try "seed: \(seed)".write(
                    to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            func seed(_ arguments: [String], _ environment: [String: String]) throws -> String? {
                let environment = environment.merging(["XDG_CONFIG_HOME": folder.path]) { $1 }
                return try Settings.load(arguments: arguments, environment: environment).file?.values["seed"]?.first
            }
            let (b, c) = (folder.path + "/b.yaml", folder.path + "/c.yaml")
            #expect(try seed([], [:]) == "1")
            #expect(try seed([], ["ATTNRL_CONFIG": b]) == "2")
            #expect(try seed(["chat", "--config", c], ["ATTNRL_CONFIG": b]) == "3")
            #expect(try seed(["chat", "--config=\(c)"], [:]) == "3")
            #expect(try seed(["generate", "--", "--config", c], [:]) == "1")
            #expect(throws: SettingsError.self) { try seed(["--config", "/nowhere"], [:]) }
            #expect(try Settings.load(arguments: [], environment: ["XDG_CONFIG_HOME": "/nowhere"]).isEmpty)
        }
    }

    @Test("Every flag of every command has a name that can be a variable and a key")
    func names() {
        #expect(catalogue.allNames.isSuperset(of: ["server", "model", "max-tokens", "log-format", "shard-size"]))
        for name in catalogue.allNames {
            #expect(name.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber }, "\(name)")
        }
    }

    @Test("A value that nobody typed is reported with the place it came from")
    func origins() throws {
        let settings = Settings(environment: ["ATTNRL_TEMPERATURE": "hot"], file: nil)
        let (arguments, origins) = try settings.completed(["generate", "hi"], catalogue: catalogue)
        let error = #expect(throws: (any Error).self) { try AttnRL.parseAsRoot(arguments) }
        let message = UsageMessage.text(AttnRL.fullMessage(for: try #require(error)), origins: origins)
        let lines = message.split(separator: "\n")
        #expect(lines[0] == "attnrl: The value 'hot' is invalid for '--temperature <value>'. Give a number.")
        #expect(lines[1] == "  (--temperature comes from the environment variable ATTNRL_TEMPERATURE)")
        let port = Settings.Origin(flag: "--port", place: "port in config.yaml")
        let other = Settings.Origin(flag: "--por", place: "elsewhere")
        #expect(
            UsageMessage.text("Error: --port is 99999. Give 0 to 65535.\nUsage: x", origins: [port, other])
                == "attnrl: --port is 99999. Give 0 to 65535.\n  (--port comes from port in config.yaml)\nUsage: x")
    }
}
