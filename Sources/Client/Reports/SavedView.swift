import Console
import Foundation
import Guarding
import JSONCoding
import Wire

/// A view as one HTML file that opens without a server, as the page saves it; see docs/page.md.
package enum SavedView {
    private static let viewer = Guarded<@Sendable () -> String>({ "" })

    /// Sets where the page that shows a view comes from: only the program as a whole has its files. It is only called
    /// when a view is saved.
    package static func take(_ source: @escaping @Sendable () -> String) { viewer.withLock { $0 = source } }

    /// Writes a view.
    ///
    /// - Parameters:
    ///   - kind: What it shows: `response`, `tree` or `job`.
    ///   - content: Messages of the API as JSON, by the names under which the page looks for them.
    static func write(_ kind: String, _ content: JSONValue, to file: String) throws {
        let page = viewer.withLock { $0 }()
        guard !page.isEmpty else {
            throw Failure(
                "the files of the page are missing", notes: ["attnrl_Hosting.resources belongs beside the program"])
        }
        let view = JSONValue.fields([
            "format": .string("attnrl-view"), "version": .whole(1), "kind": .string(kind),
            "saved": .string(Date().ISO8601Format()),
        ]).appending(content)
        try OutputFile.write(html(of: view, in: page), to: file)
    }

    static func html(of view: JSONValue, in page: String) -> String {
        let place = #" id="view">"#
        // Within a script element only its end could be mistaken for markup.
        let data = view.compact.replacing("<", with: "\\u003c")
        return page.replacing("\(place)null<", with: "\(place)\(data)<", maxReplacements: 1)
    }
}
