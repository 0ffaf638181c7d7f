package import JSONCoding

/// A message that proto3's JSON does not write as an object of its fields. Within Any it appears under `value`.
package protocol OwnJSON: CMessage {}

/// Seconds with up to nine decimals: `"1.5s"`, `"-0.000000001s"`.
extension WellKnown.Duration: OwnJSON {
    private static let largestSeconds: Int64 = 315_576_000_000
    private static let second: Int128 = 1_000_000_000

    package func json(depth: Int) -> JSONValue {
        let total = Int128(seconds) * Self.second + Int128(nanos)
        let (whole, rest) = total.magnitude.quotientAndRemainder(dividingBy: Self.second.magnitude)
        var decimals = String(String(Self.second.magnitude + rest).dropFirst())
        while decimals.hasSuffix("000") { decimals.removeLast(3) }
        return .string("\(total < 0 ? "-" : "")\(whole)\(decimals.isEmpty ? "" : ".")\(decimals)s")
    }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self? {
        guard case .string(let text) = json, let duration = Self(jsonText: text) else {
            let range = "from -\(largestSeconds)s to \(largestSeconds)s"
            return reader.mismatch("seconds as \"1.5s\", with up to nine decimals, \(range)", json)
        }
        return duration
    }

    private init?(jsonText text: String) {
        guard text.utf8.last == UInt8(ascii: "s") else { return nil }
        let number = text.dropLast()
        let isNegative = number.utf8.first == UInt8(ascii: "-")
        let parts = number.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : "0"
        guard parts.count <= 2, Self.areDigits(parts[0]), Self.areDigits(decimals), decimals.utf8.count <= 9,
            let whole = Int64(parts[0]), whole <= Self.largestSeconds,
            let nanos = Int32(decimals + String(repeating: "0", count: 9 - decimals.utf8.count)),
            whole < Self.largestSeconds || nanos == 0
        else { return nil }
        self.init()
        self.seconds = isNegative ? -whole : whole
        self.nanos = isNegative ? -nanos : nanos
    }

    private static func areDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}

/// The fields of the enclosed message, after its type as `@type`.
///
/// If the type is not in `MessageTypes`, the bytes are not a message of it, or the nesting is too deep, the bytes are
/// written as `value`. They cannot be read back.
extension WellKnown.AnyMessage: OwnJSON {
    private static let typeKey = "@type"
    private static let valueKey = "value"

    package func json(depth: Int) -> JSONValue {
        if typeUrl.isEmpty, value.isEmpty { return .object([]) }
        let type = JSONMember(key: Self.typeKey, value: .string(typeUrl))
        guard depth < JSONMessageReader.maximumDepth, let inner = Self.type(at: typeUrl),
            let message = try? inner.init(serializedBytes: value)
        else {
            return .object([type, JSONMember(key: Self.valueKey, value: value.json(depth: depth))])
        }
        if message is any OwnJSON {
            return .object([type, JSONMember(key: Self.valueKey, value: message.json(depth: depth + 1))])
        }
        return .object([type] + message.jsonMembers(depth: depth))
    }

    package static func read(_ json: JSONValue, _ reader: inout JSONMessageReader) -> Self? {
        guard case .object(let members) = json else { return reader.mismatch("an object", json) }
        if members.isEmpty { return Self() }
        guard let place = members.firstIndex(where: { $0.key == typeKey }) else {
            reader.report("has no \(typeKey). Add the type's URL, \"type.googleapis.com/\" and its full name.")
            return nil
        }
        guard case .string(let url) = members[place].value, let type = type(at: url) else {
            return reader.nested(typeKey) {
                $0.mismatch("the URL of a message type that is known here", members[place].value)
            }
        }
        var rest = members
        rest.remove(at: place)
        return read(type, url, rest, &reader)
    }

    private static func read<Message: CMessage>(
        _ type: Message.Type, _ url: String, _ members: [JSONMember], _ reader: inout JSONMessageReader
    ) -> Self? {
        let message: Message?
        if type is any OwnJSON.Type {
            guard members.count == 1, members[0].key == valueKey else {
                reader.report("must hold \(typeKey) and \(valueKey) alone, since \(type.fullName) is not an object.")
                return nil
            }
            message = reader.nested(valueKey) { Message.read(members[0].value, &$0) }
        } else {
            message = reader.message(members)
        }
        guard let message else { return nil }
        var any = Self()
        any.typeUrl = url
        any.value = message.serializedBytes()
        return any
    }

    private static func type(at url: String) -> (any CMessage.Type)? {
        guard let slash = url.lastIndex(of: "/") else { return nil }
        return MessageTypes.named[String(url[url.index(after: slash)...])]
    }
}
