import Access
import ArgumentParser
import Console
import Foundation
import JSONCoding
import Wire
import WireUV

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke the keys of a server's callers.",
        discussion: """
            The file holds hashes, not keys: a key is shown once, when it is made. A server
            reads the file when it starts, and again on SIGHUP.

            Scopes: infer (generate, score, tokenize), trace (attention, branches, trees),
            train (jobs), admin (load and switch policies, pause, metrics).

            Examples:
              attnrl keys make alice --keys keys.json > alice.key
              attnrl keys make ci --keys keys.json --scope infer,train --jobs 2
              attnrl keys ls --keys keys.json
              attnrl keys revoke alice --keys keys.json && kill -HUP $(pidof attnrl)
            """,
        subcommands: [KeysMake.self, KeysList.self, KeysRevoke.self])
}

/// The file that the commands are about.
struct KeyFileArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The file of keys.", valueName: "file"))
    var keys: String

    func read() throws -> KeyFile { try KeyFile.read(from: keys) }

    func write(_ file: KeyFile) throws {
        // Only its owner may read it from the start: the mode of a new file, and of the draft of one that exists.
        let mask = umask(0o077)
        defer { umask(mask) }
        try OutputFile.write(file.json.pretty + "\n", to: keys)
    }
}

struct KeysMake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a key and print it; it cannot be shown again.")

    @Argument(help: ArgumentHelp("Whose key it is; logs and the audit trail say this.", valueName: "name"))
    var name: String

    @OptionGroup var file: KeyFileArguments

    @Option(
        help: ArgumentHelp(
            "What it may be used for: \(V1.Scope.words.joined(separator: ", ")), with commas between.",
            valueName: "scopes"))
    var scope = "infer,trace"

    @Option(
        help: ArgumentHelp(
            "Accept this client certificate (PEM) in place of the key.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Requests in flight. (default: no limit)", valueName: "count"))
    var requests: Int?

    @Option(help: ArgumentHelp("Responses being drawn. (default: no limit)", valueName: "count"))
    var sequences: Int?

    @Option(help: ArgumentHelp("Prompt and response tokens a minute. (default: no limit)", valueName: "count"))
    var tokensPerMinute: Int?

    @Option(
        help: ArgumentHelp(
            "Tokens that requests in flight may come to hold in key/value memory. (default: no limit)",
            valueName: "count"))
    var heldTokens: Int?

    @Option(
        help: ArgumentHelp("Attention captured for requests in flight. (default: no limit)", valueName: "bytes"))
    var capture: ByteCount?

    @Option(help: ArgumentHelp("Unfinished training jobs. (default: no limit)", valueName: "count"))
    var jobs: Int?

    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard AccessKey.isName(name) else {
            throw ValidationError("'\(name)' cannot be a key's name. Give \(AccessKey.nameRule).")
        }
        _ = try scopes()
        for (flag, value) in [
            ("--requests", requests), ("--sequences", sequences), ("--tokens-per-minute", tokensPerMinute),
            ("--held-tokens", heldTokens), ("--capture", capture?.bytes), ("--jobs", jobs),
        ] {
            guard value ?? 1 >= 1 else { throw ValidationError("\(flag) must be at least 1.") }
        }
    }

    private func scopes() throws -> Set<V1.Scope> {
        Set(
            try scope.split(separator: ",").map { word in
                guard let scope = V1.Scope(word: word.trimmingCharacters(in: .whitespaces)) else {
                    throw ValidationError(
                        "'\(word)' is not a scope. There are \(V1.Scope.words.joined(separator: ", ")).")
                }
                return scope
            })
    }

    func run() throws {
        var keys = FileManager.default.fileExists(atPath: file.keys) ? try file.read() : KeyFile()
        guard keys[name] == nil else {
            throw Failure("\(file.keys) has a key for \(name) already. Revoke that one, or choose another name.")
        }
        let text = KeyText()
        var key = AccessKey(name: name, text: text, scopes: try scopes(), created: Date.now.formatted(.iso8601))
        do throws(TLSError) {
            if let certificate { key.certificate = try TLSContext.fingerprint(ofFile: certificate) }
        } catch {
            throw Failure(error.description)
        }
        key.quota.requests = requests
        key.quota.sequences = sequences
        key.quota.tokensPerMinute = tokensPerMinute
        key.quota.heldTokens = heldTokens
        key.quota.captureBytes = capture?.bytes
        key.quota.jobs = jobs
        keys.add(key)
        try file.write(keys)
        Output.data.line(text.text)
    }
}

struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the keys of a file.")

    @OptionGroup var file: KeyFileArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        let keys = try file.read().keys
        switch output.output {
        case .json: Output.data.line(JSONValue.array(keys.map(\.shown)).pretty)
        case .jsonl: for key in keys { Output.data.line(key.shown.compact) }
        case .table:
            var table = Table(["name", "id", "scopes", "made", "certificate"].map { .init(title: $0) })
            for key in keys {
                let scopes = V1.Scope.words.filter(key.scopes.map(\.name).contains)
                table.add([
                    key.name, key.id, scopes.joined(separator: ","), key.created, key.certificate == nil ? "" : "yes",
                ])
            }
            for line in table.lines(Output.data.terminal) { Output.data.line(line) }
        }
    }
}

extension AccessKey {
    /// Without the hash, which nobody needs to see.
    fileprivate var shown: JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members.filter { $0.key != "sha256" })
    }
}

struct KeysRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Remove a key; servers refuse it once they have read the file again.")

    @Argument(help: ArgumentHelp("Whose key to remove.", valueName: "name"))
    var name: String

    @OptionGroup var file: KeyFileArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        var keys = try file.read()
        guard keys[name] != nil else {
            throw Failure("\(file.keys) has no key for \(name). `attnrl keys ls` lists them.")
        }
        keys.remove(name)
        try file.write(keys)
    }
}
