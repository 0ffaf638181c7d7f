internal import CNGHTTP2
internal import Wire

/// Header fields in nghttp2's form; nghttp2 copies them.
struct HeaderBlock {
    private struct Field {
        var start: Int
        var nameLength: Int
        var valueLength: Int
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    init() {}

    init(_ fields: KeyValuePairs<String, String>) {
        for (name, value) in fields { add(name, value) }
    }

    /// Names are lower case.
    mutating func add(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value.utf8)
        fields.append(Field(start: start, nameLength: nameEnd - start, valueLength: bytes.count - nameEnd))
    }

    /// Adds the entries that are valid headers, and drops the others: the peer would break the connection over them.
    mutating func add(_ metadata: Metadata) {
        for entry in metadata where Self.isSendable(entry) { add(entry.name, entry.value) }
    }

    /// Whether the name consists of lower-case letters, digits, `_`, `-` and `.`, and the value of printable ASCII.
    static func isSendable(_ entry: Metadata.Entry) -> Bool {
        let isName = entry.name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isName && !entry.name.isEmpty && entry.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    func withFields<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            let base = UnsafeMutablePointer(mutating: bytes.baseAddress)
            return withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: fields.count) { pairs in
                for (index, field) in fields.enumerated() {
                    let pair = nghttp2_nv(
                        name: base! + field.start, value: base! + field.start + field.nameLength,
                        namelen: field.nameLength, valuelen: field.valueLength, flags: 0)
                    (pairs.baseAddress! + index).initialize(to: pair)
                }
                return body(pairs.baseAddress, fields.count)
            }
        }
    }
}
