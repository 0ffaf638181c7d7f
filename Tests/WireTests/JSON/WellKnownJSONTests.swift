import JSONCoding
import Testing
import Wire

@Suite("Durations and Any as JSON")
struct WellKnownJSONTests {
    private func duration(_ seconds: Int64, _ nanos: Int32 = 0) -> WellKnown.Duration {
        var duration = WellKnown.Duration()
        duration.seconds = seconds
        duration.nanos = nanos
        return duration
    }

    @Test(
        "Durations have as many decimals as they need, in threes",
        arguments: [
            (0, 0, "0s"), (1, 0, "1s"), (1, 500_000_000, "1.500s"), (-1, -1, "-1.000000001s"), (0, -1000, "-0.000001s"),
            (315_576_000_000, 0, "315576000000s"), (.max, .max, "9223372036854775809.147483647s"),
        ] as [(Int64, Int32, String)])
    func written(seconds: Int64, nanos: Int32, text: String) {
        #expect(duration(seconds, nanos).jsonValue() == .string(text))
    }

    @Test("Durations are read with any number of decimals up to nine")
    func read() throws {
        #expect(try WellKnown.Duration(json: .string("1.5s")) == duration(1, 500_000_000))
        #expect(try WellKnown.Duration(json: .string("-0.000000001s")) == duration(0, -1))
        #expect(try WellKnown.Duration(json: .string("-315576000000s")) == duration(-315_576_000_000))
    }

    @Test(
        "What is no duration is refused",
        arguments: [
            "", "s", "1", "1m", "1.s", ".5s", "1.0000000001s", "+1s", "--1s", "1e3s", " 1s", "1,5s", "315576000001s",
            "315576000000.1s", "99999999999999999999s", "1.2.3s",
        ])
    func refused(text: String) {
        #expect(throws: JSONMessageError.self) { try WellKnown.Duration(json: .string(text)) }
    }

    private func any(_ message: some ProtobufMessage, _ name: String) -> WellKnown.AnyMessage {
        var any = WellKnown.AnyMessage()
        any.typeUrl = "type.googleapis.com/\(name)"
        any.value = message.serializedBytes()
        return any
    }

    @Test("Any holds the fields of the message inside, or its own form")
    func anyMessages() throws {
        var head = V1.LayerHead()
        head.layer = 3
        let plain = any(head, "attnrl.v1.LayerHead")
        #expect(plain.jsonValue().compact == #"{"@type":"type.googleapis.com/attnrl.v1.LayerHead","layer":3}"#)
        let own = any(duration(2), "google.protobuf.Duration")
        #expect(own.jsonValue().compact == #"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"2s"}"#)
        let nested = any(own, "google.protobuf.Any")
        for message in [plain, own, nested, WellKnown.AnyMessage()] {
            #expect(try WellKnown.AnyMessage(json: message.jsonValue()) == message)
        }
    }

    @Test("Any of an unknown type, or nested without end, is written with its bytes")
    func anyBytes() {
        var unknown = WellKnown.AnyMessage()
        unknown.typeUrl = "x/unknown.Type"
        unknown.value = [255]
        #expect(unknown.jsonValue().compact == #"{"@type":"x/unknown.Type","value":"/w=="}"#)
        var deep = unknown
        for _ in 0..<1000 { deep = any(deep, "google.protobuf.Any") }
        #expect(deep.jsonValue().compact.contains("\"value\":\"C"))
    }

    @Test(
        "What is no Any is refused",
        arguments: [
            #"[]"#, #"{"layer": 1}"#, #"{"@type": 1}"#, #"{"@type": "attnrl.v1.LayerHead"}"#,
            #"{"@type": "x/unknown"}"#,
            #"{"@type": "x/attnrl.v1.LayerHead", "value": {}}"#, #"{"@type": "x/google.protobuf.Duration"}"#,
            #"{"@type": "x/google.protobuf.Duration", "value": "1s", "more": 1}"#,
            #"{"@type": "x/google.protobuf.Duration", "value": "1"}"#,
            #"{"@type": "x/attnrl.v1.LayerHead", "@type": "x/attnrl.v1.LayerHead"}"#,
        ])
    func anyRefused(text: String) {
        #expect(throws: JSONMessageError.self) {
            try WellKnown.AnyMessage(json: JSONReader.parse(Array(text.utf8)))
        }
    }

    @Test("Any is not read deeper than messages are")
    func anyDepth() {
        let type = JSONMember(key: "@type", value: .string("x/google.protobuf.Any"))
        let deep = (0..<5000).reduce(JSONValue.object([])) { inner, _ in
            .object([type, JSONMember(key: "value", value: inner)])
        }
        #expect(throws: JSONMessageError.self) { try WellKnown.AnyMessage(json: deep) }
    }
}
