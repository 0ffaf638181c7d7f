import JSONCoding
import Wire

/// The first byte chooses the message. What was read must be written as something that reads back the same.
func fuzzJSON(_ input: [UInt8]) {
    guard let first = input.first, let json = try? JSONReader.parse(Array(input.dropFirst())) else { return }
    let type = MessageTypes.all[Int(first) % MessageTypes.all.count]
    check(type, json)
}

private func check<Message: CMessage>(_ type: Message.Type, _ json: JSONValue) {
    guard let message = try? JSONMessageReader.read(type, from: json, unknown: .collect).message else { return }
    let written = message.jsonValue().bytes()
    guard let again = try? Message(json: JSONReader.parse(written)) else {
        fatalError("what was written cannot be read: \(String(decoding: written, as: UTF8.self))")
    }
    // Bytes rather than messages, since NaN differs from itself.
    precondition(again.serializedBytes() == message.serializedBytes(), "\(message) reads back as \(again)")
}
