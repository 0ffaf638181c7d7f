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
        #expect(recorded == Set(Self.types.keys))
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
}
