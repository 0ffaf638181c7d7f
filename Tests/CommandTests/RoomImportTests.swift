import Foundation
import TestSupport
import Testing

/// Builds find every module, declared or not, so that Package.swift alone does not keep them apart.
@Suite("What the program's rooms import")
struct RoomImportTests {
    private static let foundations: Set = ["ArgumentParser", "Foundation"]

    @Test("The console knows no message and no engine")
    func console() throws {
        let imports = try Self.imports(of: "Console")
        #expect(imports.isSubset(of: Self.foundations.union(["Guarding", "JSONCoding"])), "\(imports.sorted())")
    }

    @Test("The client imports no module of a server, no engine and no C library")
    func client() throws {
        let imports = try Self.imports(of: "Client")
        let messages: Set = ["Wire", "WireUV", "Messages", "JSONCoding"]
        let values: Set = [
            "Basics", "Guarding", "Threads", "Influence", "Rewards", "Tasks", "Jobs", "Trees", "Preferences",
        ]
        let allowed = Self.foundations.union(["Connecting", "Console", "Judging"]).union(messages).union(values)
        #expect(imports.isSubset(of: allowed), "\(imports.subtracting(allowed).sorted())")
    }

    @Test("Client, server and tools do not import each other")
    func rooms() throws {
        let rooms: Set = ["Client", "Hosting", "Tools"]
        for room in rooms { #expect(try Self.imports(of: room).isDisjoint(with: rooms), "\(room)") }
    }

    /// The modules that a module's files import.
    private static func imports(of module: String) throws -> Set<String> {
        let folder = Fixtures.root.appendingPathComponent("Sources/\(module)")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var imports: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let match = line.firstMatch(of: /^(?:\w+ )?import (?:\w+ )?(\w+)/) else { continue }
                imports.insert(String(match.1))
            }
        }
        try #require(!imports.isEmpty)
        return imports
    }
}
