import Access
import ArgumentParser
import Console

struct KeysRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Remove a key; servers refuse it once they have read the file again.")

    @Argument(help: ArgumentHelp("Whose key to remove.", valueName: "name"))
    var name: String

    @OptionGroup var file: KeyFileArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        try file.change { keys in
            guard keys[name] != nil else {
                throw Failure("\(file.keys) has no key for \(name). `attnrl keys ls` lists them.")
            }
            keys.remove(name)
        }
    }
}
