import Basics
import Foundation
import Jobs
import Tasks

/// The right responses that a warm start has chosen so far.
struct CuratedSet: Codable {
    struct Entry: Codable {
        /// The record's position in the data.
        let position: Int
        /// The template that the response was drawn with.
        let template: Int
        let prompt: [Int32]
        let response: [Int32]
        let text: String
    }

    /// Records that were asked.
    var prompts = 0
    var entries: [Entry] = []
    /// Responses drawn, and those that were right.
    var drawn = 0
    var verified = 0

    static let file = StateFile<Self>("warm_start.json")

    /// What a `sft` job reads: a record with its response in each line.
    ///
    /// - Parameter record: A record by its position.
    func lines(_ record: (Int) throws -> DataRecord) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for entry in entries {
            let record = try record(entry.position)
            data += try encoder.encode(Line(record, response: entry.text)) + Data("\n".utf8)
        }
        return data
    }
}

/// A line of a data file.
private struct Line: Encodable {
    let record: DataRecord
    let response: String

    init(_ record: DataRecord, response: String) {
        self.record = record
        self.response = response
    }

    private enum Key: String, CodingKey {
        case prompt, messages, role, content, answer, response, dataSource = "data_source"
    }

    func encode(to encoder: any Encoder) throws {
        var line = encoder.container(keyedBy: Key.self)
        if !record.answer.isEmpty { try line.encode(record.answer, forKey: .answer) }
        try line.encodeIfPresent(record.source, forKey: .dataSource)
        switch record.prompt {
        case .text(let text):
            try line.encode(text, forKey: .prompt)
            try line.encode(response, forKey: .response)
        case .messages(let messages):
            var turns = line.nestedUnkeyedContainer(forKey: .messages)
            for (role, content) in messages.map({ ($0.role, $0.content) }) + [("assistant", response)] {
                var turn = turns.nestedContainer(keyedBy: Key.self)
                try turn.encode(role, forKey: .role)
                try turn.encode(content, forKey: .content)
            }
        }
    }
}
