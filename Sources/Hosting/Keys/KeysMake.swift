import Access
import ArgumentParser
import Console
import Foundation
import Wire
import WireUV

struct KeysMake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a key and print it; it cannot be shown again.")

    @Argument(help: ArgumentHelp("Whose key it is; the audit trail says this.", valueName: "name"))
    var name: String

    @OptionGroup var file: KeyFileArguments

    @Option(
        help: ArgumentHelp(
            "Write the key to this new file, which only its owner can read, and print nothing.", valueName: "file"))
    var out: String?

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
        let scopes = Set(
            try scope.split(separator: ",").map { word in
                guard let scope = V1.Scope(word: word.trimmingCharacters(in: .whitespaces)) else {
                    throw ValidationError(
                        "'\(word)' is not a scope. There are \(V1.Scope.words.joined(separator: ", ")).")
                }
                return scope
            })
        guard !scopes.isEmpty else {
            throw ValidationError(
                "--scope names none, so the key would be for nothing. There are "
                    + "\(V1.Scope.words.joined(separator: ", ")).")
        }
        return scopes
    }

    func run() throws {
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
        var isWritten = false
        do {
            try file.change(orEmpty: true) { keys in
                try check(key, in: keys)
                keys.add(key)
                guard let out else { return }
                // First: a key in the file that nobody has would be in the way of its name.
                try NewKeyFile.write(text.text, to: out)
                isWritten = true
            }
        } catch {
            if isWritten, let out { unlink(out) }
            throw error
        }
        if out == nil { Output.data.line(text.text) }
    }

    private func check(_ key: AccessKey, in keys: KeyFile) throws {
        guard keys[name] == nil else {
            throw Failure("\(file.keys) has a key for \(name) already. Revoke that one, or choose another name.")
        }
        guard let certificate = key.certificate, let other = keys.key(certificate: certificate) else { return }
        throw Failure(
            "\(file.keys) has a key for \(other.name) with this certificate already, and a certificate stands for one key. "
                + "Revoke that one, or give another certificate.")
    }
}
