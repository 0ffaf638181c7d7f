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
        let twice: Metadata = ["authorization": "Bearer \(alice.text)", "x-api-key": alice.text]
        #expect(try ring.caller(twice, certificate: [1, 2, 3]).name == "alice")
    }

    @Test("Several different keys in one request are none: who stands in front may have taken another")
    func differing() {
        let (alice, aliceKey) = Self.made("alice"), (bob, bobKey) = Self.made("bob")
        let ring = Self.ring(aliceKey, bobKey)
        for metadata: Metadata in [
            ["authorization": "Bearer \(alice.text)", "x-api-key": bob.text],
            ["authorization": "Bearer \(alice.text)", "authorization": "Bearer \(bob.text)"],
            ["x-api-key": alice.text, "x-api-key": ""],
        ] {
            let error = #expect(throws: RPCError.self) { try ring.caller(metadata, certificate: nil) }
            #expect(error?.code == .unauthenticated && error?.reason == "KEYS_DIFFER", "\(String(describing: error))")
        }
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
            (#"{"keys": [{"name": "a", "scopes": [], "id": "0123abcd", "sha256": "12"}]}"#, "keys[0].sha256"),
            (#"{"keys": [{"name": "a", "scopes": [], "id": "0123ABCD"}]}"#, "keys[0].id must be 8 hexadecimal digits"),
            (#"{"keys": [{"name": "a", "scopes": [], "id": "x"}]}"#, "keys[0].id must be 8 hexadecimal digits"),
            (#"{"keys": [{"name": "a", "quotas": {"jobs": 1}}]}"#, "keys[0].quotas is not known here. There are name"),
            (#"{"keys": [], "key": 1}"#, "key is not known here. There is keys"),
        ])
    func damaged(_ text: String, _ reason: String) {
        let error = #expect(throws: KeyFileProblem.self) { try KeyFile(parsing: Array(text.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("Limits that there are not are refused")
    func limits() {
        let start = #"{"keys": [{"name": "a", "scopes": [], "id": "0123abcd", "sha256": ""#
        let hash = Digest.hexadecimal(Digest.sha256([]))
        for (quota, reason) in [(#"{"cpu": 1}"#, "quota.cpu"), (#"{"jobs": 0}"#, "at least 1"), ("3", "an object")] {
            let text = start + hash + #"", "quota": "# + quota + "}]}"
            let error = #expect(throws: KeyFileProblem.self) { try KeyFile(parsing: Array(text.utf8)) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test("A certificate stands for one key")
    func sharedCertificate() {
        var (a, b) = (Self.made("a").key, Self.made("b").key)
        (a.certificate, b.certificate) = (Digest.sha256([1]), Digest.sha256([1]))
        var file = KeyFile()
        file.add(a)
        file.add(b)
        let error = #expect(throws: KeyFileProblem.self) { try KeyFile(parsing: file.json.bytes()) }
        #expect(error?.description.contains("keys[1] has the certificate of another key") == true)
        #expect(file.key(certificate: Digest.sha256([1])) == a && file.key(certificate: Digest.sha256([2])) == nil)
    }

    @Test("A file of many keys is read in the time that its length takes")
    func manyKeys() throws {
        let hash = Digest.hexadecimal(Digest.sha256([]))
        let entries = (0..<60_000).map { index in
            let digits = String(index, radix: 16)
            let id = String(repeating: "0", count: 8 - digits.count) + digits
            return #"{"name": "k\#(index)", "scopes": ["infer"], "id": "\#(id)", "sha256": "\#(hash)"}"#
        }
        let file = try KeyFile(parsing: Array(#"{"keys": [\#(entries.joined(separator: ","))]}"#.utf8))
        #expect(file.keys.count == 60_000)
    }
}
