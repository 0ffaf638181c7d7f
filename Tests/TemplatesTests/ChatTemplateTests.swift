import Foundation
import TestSupport
import Testing

@testable import Templates

@Suite("ChatTemplate")
struct ChatTemplateTests {
    private func render(_ source: String, _ variables: [String: TemplateValue] = [:]) throws -> String {
        try ChatTemplate(source).render(
            messages: [.message(role: "user", content: "Hi")], addGenerationPrompt: true, variables: variables)
    }

    private func failure(_ source: String) -> TemplateError? {
        do {
            _ = try render(source)
            return nil
        } catch {
            return error as? TemplateError
        }
    }

    // MARK: Against the reference

    @Test(
        "Published templates render byte for byte",
        .enabled(if: Fixtures.shared("templates/expected.json") != nil, "needs the shared templates"))
    func publishedTemplates() throws {
        let folder = try #require(Fixtures.shared("templates"))
        let url = folder.appendingPathComponent("expected.json")
        guard case .object(let root) = try TemplateValue(json: Array(Data(contentsOf: url))),
            case .object(let conversations)? = root["conversations"], let cases = root["cases"]?.asList
        else {
            Issue.record("expected.json has another shape")
            return
        }
        #expect(cases.count >= 40)
        for case .object(let item) in cases {
            guard case .string(let name)? = item["template"], case .string(let conversation)? = item["conversation"],
                case .string(let rendered)? = item["rendered"], let messages = conversations[conversation]?.asList
            else { continue }
            let source = try String(contentsOf: folder.appendingPathComponent("\(name).jinja"), encoding: .utf8)
            var variables: [String: TemplateValue] = ["bos_token": "<BOS>", "eos_token": "<EOS>"]
            if case .bool(let flag)? = item["enable_thinking"] { variables["enable_thinking"] = .bool(flag) }
            let text = try ChatTemplate(source).render(
                messages: messages.compactMap(\.asObject),
                addGenerationPrompt: item["add_generation_prompt"]?.asFlag ?? false, variables: variables)
            expectSame(text, rendered, "\(name), \(conversation)")
        }
    }

    @Test("Every construct renders as Jinja renders it, and what Jinja refuses is refused")
    func constructs() throws {
        let url = Fixtures.url("tokenizing/templates.json")
        guard case .object(let root) = try TemplateValue(json: Array(Data(contentsOf: url))),
            let messages = root["messages"]?.asList?.compactMap(\.asObject), let cases = root["cases"]?.asList
        else {
            Issue.record("templates.json has another shape")
            return
        }
        #expect(cases.count >= 100)
        for case .object(let item) in cases {
            guard case .string(let source)? = item["template"] else { continue }
            let variables: [String: TemplateValue] = [
                "bos_token": "<s>", "eos_token": "</s>", "tools": root["tools"] ?? .none,
            ]
            let text = Result {
                try ChatTemplate(source).render(messages: messages, addGenerationPrompt: true, variables: variables)
            }
            if case .string(let rendered)? = item["rendered"] {
                expectSame(try text.get(), rendered, "\(source)")
            } else {
                #expect(throws: TemplateError.self, "\(source)") { try text.get() }
            }
        }
    }

    // MARK: Errors

    @Test(
        "What is not known is named with its line, when it is reached",
        arguments: [
            ("a\n{% include 'x' %}", 2, "the statement 'include' is not supported; a chat template stands alone"),
            ("{% extends 'x' %}", 1, "the statement 'extends'"), ("{% do x %}", 1, "the statement 'do'"),
            ("{% import 'x' as y %}", 1, "the statement 'import'"), ("{% trans %}a{% endtrans %}", 1, "'trans'"),
            ("\n\n{{ 1 | nofilter }}", 3, "the filter 'nofilter'"), ("{{ [1]|map('no.such')|list }}", 1, "'no.such'"),
            ("{{ 1 is notest }}", 1, "the test 'notest'"), ("{{ 'a' | urlize }}", 1, "the filter 'urlize'"),
            ("{{ [1] | random }}", 1, "must render the same way each time"), ("{{ lipsum() }}", 1, "'lipsum'"),
            ("{{ 'a'.nomethod() }}", 1, "the str method 'nomethod'"),
            ("{{ [].nomethod(1) }}", 1, "the list method 'nomethod'"),
            ("\n{{ nofunction(1) }}", 2, "the function 'nofunction'"), ("{{ 'a'.encode() }}", 1, "makes bytes"),
            ("{{ '\\N{BULLET}' }}", 1, "by its name"), ("{{ '\\ud800' }}", 1, "surrogate"),
        ])
    func unsupported(source: String, line: Int, name: String) throws {
        let error = try #require(failure(source))
        #expect(error.code == .unsupported && error.line == line, "\(error)")
        #expect(error.message.contains(name), "\(error)")
        #expect(try render("{% if false %}\(source){% endif %}ok") == "ok")
    }

    @Test(
        "What would change a list or a dictionary is refused, as in the sandbox",
        arguments: [
            "{{ [].append(1) }}", "{{ {}.update(a=1) }}", "{{ messages[0].pop('role') }}", "{{ [2, 1].sort() }}",
        ])
    func sandbox(source: String) throws {
        let error = try #require(failure(source))
        #expect(error.code == .invalid && error.message.contains("could change it"), "\(error)")
    }

    @Test("A template's own complaint is passed on as it is")
    func raised() throws {
        let error = try #require(failure("{{ raise_exception('Roles must alternate.') }}"))
        #expect(error.code == .raised && error.message == "Roles must alternate.")
    }

    @Test("Members of something undefined are refused by name")
    func undefined() throws {
        #expect(try render("[{{ nothing }}{{ messages[0].nothing }}{{ messages[7] }}]") == "[]")
        #expect(failure("{{ messages[0].nothing.more }}")?.message.contains("messages[0].nothing") == true)
    }

    // MARK: Limits

    @Test("A rendering ends when its task is cancelled")
    func cancelled() async throws {
        let loops = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
        let template = try ChatTemplate(loops)
        let task = Task { try template.render(messages: [], addGenerationPrompt: false) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(
        "Templates that never end are stopped",
        arguments: [
            "{% for a in range(9999) %}{% for b in range(9999) %}{% if a == b %}x{% endif %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% for a in range(99999) %}{{ 'abc' * 99999 }}{% endfor %}",
            "{{ 'a' * 999999999999 }}", "{{ 'a' * (2 ** 62) }}", "{{ [1] * 9999999 }}", "{{ range(99999999999)|list }}",
            "{{ ('a' * 1000000).replace('a', 'b' * 1000) }}", "{{ ('a' * 9000000) in ('a' * 9000001 ~ 'b') }}",
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
            "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}",
            "{% set ns = namespace(x={}) %}{% for i in range(99999) %}{% set ns.x = {'a': ns.x} %}{% endfor %}",
            "{{ ('x\n' * 1000000)|indent(1000) }}",
            "{{ 'a'.center(10 ** 9) }}", "{{ '%999999999d' % 1 }}", "{{ '%*d' % (10 ** 9, 1) }}",
            "{{ '{:>999999999}'.format(1) }}", "{{ '%.999999f' % 1.5 }}", "{{ '\t'.expandtabs(10 ** 12) }}",
            "{{ 9 ** (9 ** 9) }}", "{{ 2 ** 99999999999999999999 }}", "{{ range(100001) }}", "{{ [[1]] * 10 ** 18 }}",
            "{{ 5|round(-9223372036854775807 - 1) }}", "{{ 5|round(-99999999) }}", "{{ 5.5|round(-99999999) }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(45) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(45) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
                + "{{ ns.x == ns.x + [] }}{{ ns.x|tojson }}",
            "{% set ns = namespace(x=(1,)) %}{% for i in range(45) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}"
                + "{{ {ns.x: 1} }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(999) %}{% set ns.x = ns.x|map('list') %}{% endfor %}",
            "{% set ns = namespace(x=2) %}{% for i in range(99999) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
            "{{ [1, 2]|batch(3, 0)|list }}{{ [1]|batch(10 ** 12, 0)|list }}",
            "{% for i in range(99999) %}{% for j in range(99999) %}{{ 'ab' * 9999 }}{% endfor %}{% endfor %}",
            "{% set ns = namespace() %}{% for i in range(500) %}{% set x = namespace(y=ns.x) %}{% set ns.x = x %}{% endfor %}"
                + "{{ ns }}",
            "{{ ('a' * 60000000)|tojson(indent=2) ~ 'b' * 60000000 }}", "{{ [('a' * 60000000)] * 1000 }}",
            "{{ ('<' * 60000000)|e }}", "{{ 'ab'|wordwrap(1, wrapstring='x' * 60000000) }}",
        ])
    func limits(source: String) throws {
        let error = try #require(failure(source))
        #expect(error.code == .limit, "\(error)")
    }

    @Test(
        "Deeply nested templates are refused, also on a thread with a small stack",
        arguments: [
            ("{{ ", "(", ")"), ("{{ ", "[", "]"), ("{{ ", "not ", "1 }}"), ("{{ ", "- ", "1 }}"),
            ("{{ 1", " + 1", " }}"),
            ("{{ a", ".a", " }}"), ("{{ 1", "|abs", " }}"), ("{{ 1", " if 1 else 1", " }}"), ("", "{% if 1 %}", ""),
            ("{% for ", "(", ")"),
            ("{% macro f() %}{% if 1 %}{{ [[[[[[", "f()", "]]]]]] }}{% endif %}{% endmacro %}{{ f() }}"),
        ])
    func deepTemplates(start: String, part: String, end: String) async throws {
        let count = part == "f()" ? 1 : 100_000
        // Brackets must match for the template to reach the parser.
        let close =
            end.count == 1 ? String(repeating: end, count: count) + (start.hasPrefix("{%") ? " %}" : " }}") : end
        let error = await onSmallStack { self.failure(start + String(repeating: part, count: count) + close) }
        #expect(error?.code == .limit, "\(String(describing: error))")
    }

    /// Secondary threads have 8 MiB by default on Linux; builds for debugging use several times the stack of others.
    private func onSmallStack<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: body()) }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    @Test("Values nested deeper than any conversation are refused before they are walked")
    func deepValues() {
        var value: TemplateValue = "x"
        for _ in 0..<500 { value = [value] }
        #expect { try render("{{ deep }}", ["deep": value]) } throws: { ($0 as? TemplateError)?.code == .limit }
    }

    @Test("A rendering that takes longer than its time is stopped, with the limit and the line")
    func timeLimit() throws {
        let source = "a\n{% for i in range(99999) %}\n{{ i }}{% endfor %}"
        let template = try ChatTemplate(source)
        #expect {
            try template.render(messages: [], addGenerationPrompt: false, timeLimit: .zero)
        } throws: { error in
            guard let error = error as? TemplateError else { return false }
            return error.code == .limit && error.line > 0 && error.message.contains("longer than 0.0 seconds")
        }
        #expect(try template.render(messages: [], addGenerationPrompt: false, timeLimit: .seconds(1000)).count > 99_999)
    }

    @Test("Millions of messages end at once, in an error")
    func manyMessages() throws {
        let messages = Array(repeating: TemplateObject(), count: 1_000_001)
        #expect {
            try ChatTemplate("{{ messages|length }}").render(messages: messages, addGenerationPrompt: true)
        } throws: { ($0 as? TemplateError)?.code == .limit }
    }

    // MARK: Values

    @Test("A tool's description is a variable like any other, in the order it was written")
    func tools() throws {
        let tools = try TemplateValue(json: Array(#"[{"z": 1, "a": [1.5, null, {"é": "\u0000<"}]}]"#.utf8))
        let text = try render("{{ tools|tojson }} {{ tools[0].a[2] }}", ["tools": tools])
        #expect(text == #"[{"z": 1, "a": [1.5, null, {"é": "\u0000<"}]}] {'é': '\x00<'}"#)
    }

    @Test("Tools and documents are none unless given")
    func defaults() throws {
        #expect(try render("{{ tools is none }}{{ documents is none }}{{ messages|length }}") == "TrueTrue1")
        #expect(try render("{{ tools }}", ["tools": ["a"]]) == "['a']")
    }

    @Test("The current time is formatted by the template's format")
    func time() throws {
        let template = try ChatTemplate("{{ strftime_now('%Y') }}|{{ strftime_now('%d %b') }}")
        // Noon, so that the day is the same in every time zone but the farthest.
        let text = try template.render(
            messages: [], addGenerationPrompt: false, variables: [:], now: Date(timeIntervalSince1970: 1_721_995_200))
        #expect(text == "2024|26 Jul")
    }

    @Test("Canonically equivalent strings and keys are different, as in Python")
    func canonicalEquivalents() throws {
        let source = "{{ 'e\u{301}' == '\u{E9}' }}{{ {'e\u{301}': 1, '\u{E9}': 2}|length }}{{ 'e\u{301}'|length }}"
        #expect(try render(source) == "False22")
    }

    @Test("Line breaks of all kinds become one, and the last is dropped")
    func lineBreaks() throws {
        #expect(try render("a\r\nb\rc\n\n") == "a\nb\nc\n")
    }
}
