import ArgumentParser

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke the keys of a server's callers.",
        discussion: """
            The file holds hashes, not keys: a key is shown once, when it is made. A server
            reads the file when it starts, and again on SIGHUP. Commands that change it
            take turns by a lock on FILE.lock.

            Scopes: infer (generate, score, tokenize), trace (attention, branches, trees),
            train (jobs), admin (load and switch policies, pause, metrics).

            Examples:
              attnrl keys make alice --keys keys.json --out alice.key
              attnrl keys make ci --keys keys.json --scope infer,train --jobs 2
              attnrl keys ls --keys keys.json
              attnrl keys revoke alice --keys keys.json && kill -HUP $(pidof attnrl)
            """,
        subcommands: [KeysMake.self, KeysList.self, KeysRevoke.self])
}
