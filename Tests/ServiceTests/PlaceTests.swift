import Foundation
import TestSupport
import Testing

@testable import Service

@Suite("Places")
struct PlaceTests {
    /// A folder with `in/a.jsonl`, `in/sub`, a secret outside, and links that lead out.
    private func withPlace(_ body: (Place, String) throws -> Void) async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let manager = FileManager.default
            let base = try #require(realpath(folder.path, nil).map { String(cString: $0) })
            let root = base + "/in"
            try manager.createDirectory(atPath: root + "/sub", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: root + "/a.jsonl"))
            try Data().write(to: URL(fileURLWithPath: base + "/secret"))
            try manager.createSymbolicLink(atPath: root + "/out", withDestinationPath: base)
            try manager.createSymbolicLink(atPath: root + "/dangling", withDestinationPath: base + "/made-later")
            try manager.createSymbolicLink(atPath: root + "/inside", withDestinationPath: root + "/sub")
            // A name that begins like the root's.
            try manager.createDirectory(atPath: root + "-other", withIntermediateDirectories: true)
            try body(try Place(folder: folder.path + "/in"), root)
        }
    }

    @Test("Paths inside are found, whether they exist or not")
    func inside() async throws {
        try await withPlace { place, root in
            #expect(place.path("a.jsonl") == root + "/a.jsonl")
            #expect(place.path(root + "/a.jsonl") == root + "/a.jsonl")
            #expect(place.path("sub/../a.jsonl") == root + "/a.jsonl")
            #expect(place.path("inside/new/deeper") == root + "/sub/new/deeper")
            #expect(place.path("new/./deeper/") == root + "/new/deeper")
            #expect(place.path(root) == root)
        }
    }

    @Test("Paths that lead out are not, whether they exist or not")
    func outside() async throws {
        try await withPlace { place, root in
            let paths = [
                "..", "../secret", "../missing", "/etc/passwd", "/missing", "out/secret", "out/missing", "dangling",
                "dangling/x", root + "-other", root + "-other/x", "sub/../../secret", "new/../../secret", "a\0b", "/",
            ]
            for path in paths { #expect(place.path(path) == nil, "\(path)") }
        }
    }

    @Test("A model's folder must not have links that lead out, to folders, or nowhere")
    func ways() async throws {
        try await withPlace { place, root in
            let manager = FileManager.default
            func wayOut(_ name: String, to target: String) throws -> String? {
                let folder = root + "/model-\(name)", blob = root + "/a.jsonl"
                try manager.createDirectory(atPath: folder + "/deep", withIntermediateDirectories: true)
                try manager.createSymbolicLink(atPath: folder + "/weights", withDestinationPath: blob)
                try manager.createSymbolicLink(atPath: folder + "/deep/\(name)", withDestinationPath: target)
                return place.wayOut(of: folder)
            }
            #expect(try wayOut("within", to: root + "/a.jsonl") == nil)
            for (name, target) in [
                ("secret", "../../../secret"), ("folder", root + "/sub"), ("nowhere", root + "/none"),
            ] {
                let way = try wayOut(name, to: target)
                #expect(way?.contains("deep/\(name)") == true)
            }
            #expect(Place.anywhere.wayOut(of: root) == nil)
        }
    }

    @Test("Without a folder any path will do; a folder that is missing is an error")
    func anywhere() {
        #expect(Place.anywhere.path("/etc/passwd") == "/etc/passwd")
        #expect(throws: PlaceProblem.self) { try Place(folder: "/nowhere/at/all") }
    }
}
