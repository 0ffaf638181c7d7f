import Foundation
import TestSupport
import Testing

@testable import Tasks

@Suite("TaskSetting")
struct TaskSettingTests {
    @Test("Every named setting reads, and its full text reads back as the same setting", arguments: TaskSetting.named)
    func roundTrip(name: String, text: String) throws {
        let setting = try TaskSetting(name)
        #expect(try TaskSetting(text) == setting)
        #expect(try TaskSetting(setting.description) == setting)
    }

    @Test("Knobs change a task, and change a named setting")
    func knobs() throws {
        let setting = try TaskSetting("graph:need=8-12,modulus=10,leaves=3,derived=9,constants=0.25")
        guard case .graph(let graph) = setting else {
            Issue.record("\(setting) is no graph")
            return
        }
        #expect(graph.need == 8...12 && graph.modulus == 10 && graph.leaves == 3...3 && graph.constants == 0.25)
        #expect(try TaskSetting("graph-long:names=20").description.contains("need=8-12"))
        #expect(try TaskSetting("graph-long:names=20").description.contains("names=20"))
    }

    @Test("Every setting that a document, an example or a message names can be made")
    func documented() throws {
        let places = [
            "README.md", "CONTRIBUTING.md", "docs", "examples", "protos", "clients/python/README.md", "Sources",
        ]
        var found = 0
        for place in places {
            for file in try Self.texts(below: Fixtures.root.appendingPathComponent(place)) {
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: /\b(?:graph|chain|countdown|words)(?:-[a-z]+)?:[a-z]+=[\w=.,-]*[a-z0-9]/)
                {
                    #expect(throws: Never.self, "\(file.lastPathComponent): \(match.output)") {
                        _ = try TaskSetting(String(match.output)).example(at: 0, seed: 0, split: .train)
                    }
                    found += 1
                }
            }
        }
        #expect(found > 20)
    }

    private static func texts(below place: URL) throws -> [URL] {
        guard place.pathExtension.isEmpty else { return [place] }
        let kinds = ["md", "yaml", "proto", "swift"]
        let files = FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { kinds.contains($0.pathExtension) }
    }

    @Test("All problems of a setting are reported at once, each with its remedy")
    func problems() {
        let text = "graph:need=20-30,modulus=one,constants=2,colour=red,add=0,subtract=0,multiply=0,names=2"
        let error = #expect(throws: TaskError.self) { try TaskSetting(text) }
        let message = error?.description ?? ""
        for part in [
            "need is '20-30'. Give a number or range within 1-26.", "modulus is 'one'", "constants is '2'",
            "there is no knob 'colour'. There are leaves, derived", "add, subtract, multiply are all 0",
            "and names is 2. Raise names",
        ] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
    }

    @Test(
        "What names no task, or is no knob, is refused with what would do",
        arguments: [
            ("graf", "There are chain, countdown, graph, words, chain-short"),
            ("graph:need", "'need' in 'graph:need' sets no knob"),
            ("graph:need=3,need=4", "sets need twice"),
            ("graph:", "'' in 'graph:' sets no knob"),
            ("chain:operands=1-30", "operands go up to 30, and modulus is 23"),
            ("chain:modulus=1", "modulus is 1"),
            ("countdown:range=5-200", "Keep the numbers within it"),
        ])
    func refused(text: String, part: String) {
        let error = #expect(throws: TaskError.self) { try TaskSetting(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test("Each task lists its knobs with the values they have without being set", arguments: TaskKind.allCases)
    func list(kind: TaskKind) throws {
        let knobs = TaskSetting.knobs(of: kind)
        #expect(knobs.count >= 6 && Set(knobs.map(\.name)).count == knobs.count)
        let written = knobs.map { "\($0.name)=\($0.standard)" }.joined(separator: ",")
        #expect(try TaskSetting("\(kind.rawValue):\(written)") == TaskSetting(kind))
    }
}
