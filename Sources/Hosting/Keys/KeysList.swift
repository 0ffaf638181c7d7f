import Access
import ArgumentParser
import Console
import JSONCoding
import Wire

struct KeysList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the keys of a file.")

    @OptionGroup var file: KeyFileArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() throws {
        let keys = try file.read().keys
        output.output.show(each: keys.map(\.shown)) {
            var table = Table(["name", "id", "scopes", "made", "certificate", "limits"].map { .init(title: $0) })
            for key in keys {
                let scopes = V1.Scope.words.filter(key.scopes.map(\.name).contains)
                table.add([
                    key.name, key.id, scopes.joined(separator: ","), key.created, key.certificate == nil ? "" : "yes",
                    key.quota.words,
                ])
            }
            return table.lines(Output.data.terminal)
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
