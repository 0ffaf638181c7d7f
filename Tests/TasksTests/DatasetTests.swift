import Foundation
import TestSupport
import Testing

@testable import Tasks

@Suite("Dataset")
struct DatasetTests {
    @Test("What a text names depends on the text alone")
    func names() {
        for file in ["a/b", "./data.txt", "x:/../secret", "a.jsonl", "a.jsonl.gz", "words:../a"] {
            #expect(Dataset.namesFile(file), "\(file)")
        }
        for task in ["words", "0.5*words:starts=1-3,steps=3-8+graph-small", "README.md", "data.txt"] {
            #expect(!Dataset.namesFile(task), "\(task)")
        }
    }

    @Test("A task has no end, gives records its checker accepts, and needs no order")
    func tasks() throws {
        let data = Dataset.tasks(try TaskMixture("graph-small+countdown-three"), seed: 5, split: .train)
        #expect(data.count == nil)
        for position in [0, 1, 1_000_000] {
            let record = try data.record(atPosition: position, seed: 1)
            #expect(try record == data.record(at: position))
            let task = try #require(record.task)
            #expect(try task.check(prompt: record.text, response: record.response ?? "").isSound)
        }
    }

    @Test("A file is gone through once an epoch, each time in another order")
    func file() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("data.jsonl").path
            let lines = (0..<50).map { #"{"prompt": "\#($0)", "answer": "a"}"# }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
            let data = Dataset.file(try RecordFile(path: path, needing: .answer, .regularFiles))
            func epoch(_ number: Int) throws -> [String] {
                try (0..<50).map { try data.record(atPosition: number * 50 + $0, seed: 3).text }
            }
            #expect(data.count == 50)
            #expect(try Set(epoch(0)) == Set((0..<50).map { "\($0)" }))
            #expect(try epoch(0) != epoch(1) && epoch(1) == epoch(1))
            #expect(try Set(epoch(1)) == Set(epoch(0)))
        }
    }
}
