import Access
import ArgumentParser
import Console
import Foundation
import JSONCoding

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
