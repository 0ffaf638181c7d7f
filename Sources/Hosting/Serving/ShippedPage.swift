import Access
import Foundation
import HTTPDoor
import JSONCoding
import Jobs

/// The page that comes with the program; see docs/page.md.
enum ShippedPage {
    /// The table of all fields of specifications, for the page's editor.
    private static let fieldTable = "fields.json"

    /// Reads it from its folder, next to the program. Without the folder there is no page.
    static func read() -> Page {
        guard let folder = Bundle.module.url(forResource: "page", withExtension: nil) else { return Page() }
        var files = files(in: folder)
        if !files.isEmpty { add(JSONValue.array(FieldTable.rows.map(\.json)).bytes(), as: fieldTable, to: &files) }
        return Page(files)
    }

    static func files(in folder: URL) -> [String: PageFile] {
        let manager = FileManager.default
        var files: [String: PageFile] = [:]
        for name in (try? manager.subpathsOfDirectory(atPath: folder.path)) ?? [] {
            var isFolder: ObjCBool = false
            let path = folder.path + "/" + name
            guard manager.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                let data = manager.contents(atPath: path)
            else { continue }
            add(Array(data), as: name, to: &files)
        }
        return files
    }

    private static func add(_ bytes: [UInt8], as name: String, to files: inout [String: PageFile]) {
        let tag = Digest.hexadecimal(Array(Digest.sha256(bytes).prefix(8)))
        files[name] = PageFile(name: name, bytes: bytes, tag: tag)
    }
}
