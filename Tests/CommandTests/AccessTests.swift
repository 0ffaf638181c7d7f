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
            #expect(await server.wait { $0.talkSoFar.contains("a TLS handshake failed") }, "\(server.talkSoFar)")

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

    @Test("On SIGHUP each part is read by itself, and the log says of each what became of it")
    func reload() async throws {
        try await Fixtures.withTemporaryFolder { files in
            // Copies that can be broken.
            let certificate = files.appendingPathComponent("server.pem")
            let key = files.appendingPathComponent("server.key")
            func put(_ name: String, at place: URL) throws {
                try? FileManager.default.removeItem(at: place)
                try FileManager.default.copyItem(at: Fixtures.url("tls/\(name)"), to: place)
            }
            try put("server.pem", at: certificate)
            try put("server.key", at: key)
            try await withServer(["--tls-cert", certificate.path, "--tls-key", key.path]) { program, server, folder in
                func reload(_ parts: String...) async {
                    server.send(SIGHUP)
                    for part in parts {
                        #expect(await server.wait { $0.talkSoFar.contains(part) }, "\(part): \(server.talkSoFar)")
                    }
                }
                // The keys are taken though the certificate is broken, and the log says so.
                _ = try await makeKey("reader", "infer", program, folder)
                try Data("no certificate".utf8).write(to: certificate)
                await reload(
                    "the keys were read again, 2 of them",
                    "the certificate stayed as before: cannot use the certificate",
                    "it holds no certificate in PEM", "the audit trail was opened again")
                // A pipe that nobody writes to holds up nothing.
                let keys = folder.appendingPathComponent("keys.json").path
                try FileManager.default.moveItem(atPath: keys, toPath: keys + ".old")
                #expect(mkfifo(keys, 0o600) == 0)
                try FileManager.default.removeItem(at: certificate)
                await reload(
                    "the keys stayed as before: cannot read the keys in \(keys). It is no regular file.",
                    "server.pem. It does not exist.")
                unlink(keys)
                try FileManager.default.moveItem(atPath: keys + ".old", toPath: keys)
                // Nobody is asked for a passphrase; a certificate that has expired is taken, and told of.
                try put("expired.pem", at: certificate)
                try put("protected.key", at: key)
                await reload("a passphrase protects it")
                try put("server.key", at: key)
                await reload("the certificate was read again", "the certificate is not valid now", "it expired on")
                #expect(!server.talkSoFar.contains("Failure("), "\(server.talkSoFar)")
                try put("server.pem", at: certificate)
                server.send(SIGHUP)
                #expect(
                    await server.wait {
                        $0.talkSoFar.components(separatedBy: "the certificate was read again").count == 3
                    })
                #expect(try await program.run(Self.generate).status == 0)
            }
        }
    }

    @Test("Requests without a key or scope are counted and logged, over gRPC and HTTP")
    func refusals() async throws {
        try await withServer { program, server, folder in
            var reader = program
            reader.environment["ATTNRL_KEY_FILE"] = try await makeKey("reader", "infer", program, folder)
            server.send(SIGHUP)
            #expect(await server.wait { $0.talkSoFar.contains("were read again") })
            #expect(try await reader.run("policy", "rm", "tiny").status == 1)
            #expect(
                await server.wait {
                    $0.talkSoFar.contains("a request was refused") && $0.talkSoFar.contains("SCOPE_MISSING")
                        && $0.talkSoFar.contains("key=reader")
                }, "\(server.talkSoFar)")
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

    @Test("A line that does not fit on the disk leaves no half of one in the audit trail, and the log says why")
    func fullDisk() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let trail = folder.appendingPathComponent("audit.jsonl")
            // No file of the server's grows beyond a kilobyte: writing is short first, and then fails.
            let server = try RunningProgram(
                URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\"", Program.executable.path, "serve",
                    "--port", "0", "--kv-cache", "64MiB", "--threads", "1", "--audit", trail.path,
                ], environment: ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path])
            defer { server.send(SIGKILL) }
            try #require(await server.wait { $0.outputSoFar.hasSuffix("\n") }, "\(server.talkSoFar)")
            var program = Program(folder: folder)
            program.environment["ATTNRL_SERVER"] = String(server.outputSoFar.split(separator: " ").last!.dropLast())
            for _ in 0..<12 { #expect(try await program.run("policy", "load", "/nowhere").status == 1) }
            let reason = "cannot be written: File too large"
            #expect(await server.wait { $0.talkSoFar.contains(reason) }, "\(server.talkSoFar)")
            #expect(!server.talkSoFar.contains("Success"))
            let text = try String(contentsOf: trail, encoding: .utf8)
            #expect(text.hasSuffix("}\n") && (2..<12).contains(text.split(separator: "\n").count), "\(text)")
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

    @Test("Keys that are made at the same time are all in the file")
    func concurrent() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            program.environment["ATTNRL_KEYS"] = folder.appendingPathComponent("keys.json").path
            #expect(try await program.run("keys", "make", "first").status == 0)
            let names = (0..<12).map { "k\($0)" }
            let commands = names.map { ["keys", "make", $0] } + [["keys", "revoke", "first"]]
            let running = try commands.map { try program.start($0) }
            for each in running { #expect(await each.outcome().status == 0, "\(each.talkSoFar)") }
            let listed = try await program.run("keys", "ls", "-o", "jsonl").output
            let lines = listed.split(separator: "\n")
            #expect(lines.count == names.count, "\(listed)")
            for name in names { #expect(lines.contains { $0.contains("\"\(name)\"") }, "\(name)") }
        }
    }

    @Test("A key can go to a file that is its owner's alone; one that is there is left as it is")
    func out() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            program.environment["ATTNRL_KEYS"] = folder.appendingPathComponent("keys.json").path
            let out = folder.appendingPathComponent("a.key").path
            let made = try await program.run("keys", "make", "alice", "--out", out)
            #expect(made.status == 0 && made.output.isEmpty, "\(made.talk)")
            let key = try String(contentsOfFile: out, encoding: .utf8)
            #expect(key.hasPrefix("attnrl_") && key.hasSuffix("\n"))
            let mode = try FileManager.default.attributesOfItem(atPath: out)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let refused = try await program.run("keys", "make", "bob", "--out", out)
            #expect(refused.status == 1 && refused.talk.contains("Give a file that is not there."), "\(refused.talk)")
            #expect(try String(contentsOfFile: out, encoding: .utf8) == key)
            #expect(try await !program.run("keys", "ls").output.contains("bob"))
        }
    }

    @Test("Keys for nothing, and a second key for a certificate, are not made; limits are listed")
    func refusedKeys() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            var program = Program(folder: folder)
            program.environment["ATTNRL_KEYS"] = folder.appendingPathComponent("keys.json").path
            for scope in ["", ","] {
                let refused = try await program.run("keys", "make", "alice", "--scope", scope)
                #expect(refused.status == 2 && refused.talk.contains("--scope names none"), "\(refused.talk)")
            }
            let certificate = ["--certificate", Self.tls("client.pem")]
            #expect(try await program.run(["keys", "make", "alice", "--jobs", "2"] + certificate).status == 0)
            let second = try await program.run(["keys", "make", "bob"] + certificate)
            #expect(second.status == 1)
            #expect(second.talk.contains("a key for alice with this certificate"), "\(second.talk)")
            #expect(try await program.run("keys", "ls").output.contains("jobs=2"))
        }
    }

    @Test("A key in the environment may end in a new line, as one in a file may")
    func newLine() async throws {
        try await withServer { program, _, _ in
            var other = program
            let file = try #require(program.environment["ATTNRL_KEY_FILE"])
            other.environment["ATTNRL_KEY_FILE"] = nil
            other.environment["ATTNRL_KEY"] = try String(contentsOfFile: file, encoding: .utf8)
            let outcome = try await other.run(Self.generate)
            #expect(outcome.status == 0, "\(outcome.talk)")
        }
    }

    @Test("What cannot hold is refused at the start, with the remedy, and leaves nothing behind")
    func refusedStarts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let program = Program(folder: folder)
            let jobs = folder.appendingPathComponent("jobs").path
            let file = folder.appendingPathComponent("file").path
            try Data("x".utf8).write(to: URL(fileURLWithPath: file))
            let serve = ["serve", "--port", "0", "--jobs", jobs, "--kv-cache", "64MiB", "--threads", "1"]
            let service = ["--reward-at", "localhost:1"]
            let cases: [([String], [String])] = [
                (["--host", "0.0.0.0"], ["keys and TLS", "docs/security.md"]),
                (["--data-root", file], ["--data-root", "is no folder"]),
                (["--models-root", file], ["--models-root", "is no folder"]),
                (["--export-root", file], ["--export-root", "is no folder"]),
                (["--reward-key-file", file], ["--reward-at HOST:PORT"]),
                (service + ["--reward-key-file", "/nowhere/key"], ["/nowhere/key"]),
                (service + ["--reward-tls-ca", "/nowhere/ca.pem"], ["/nowhere/ca.pem. It does not exist."]),
            ]
            for (flags, parts) in cases {
                let outcome = try await program.run(serve + flags)
                #expect([1, 2].contains(outcome.status), "\(flags)")
                for part in parts { #expect(outcome.talk.contains(part), "\(outcome.talk)") }
                #expect(!FileManager.default.fileExists(atPath: jobs), "\(flags)")
            }
            // With keys there is nothing to be said of making them.
            var withKeys = program
            withKeys.environment["ATTNRL_KEYS"] = folder.appendingPathComponent("keys.json").path
            #expect(try await withKeys.run("keys", "make", "alice").status == 0)
            let outcome = try await withKeys.run(serve + ["--host", "0.0.0.0"])
            #expect(outcome.talk.contains("it needs TLS") && !outcome.talk.contains("Make keys"), "\(outcome.talk)")
        }
    }

    @Test("A job's reward service is checked when the job is, by its address and by --reward-at")
    func rewardService() async throws {
        try await Fixtures.withTemporaryFolder { jobs in
            try await withServer(["--jobs", jobs.path, "--reward-at", "localhost:7000"]) { program, _, _ in
                for (address, reason) in [
                    ("localhost:7001", "asks no reward service at localhost:7001"), ("localhost:x", "its port is 'x'"),
                ] {
                    let specification = """
                        kind: grpo
                        steps: 1
                        data: {train: chain-short}
                        reward: {kind: external, external: {address: "\(address)"}}
                        """
                    let outcome = try await program.run("job", "create", "-f", "-", "--validate", input: specification)
                    #expect(outcome.status == 1, "\(outcome.output)")
                    #expect(
                        outcome.talk.contains("reward.external.address") && outcome.talk.contains(reason),
                        "\(outcome.talk)")
                }
            }
        }
    }
}
