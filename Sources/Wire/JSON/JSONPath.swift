internal import JSONCoding

/// The reader's position in a JSON document, formatted only when a problem is reported.
struct JSONPath: CustomStringConvertible {
    enum Part {
        case field(String)
        case index(Int)
        /// A map key.
        case key(String)
    }

    private var parts: [Part] = []

    mutating func append(_ part: Part) { parts.append(part) }

    mutating func removeLast() { parts.removeLast() }

    mutating func replaceLast(_ part: Part) { parts[parts.count - 1] = part }

    /// `messages[2].content`, `metrics["a b"]`.
    var description: String {
        var text = ""
        for part in parts {
            switch part {
            case .field(let name) where Self.isPlain(name): text += text.isEmpty ? name : "." + name
            case .index(let index): text += "[\(index)]"
            case .field(let name), .key(let name):
                text += "[\(JSONValue.string(name.clipped(to: Self.nameLimit)).compact)]"
            }
        }
        return text
    }

    private static let nameLimit = 64

    /// Whether a name can appear without quotes: names, too, are untrusted.
    private static func isPlain(_ name: String) -> Bool {
        (1...nameLimit).contains(name.utf8.count) && name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}

extension String {
    /// The text, truncated if longer. Scalars are counted because one character may have any number of them.
    func clipped(to limit: Int) -> String {
        unicodeScalars.dropFirst(limit).isEmpty ? self : String(unicodeScalars.prefix(limit)) + "..."
    }
}
