import Access
import Foundation
import Gzip
import HTTPDoor
import JSONCoding
import Jobs

/// The page that comes with the program; see docs/page.md.
package struct ShippedPage {
    /// The table of all fields of specifications, for the page's editor.
    private static let fieldTable = "fields.json"
    /// What shows a saved view; made of the page's modules.
    private static let viewerName = "view.html"

    /// By name; none where the folder is missing.
    private let files: [String: [UInt8]]
    /// The page that shows a saved view without a server; empty where there is none.
    package let viewer: String

    /// Reads it from its folder, next to the program.
    package init() {
        guard let folder = Bundle.module.url(forResource: "page", withExtension: nil) else {
            (files, viewer) = ([:], "")
            return
        }
        let files = Self.files(in: folder)
        self.files = files
        viewer = ViewerPage(files: files.mapValues { String(decoding: $0, as: UTF8.self) }).html ?? ""
    }

    /// What a server answers with.
    var page: Page {
        guard !files.isEmpty else { return Page() }
        var all = files
        all[Self.fieldTable] = JSONValue.array(FieldTable.rows.map(\.json)).bytes()
        all[Self.viewerName] = Array(viewer.utf8)
        return Page(
            [String: PageFile](
                uniqueKeysWithValues: all.map { name, bytes in
                    let tag = Digest.hexadecimal(Array(Digest.sha256(bytes).prefix(8)))
                    return (
                        name, PageFile(name: name, bytes: bytes, compressed: GzipMember.packed(bytes), tag: tag)
                    )
                }))
    }

    static func files(in folder: URL) -> [String: [UInt8]] {
        let manager = FileManager.default
        var files: [String: [UInt8]] = [:]
        for name in (try? manager.subpathsOfDirectory(atPath: folder.path)) ?? [] {
            var isFolder: ObjCBool = false
            let path = folder.path + "/" + name
            guard manager.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                let data = manager.contents(atPath: path)
            else { continue }
            files[name] = Array(data)
        }
        return files
    }
}
