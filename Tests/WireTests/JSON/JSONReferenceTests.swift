import Foundation
import JSONCoding
import TestSupport
import Testing
import Wire

/// Recorded from Google's implementation by Tests/CTestProtos/json_reference.py.
@Suite("Messages as JSON, beside Google's implementation")
struct JSONReferenceTests {
    private static let types = MessageTypes.named.merging(
        [Sample.Kinds.self, Sample.Kinds.Inner.self, Sample.Node.self].map { ($0.fullName, $0) },
        uniquingKeysWith: { $1 })

    private struct Line {
        let members: [String: JSONValue]

        static func all(_ name: String) throws -> [Line] {
            let text = try Data(contentsOf: Fixtures.url("wire/\(name).jsonl"))
            return try text.split(separator: UInt8(ascii: "\n")).map {
                guard case .object(let members) = try JSONReader.parse([UInt8]($0)) else {
                    throw CocoaError(.coderReadCorrupt)
                }
                return Line(members: Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
            }
        }

        func text(_ name: String) throws -> String {
            guard case .string(let text) = members[name] else { throw CocoaError(.coderReadCorrupt) }
            return text
        }

        func bytes() throws -> [UInt8] { [UInt8](try #require(Data(base64Encoded: text("bytes")))) }
    }

    @Test("Every message type of the .proto files is among the recorded ones")
    func complete() throws {
        let recorded = Set(try Line.all("messages").map { try $0.text("type") })
        #expect(recorded.symmetricDifference(Self.types.keys).sorted() == [])
    }

    @Test("Messages are written as Google's implementation writes them, and read from what it wrote")
    func messages() throws {
        var count = 0
        for line in try Line.all("messages") {
            let type = try #require(Self.types[line.text("type")])
            try compare(type, line)
            count += 1
        }
        #expect(count > 600)
    }

    private func compare<Message: CMessage>(_ type: Message.Type, _ line: Line) throws {
        let message = try Message(serializedBytes: line.bytes())
        let json = try #require(line.members["json"])
        let written = try JSONReader.parse(message.jsonValue().bytes())
        #expect(comparable(written) == comparable(json), "\(Message.fullName)")
        // Bytes are compared, since NaN is not equal to itself.
        let bytes = message.serializedBytes()
        #expect(try Message(json: json).serializedBytes() == bytes, "\(Message.fullName) \(json.compact)")
        #expect(try Message(json: message.jsonValue()).serializedBytes() == bytes, "\(Message.fullName)")
        if let other = line.members["other"] {
            #expect(try Message(json: other).serializedBytes() == bytes, "\(Message.fullName) \(other.compact)")
        }
    }

    /// Members by name, and numbers by value: whether one is written as 1 or 1.0 means nothing.
    private func comparable(_ json: JSONValue) -> JSONValue {
        switch json {
        case .integer(let value): .number(Double(value))
        case .unsigned(let value): .number(Double(value))
        case .float(let value): .number(Double(value))
        case .array(let elements): .array(elements.map(comparable))
        case .object(let members):
            .object(
                members.sorted { $0.key < $1.key }.map { JSONMember(key: $0.key, value: comparable($0.value)) })
        default: json
        }
    }

    /// What is refused here and read there, and where the fault lies.
    private static let refusedHere: [String: String] = [
        #"{"fDouble": "inf"}"#: "fDouble",
        #"{"fDouble": "1e400"}"#: "fDouble",
        #"{"fDouble": true}"#: "fDouble",
        #"{"fBytes": "*"}"#: "fBytes",
        #"{"fColor": 1.5}"#: "fColor",
        #"{"fColor": true}"#: "fColor",
        #"{"fInner": []}"#: "fInner",
        #"{"fInt32": 1, "f_int32": 2}"#: "fInt32",
        #"{"fInt32": 1, "f_int32": null}"#: "fInt32",
        "[]": "",
    ]

    @Test("Texts are read or refused as by Google's implementation, but for what is refused here on purpose")
    func texts() throws {
        for line in try Line.all("texts") {
            let text = try line.text("text")
            let result = Result { try Sample.Kinds(json: JSONReader.parse(Array(text.utf8))) }
            if let path = Self.refusedHere[text] {
                #expect { try result.get() } throws: { ($0 as? JSONMessageError)?.problems.map(\.path) == [path] }
            } else if line.members["bytes"] == nil {
                #expect(throws: (any Error).self, "\(text)") { try result.get() }
            } else {
                let expected = try Sample.Kinds(serializedBytes: line.bytes())
                #expect(try result.get().serializedBytes() == expected.serializedBytes(), "\(text)")
            }
        }
    }

    private static let marks = Array("{}[]\",:0-9eE.null".utf8)

    @Test("Broken and mixed JSON gives problems or a message that is written and read back, never a crash")
    func mutations() throws {
        let lines = try Line.all("messages").map {
            (type: try #require(Self.types[$0.text("type")]), text: try #require($0.members["json"]).bytes())
        }
        var random = RepeatableNumbers(state: 7)
        var readable = 0
        for _ in 0..<4000 {
            var (type, text) = lines[random.next(lines.count)]
            let other = lines[random.next(lines.count)]
            for _ in 0..<1 + random.next(3) {
                let place = random.next(text.count)
                switch random.next(3) {
                case 0: text[place] = Self.marks[random.next(Self.marks.count)]
                case 1: text.removeSubrange(place..<min(text.count, place + 1 + random.next(4)))
                default: text.insert(contentsOf: other.text.prefix(1 + random.next(other.text.count)), at: place)
                }
                if text.isEmpty { text = other.text }
            }
            if random.next(4) == 0 { type = other.type }
            guard let json = try? JSONReader.parse(text) else { continue }
            readable += 1
            try expectStable(type, json)
        }
        #expect(readable > 100)
    }

    private func expectStable<Message: CMessage>(_ type: Message.Type, _ json: JSONValue) throws {
        guard let read = try? JSONMessageReader.read(type, from: json, unknown: .collect) else { return }
        let again = try Message(json: JSONReader.parse(read.message.jsonValue().bytes()))
        #expect(again.serializedBytes() == read.message.serializedBytes())
    }
}

/// The same numbers in every run.
private struct RepeatableNumbers {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
