import JSONCoding
import TestSupport
import Testing
import Wire

@testable import Access

@Suite("Keys")
struct KeyTests {
    private static func made(
        _ name: String, _ scopes: Set<V1.Scope> = [.infer]
    ) -> (text: KeyText, key: AccessKey) {
        let text = KeyText()
        return (text, AccessKey(name: name, text: text, scopes: scopes, created: "2026-11-29T00:00:00Z"))
    }

    private static func ring(_ keys: AccessKey...) -> KeyRing {
        var file = KeyFile()
        for key in keys { file.add(key) }
        return KeyRing(file)
    }

    @Test("A key's text is read back, differs from every other, and others are not keys")
    func texts() throws {
        let text = KeyText()
        let read = try #require(KeyText(text.text))
        #expect(read.id == text.id && read.hash == text.hash)
        #expect(Set((0..<100).map { _ in KeyText().text }).count == 100)
        let others = [
            "", "attnrl_", "attnrl_12345678", String(text.text.dropLast()), text.text + "0", "x" + text.text,
            text.text.replacing("attnrl_", with: "attnrl__"), text.text.dropLast() + "g", text.text.dropLast() + "é",
        ]
        for other in others { #expect(KeyText(String(other)) == nil, "\(other)") }
    }

    @Test("SHA-256 is SHA-256")
    func digest() {
        // Source: FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Digest.hexadecimal(Digest.sha256("abc".utf8)) == expected)
        #expect(Digest.bytes(hexadecimal: expected) == Digest.sha256("abc".utf8))
        #expect(!Digest.equal([1, 2], [1, 3]) && !Digest.equal([1], [1, 2]) && Digest.equal([1, 2], [1, 2]))
    }

    @Test("A caller is known by a bearer token, an API key or a certificate, in this order")
    func callers() throws {
        let (alice, aliceKey) = Self.made("alice"), (bob, bobKey) = Self.made("bob", [.infer, .train])
        var certified = bobKey
        certified.certificate = [1, 2, 3]
        let ring = Self.ring(aliceKey, certified)
        #expect(try ring.caller(["authorization": "Bearer \(alice.text)"], certificate: nil).name == "alice")
        #expect(try ring.caller(["authorization": "bearer  \(alice.text)"], certificate: nil).name == "alice")
        #expect(try ring.caller(["authorization": alice.text], certificate: nil).name == "alice")
        #expect(try ring.caller(["x-api-key": bob.text], certificate: nil).scopes == [.infer, .train])
        #expect(try ring.caller([:], certificate: [1, 2, 3]).name == "bob")
        let both: Metadata = ["authorization": "Bearer \(alice.text)", "x-api-key": bob.text]
        #expect(try ring.caller(both, certificate: [1, 2, 3]).name == "alice")
    }

    @Test("Others are UNAUTHENTICATED, and nothing of what they sent is repeated")
    func strangers() {
        let (text, key) = Self.made("alice")
        let ring = Self.ring(key)
        // The right id with another secret.
        let forged = String(text.text.dropLast(8)) + "00000000"
        for metadata: Metadata in [
            [:], ["authorization": ""], ["authorization": "Basic YTpi"], ["authorization": "Bearer \(forged)"],
            ["x-api-key": KeyText().text], ["x-api-key": ""],
        ] {
            let error = #expect(throws: RPCError.self) { try ring.caller(metadata, certificate: [9]) }
            #expect(error?.code == .unauthenticated)
            #expect(error?.message.contains(text.id) == false && error?.message.contains("YTpi") == false)
        }
    }

    @Test("A revoked key is refused once the file was read again")
    func revoked() throws {
        let (text, key) = Self.made("alice")
        let ring = Self.ring(key)
        #expect(try ring.caller(["x-api-key": text.text], certificate: nil).name == "alice")
        ring.replace(with: KeyFile())
        #expect(throws: RPCError.self) { try ring.caller(["x-api-key": text.text], certificate: nil) }
    }

    @Test("A file is read back as it was written, and holds no key")
    func files() throws {
        let (text, plain) = Self.made("alice", [.trace, .admin])
        var key = plain
        key.certificate = Digest.sha256([1])
        key.quota.jobs = 2
        key.quota.tokensPerMinute = 1000
        var file = KeyFile()
        file.add(key)
        file.add(Self.made("bob").key)
        let bytes = file.json.bytes(pretty: true)
        #expect(try KeyFile(parsing: bytes) == file)
        #expect(!String(decoding: bytes, as: UTF8.self).contains(text.text.suffix(64)))
    }

    @Test(
        "A damaged file is refused with the place at fault",
        arguments: [
            ("", "JSON"), ("[]", "must be an object"), ("{}", "keys is missing"),
            (#"{"keys": [{"name": "a b"}]}"#, "keys[0].name"),
            (#"{"keys": [{"name": "a", "scopes": ["all"]}]}"#, "keys[0].scopes[0]"),
            (#"{"keys": [{"name": "a", "scopes": ["infer"]}]}"#, "keys[0].id"),
            (#"{"keys": [{"name": "a", "scopes": [], "id": "x", "sha256": "12"}]}"#, "keys[0].sha256"),
        ])
    func damaged(_ text: String, _ reason: String) {
        let error = #expect(throws: KeyFileProblem.self) { try KeyFile(parsing: Array(text.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("Limits that there are not are refused")
    func limits() {
        let start = #"{"keys": [{"name": "a", "scopes": [], "id": "x", "sha256": ""#
        let hash = Digest.hexadecimal(Digest.sha256([]))
        for (quota, reason) in [(#"{"cpu": 1}"#, "quota.cpu"), (#"{"jobs": 0}"#, "at least 1"), ("3", "an object")] {
            let text = start + hash + #"", "quota": "# + quota + "}]}"
            let error = #expect(throws: KeyFileProblem.self) { try KeyFile(parsing: Array(text.utf8)) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }
}
