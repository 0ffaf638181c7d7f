import Foundation
import TestSupport
import Testing

@Suite("Keys, TLS and places")
struct AccessTests {
    private static func tls(_ name: String) -> String { Fixtures.url("tls/\(name)").path }

    /// A server of a tiny policy with keys, mutual TLS and an audit trail, and a program that knows its address.
    private func withServer(
        _ flags: [String] = [], _ body: (Program, RunningProgram, URL) async throws -> Void
    ) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            let model = folder.appendingPathComponent("models/tiny").path
            #expect(try await program.run("policy", "init", model, "--size", "tiny").status == 0)
            program.environment["ATTNRL_KEYS"] = folder.appendingPathComponent("keys.json").path
            let admin = try await makeKey("admin", "infer,trace,train,admin", program, folder)
            program.environment["ATTNRL_KEY_FILE"] = admin
            let server = try program.start(
                [
                    "serve", "--model", model, "--port", "0", "--kv-cache", "64MiB", "--threads", "1", "--host",
                    "0.0.0.0",
                    "--tls-cert", Self.tls("server.pem"), "--tls-key", Self.tls("server.key"),
                    "--audit", folder.appendingPathComponent("audit.jsonl").path,
                ] + flags)
            defer { server.send(SIGKILL) }
            try #require(await server.wait { $0.outputSoFar.hasSuffix("\n") }, "\(server.talkSoFar)")
            let line = server.outputSoFar.dropLast()
            #expect(line.hasPrefix("attnrl: serving on https://0.0.0.0:"))
            program.environment["ATTNRL_SERVER"] = "https://localhost:\(line.split(separator: ":").last!)"
            program.environment["ATTNRL_TLS_CA"] = Self.tls("authority.pem")
            try await body(program, server, folder)
        }
    }

    /// Makes a key, and a file that holds it.
    private func makeKey(_ name: String, _ scopes: String, _ program: Program, _ folder: URL) async throws -> String {
        let made = try await program.run("keys", "make", name, "--scope", scopes)
        #expect(made.status == 0, "\(made.talk)")
        let file = folder.appendingPathComponent("\(name).key")
        try Data(made.output.utf8).write(to: file)
        return file.path
    }

    private static let generate = ["generate", "Hi", "--max-tokens", "2", "--ignore-eos"]

    @Test("A key is needed, its scopes hold, and it works until it is revoked and the file read again")
    func keys() async throws {
        try await withServer { program, server, folder in
            let infer = try await makeKey("reader", "infer", program, folder)
            server.send(SIGHUP)
            #expect(await server.wait { $0.talkSoFar.contains("were read again") }, "\(server.talkSoFar)")

            var reader = program
            reader.environment["ATTNRL_KEY_FILE"] = infer
            let generated = try await reader.run(Self.generate)
            #expect(generated.status == 0, "\(generated.talk)")
            let refused = try await reader.run("policy", "rm", "tiny")
            #expect(refused.status == 1)
            #expect(refused.talk.contains("admin") && refused.talk.contains("reader"), "\(refused.talk)")

            var stranger = program
            stranger.environment["ATTNRL_KEY_FILE"] = nil
            for (key, reason) in [(nil, "needs a key"), ("attnrl_made-up", "not one of this server's")] {
                stranger.environment["ATTNRL_KEY"] = key
                let outcome = try await stranger.run("policy", "ls")
                #expect(outcome.status == 1)
                #expect(outcome.talk.contains(reason), "\(outcome.talk)")
                #expect(!outcome.talk.contains("made-up"), "\(outcome.talk)")
            }

            #expect(try await program.run("keys", "revoke", "reader").status == 0)
            server.send(SIGHUP)
            #expect(await server.wait { $0.talkSoFar.components(separatedBy: "were read again").count == 3 })
            #expect(try await reader.run(Self.generate).status == 1)
            #expect(try await program.run(Self.generate).status == 0)
        }
    }

    @Test("Mutual TLS: without a certificate there is no connection; one can stand for a key")
    func certificates() async throws {
        try await withServer(["--tls-client-ca", Self.tls("authority.pem")]) { program, server, folder in
            let outcome = try await program.run(Self.generate)
            #expect(outcome.status == 1)

            var known = program
            known.environment["ATTNRL_TLS_CERT"] = Self.tls("client.pem")
            known.environment["ATTNRL_TLS_KEY"] = Self.tls("client.key")
            let generated = try await known.run(Self.generate)
            #expect(generated.status == 0, "\(generated.talk)")

            known.environment["ATTNRL_KEY_FILE"] = nil
            #expect(try await known.run(Self.generate).talk.contains("needs a key"))
            let made = try await program.run(
                "keys", "make", "alice", "--scope", "infer", "--certificate", Self.tls("client.pem"))
            #expect(made.status == 0)
            server.send(SIGHUP)
            #expect(await server.wait { $0.talkSoFar.contains("were read again") })
            let certified = try await known.run(Self.generate)
            #expect(certified.status == 0, "\(certified.talk)")
        }
    }

    @Test("What is changed is noted with the name of the key; what was generated is not")
    func audit() async throws {
        try await withServer { program, _, folder in
            #expect(try await program.run(Self.generate).status == 0)
            #expect(try await program.run("policy", "load", folder.path + "/nowhere").status == 1)
            let trail = try String(contentsOf: folder.appendingPathComponent("audit.jsonl"), encoding: .utf8)
            #expect(trail.split(separator: "\n").count == 1)
            for part in [#""key":"admin""#, "LoadPolicy", "nowhere"] { #expect(trail.contains(part), "\(trail)") }
            #expect(!trail.contains("attnrl_"))
        }
    }

    @Test("Models outside the folder for models are neither loaded nor told of")
    func places() async throws {
        try await Fixtures.withTemporaryFolder { models in
            try await withServer(["--models-root", models.path]) { program, _, folder in
                var answers: Set<String> = []
                for path in [folder.path + "/models/tiny", folder.path + "/nowhere", "/etc", "../x"] {
                    let outcome = try await program.run("policy", "load", path, "--name", "x")
                    #expect(outcome.status == 1)
                    answers.insert(outcome.talk.replacing(path, with: ""))
                }
                // Whether something exists there makes no difference.
                #expect(answers.count == 1, "\(answers)")
            }
        }
    }

    @Test("A key is not sent where others can read it")
    func unencrypted() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            program.environment["ATTNRL_KEY"] = "attnrl_secret"
            let outcome = try await program.run("policy", "ls", "--server", "192.0.2.1:1")
            #expect(outcome.status == 1)
            #expect(outcome.talk.contains("unencrypted") && !outcome.talk.contains("secret"), "\(outcome.talk)")
        }
    }

    @Test("Keys are listed without what could be used, and files of keys are their owner's alone")
    func files() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            let path = folder.appendingPathComponent("keys.json").path
            program.environment["ATTNRL_KEYS"] = path
            let made = try await program.run("keys", "make", "alice", "--scope", "infer,train", "--jobs", "2")
            #expect(made.status == 0 && made.output.hasPrefix("attnrl_"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let listed = try await program.run("keys", "ls", "-o", "json")
            #expect(listed.output.contains("alice") && !listed.output.contains("sha256"))
            #expect(!listed.output.contains(made.output.suffix(65).dropLast()))
            #expect(try await program.run("keys", "make", "alice").talk.contains("has a key for alice already"))
            #expect(try await program.run("keys", "make", "a b").status == 2)
            #expect(try await program.run("keys", "make", "b", "--scope", "all").status == 2)
            #expect(try await program.run("keys", "revoke", "bob").status == 1)
            #expect(try await program.run("keys", "revoke", "alice").status == 0)
            #expect(try await program.run("keys", "ls", "-o", "jsonl").output.isEmpty)
        }
    }
}
