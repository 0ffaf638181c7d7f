import Access
import Wire

/// One HTML document that shows a saved view: script and style of the page are in it, and it asks nobody for anything.
///
/// Whoever saves a view puts its JSON in place of `null` in the element `view`.
struct ViewerPage {
    /// The page's files, by name.
    let files: [String: String]

    private static let entry = "standalone.js"
    private static let styles = ["style.css", "response.css", "tree.css"]

    /// Nil where a file is missing.
    var html: String? {
        let styles = Self.styles.compactMap { files[$0] }
        guard styles.count == Self.styles.count, let script = ModuleBundle(files).script(of: Self.entry) else {
            return nil
        }
        let style = styles.joined(separator: "\n")
        // Only what has these hashes runs, whatever a model has written into the view.
        let policy =
            "default-src 'none'; script-src '\(Self.hash(script))'; style-src '\(Self.hash(style))'; img-src data:; "
            + "base-uri 'none'; form-action 'none'"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>AttnRL</title>
            <style>\(style)</style>
            </head>
            <body>
            <script type="application/json" id="view">null</script>
            <script type="module">\(script)</script>
            </body>
            </html>

            """
    }

    private static func hash(_ text: String) -> String { "sha256-\(Base64.encode(Digest.sha256(text.utf8)))" }
}

/// Puts modules of the page into one script, for a document that opens without a server.
///
/// It knows the few forms of import and export that the page's modules keep to: `import { a, b } from "./c.js";` on one
/// line, and `export` before a function, a class or a constant. Each module becomes a function that gives what it exports.
struct ModuleBundle {
    private let files: [String: String]
    /// Behind those that they import.
    private var modules: [(name: String, code: String)] = []
    private var names: [String: String] = [:]

    init(_ files: [String: String]) { self.files = files }

    /// One script that does what a module does; nil where a module is missing.
    func script(of entry: String) -> String? {
        var bundle = self
        guard bundle.add(entry) else { return nil }
        return bundle.modules.map { "const \($0.name) = \($0.code);\n" }.joined()
    }

    private mutating func add(_ path: String) -> Bool {
        if names[path] != nil { return true }
        guard let source = files[path] else { return false }
        var imports = "", exports: [String] = [], code = ""
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            // Most lines are neither, and expressions are slow.
            if line.hasPrefix("import "), let match = line.wholeMatch(of: /import \{([^}]*)\} from "([^"]+)";/) {
                let from = Self.resolved(String(match.2), from: path)
                guard add(from), let name = names[from] else { return false }
                imports += "const {\(match.1)} = \(name);\n"
            } else if line.hasPrefix("export "),
                let match = line.prefixMatch(of: /export (?:async )?(?:function\*?|class|const|let) (\w+)/)
            {
                exports.append(String(match.1))
                code += line.dropFirst("export ".count) + "\n"
            } else {
                code += line + "\n"
            }
        }
        let name = "module\(modules.count)"
        let whole = "(() => {\n\(imports)\(code)\nreturn { \(exports.joined(separator: ", ")) };\n})()"
        // The end of a script element ends it wherever it stands.
        modules.append((name, whole.replacing("</script", with: "<\\/script")))
        names[path] = name
        return true
    }

    /// `lib/dom.js` for `../lib/dom.js` in `parts/map.js`.
    private static func resolved(_ name: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast()
        for part in name.split(separator: "/") where part != "." {
            if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
