import Testing
import Wire

@Suite("Header encodings")
struct HeaderEncodingTests {
    // The vectors of RFC 4648, section 10, without their padding.
    @Test(
        "Base64 is written without padding and read with or without",
        arguments: [
            ("", "", ""), ("f", "Zg", "=="), ("fo", "Zm8", "="), ("foo", "Zm9v", ""), ("foob", "Zm9vYg", "=="),
            ("fooba", "Zm9vYmE", "="), ("foobar", "Zm9vYmFy", ""),
        ])
    func base64(text: String, encoded: String, padding: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(encoded + padding) == Array(text.utf8))
    }

    @Test("Base64 carries every byte", arguments: 0...5)
    func base64Bytes(offset: Int) {
        let bytes = (0...255).map(UInt8.init).dropFirst(offset) + [251, 255]
        #expect(Base64.decode(Base64.encode(Array(bytes))) == Array(bytes))
    }

    @Test(
        "What is not base64 is refused",
        arguments: ["A", "AAAAA", "A=", "Zg=", "Zm9v=", "Zg===", "Zm-v", "Z m8", "é", "=", "===="])
    func notBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("Metadata of -bin names holds bytes")
    func binaryMetadata() {
        var metadata: Metadata = ["plain": "text"]
        metadata.add("trace-bin", bytes: [0, 255])
        #expect(metadata["trace-bin"] == "AP8")
        #expect(metadata.bytes("trace-bin") == [0, 255])
        #expect(metadata.bytes("other-bin") == nil)
    }

    @Test(
        "grpc-message escapes what is not printable ASCII, and the percent sign",
        arguments: [
            ("", ""), ("plain text ~", "plain text ~"), ("100%", "100%25"), ("a\nb\r\0", "a%0Ab%0D%00"),
            ("é🙂", "%C3%A9%F0%9F%99%82"), ("\u{7F}", "%7F"),
        ])
    func percent(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test(
        "grpc-message is read leniently",
        arguments: [
            ("50%", "50%"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%c3%a9", "é"), ("%FF", "\u{FFFD}"), ("é", "é"),
            ("%%41", "%A"),
        ])
    func lenientPercent(encoded: String, text: String) {
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test(
        "grpc-timeout is read in every unit",
        arguments: [
            ("1H", Duration.seconds(3600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
            ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("0S", .zero), ("00000012m", .milliseconds(12)),
            ("99999999H", .seconds(359_999_996_400)),
        ])
    func timeouts(text: String, timeout: Duration) {
        #expect(CallTimeout.parse(text) == timeout)
    }

    @Test(
        "What is no grpc-timeout is refused",
        arguments: [
            "", "S", "1", "123456789S", "+5S", "-5S", "1.5S", "1s", "1 S", " 1S", "1S ", "0x1S", "١S", "1é",
        ])
    func notTimeouts(_ text: String) {
        #expect(CallTimeout.parse(text) == nil)
    }

    @Test(
        "grpc-timeout is written in the finest unit with room, rounded up",
        arguments: [
            (Duration.zero, "0n"), (.seconds(-1), "0n"), (.nanoseconds(1), "1n"),
            (.nanoseconds(99_999_999), "99999999n"),
            (.nanoseconds(100_000_001), "100001u"), (.seconds(1), "1000000u"), (.seconds(100), "100000m"),
            (.seconds(86400), "86400000m"), (.seconds(200_000), "200000S"), (.seconds(100_000_000), "1666667M"),
            (.seconds(10_000_000_000), "2777778H"), (.seconds(Int64.max), "99999999H"),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), "1n"),
        ])
    func writesTimeouts(timeout: Duration, text: String) {
        #expect(CallTimeout.format(timeout) == text)
    }
}
