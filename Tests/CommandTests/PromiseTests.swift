import Foundation
import TestSupport
import Testing

@Suite("Promises")
struct PromiseTests {
    @Test("Every test that docs/promises.md names is there")
    func named() throws {
        let promises = try String(
            contentsOf: Fixtures.root.appendingPathComponent("docs/promises.md"), encoding: .utf8)
        let folder = Fixtures.root.appendingPathComponent("Tests")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var tests = ""
        for case let file as URL in files where ["swift", "py"].contains(file.pathExtension) {
            guard file.lastPathComponent != "PromiseTests.swift" else { continue }
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        let titles = promises.matches(of: /(?:` |the same )"([^"]+)"/).map { String($0.1) }
        #expect(titles.count > 10)
        for title in titles { #expect(tests.contains("\"\(title)"), "\(title)") }
    }
}
