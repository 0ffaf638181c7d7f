import Foundation
import JSONCoding
import Testing

@testable import Client
@testable import Hosting

@Suite("Views saved as one HTML file")
struct ViewerTests {
    @Test("Modules become one script, each behind those that it imports")
    func bundle() throws {
        let bundle = ModuleBundle([
            "main.js": "import { a } from \"./lib/a.js\";\nimport { b } from \"./lib/b.js\";\nuse(a, b);\n",
            "lib/a.js": "export const a = 1;\n",
            "lib/b.js": "import { a } from \"./a.js\";\n\nexport function b() { return a; }\n\nexport class C {}\n",
        ])
        let script = try #require(bundle.script(of: "main.js"))
        let a = try #require(script.range(of: "return { a };")), b = try #require(script.range(of: "return { b, C };"))
        #expect(a.lowerBound < b.lowerBound)
        #expect(script.contains("const { a } = module0;\nconst { b } = module1;"))
        #expect(!script.contains("import {") && !script.contains("export "))
        #expect(bundle.script(of: "other.js") == nil)
    }

    @Test("The end of a script element does not end it")
    func scriptEnd() throws {
        let script = try #require(ModuleBundle(["a.js": "const a = \"</script>\";\n"]).script(of: "a.js"))
        #expect(script.contains("<\\/script>"))
    }

    @Test("The page that comes along makes a document with everything in it")
    func shipped() {
        let viewer = ShippedPage().viewer
        #expect(viewer.contains(" id=\"view\">null</script>"))
        #expect(viewer.contains("default-src 'none'; script-src 'sha256-"))
        for form in ["\nimport ", "\nexport ", "src=\"", "href=\""] { #expect(!viewer.contains(form), "\(form)") }
    }

    @Test("What a model wrote stays within its element")
    func markup() {
        let html = SavedView.html(
            of: .fields(["text": .string("</script><script>alert(1)</script>null<")]),
            in: "<script type=\"application/json\" id=\"view\">null</script><p>null</p>")
        #expect(html.components(separatedBy: "<script").count == 2)
        #expect(html.hasSuffix("</script><p>null</p>"))
        #expect(html.contains("\\u003c/script>\\u003cscript>"))
    }
}
