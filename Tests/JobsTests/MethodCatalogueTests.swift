import Foundation
import Influence
import TestSupport
import Testing

@testable import Jobs

@Suite("The catalogue of methods")
struct MethodCatalogueTests {
    private static let methods = MethodCatalogue.all

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: Fixtures.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("Every kind of job and every branch strategy is in it")
    func complete() {
        let chosen = Set(Self.methods.map(\.chosenBy))
        for kind in JobKind.allCases { #expect(chosen.contains("kind: \(kind)")) }
        for strategy in BranchStrategy.allCases { #expect(chosen.contains("branching.strategy: \(strategy.rawValue)")) }
    }

    @Test("Every method has a name of its own, by which it is found, and says all there is to say")
    func names() {
        #expect(Set(Self.methods.map(\.name)).count == Self.methods.count)
        for method in Self.methods {
            #expect(MethodCatalogue.named(method.name)?.page == method.page)
            for text in [method.summary, method.needs, method.costs, method.seen] {
                #expect(!text.isEmpty && !text.hasSuffix("."), "\(method.name): \(text)")
            }
            if let paper = method.paper { #expect(paper.arXiv.wholeMatch(of: /\d{4}\.\d{5}/) != nil) }
        }
        #expect(MethodCatalogue.nearest(to: "atnrl") == "attnrl")
    }

    @Test("A method's example, with its changes, chooses the method")
    func examples() throws {
        for method in Self.methods {
            let text = try Self.text(method.example)
            guard case .field(let path, let value) = method.choice else { continue }
            let changes = try method.changes.map { change in
                let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
                return (path: try #require(parts.first), value: try #require(parts.last))
            }
            let specification = try JobSpecification(text: text, changes: changes)
            var found: SpecificationValue? = specification.value
            for name in path.split(separator: ".") { found = found?.field(String(name)) }
            #expect(found.map(SpecificationText.inline) == value, "\(method.name)")
        }
    }

    @Test("A method's page names what chooses it, and fits a screen or so")
    func pages() throws {
        for method in Self.methods {
            let page = try Self.text(method.page)
            #expect(page.contains(method.name), "\(method.name) in \(method.page)")
            #expect(page.split(separator: "\n").count <= 60, "\(method.page)")
        }
    }

    @Test("README.md and docs/methods/README.md have the tables as the catalogue makes them")
    func tables() throws {
        #expect(
            try Self.text("README.md").contains(MethodCatalogue.summaries),
            "write what `attnrl methods --markdown summaries` prints into README.md")
        #expect(
            try Self.text("docs/methods/README.md").contains(MethodCatalogue.expectations),
            "write what `attnrl methods --markdown expectations` prints into docs/methods/README.md")
    }
}
