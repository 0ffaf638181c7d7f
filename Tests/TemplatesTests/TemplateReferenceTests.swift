import Foundation
import TestSupport
import Testing

@testable import Templates

/// Templates against Jinja, set up as transformers sets it up.
///
/// The recorded results are made by the scripts in `Tests/Differential`, which say of what in Jinja they are free.
@Suite("Templates against the reference")
struct TemplateReferenceTests {
    private func read(_ url: URL) throws -> TemplateObject {
        try #require(try TemplateValue(json: Array(Data(contentsOf: url))).asObject, "\(url.path) has another shape")
    }

    /// What a template renders to; nil where it is refused.
    private func render(_ source: String, _ variables: TemplateObject) throws -> Result<String, TemplateError> {
        var variables = Dictionary(uniqueKeysWithValues: variables.members.map { ($0.key, $0.value) })
        let messages = variables.removeValue(forKey: "messages")?.asList?.compactMap(\.asObject) ?? []
        let prompts = variables.removeValue(forKey: "add_generation_prompt")?.asFlag ?? false
        do {
            return .success(
                try ChatTemplate(source).render(
                    messages: messages, addGenerationPrompt: prompts, variables: variables, timeLimit: .seconds(60)))
        } catch let error as TemplateError {
            return .failure(error)
        }
    }

    private func difference(_ source: String, _ expected: String?, _ variables: TemplateObject) throws -> String? {
        switch (try render(source, variables), expected) {
        case (.failure, nil): return nil
        case (.success(let text), let expected?) where text.utf8.elementsEqual(expected.utf8): return nil
        case (.success(let text), _):
            return "\(source)\n  is \(text.debugDescription)\n  not \(expected?.debugDescription ?? "refused")"
        case (.failure(let error), let expected?):
            return "\(source)\n  is refused: \(error)\n  not \(expected.debugDescription)"
        }
    }

    /// Another file, made with another seed, is compared where ATTNRL_TEMPLATES names it.
    @Test("Random templates render as Jinja renders them, and what Jinja refuses is refused")
    func randomTemplates() throws {
        let named = ProcessInfo.processInfo.environment["ATTNRL_TEMPLATES"].map { URL(fileURLWithPath: $0) }
        let sample = try read(named ?? Fixtures.url("templates/sample.json"))
        let variables = try #require(sample["variables"]?.asObject)
        let cases = try #require(sample["cases"]?.asList)
        #expect(cases.count >= 1000)
        var differences: [String] = []
        for item in cases {
            let parts = try #require(item.asList)
            let source = try #require(parts.first?.asText)
            if let difference = try difference(source, parts.last?.asText, variables) { differences.append(difference) }
        }
        let first = differences.prefix(30).joined(separator: "\n")
        #expect(differences.isEmpty, "\(differences.count) of \(cases.count) differ, the first:\n\(first)")
    }

    @Test("Templates in the manner of published ones render byte for byte")
    func families() throws {
        let root = try read(Fixtures.url("templates/families.json"))
        let conversations = try #require(root["conversations"]?.asList)
        let cases = try #require(root["cases"]?.asList)
        #expect(cases.count >= 50)
        for case .object(let item) in cases {
            let family = try #require(item["family"]?.asText)
            guard case .integer(let number)? = item["conversation"], let variables = conversations[number].asObject
            else {
                continue
            }
            let source = try String(contentsOf: Fixtures.url("templates/families/\(family).jinja"), encoding: .utf8)
            let difference = try difference(source, item["rendered"]?.asText, variables)
            #expect(difference == nil, "\(family), conversation \(number): \(difference ?? "")")
        }
    }

    @Test("Small templates that once went wrong render as Jinja renders them")
    func cases() throws {
        let root = try read(Fixtures.url("templates/cases.json"))
        let variables = try #require(root["variables"]?.asObject)
        let cases = try #require(root["cases"]?.asList)
        #expect(cases.count >= 100)
        for item in cases {
            let parts = try #require(item.asList)
            let difference = try difference(try #require(parts.first?.asText), parts.last?.asText, variables)
            #expect(difference == nil, "\(difference ?? "")")
        }
    }
}
