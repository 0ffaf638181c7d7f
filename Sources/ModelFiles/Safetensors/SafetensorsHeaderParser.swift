/// Reads the JSON of a safetensors header: one object of tensors, each an object of three known fields.
struct SafetensorsHeaderParser {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    /// The tensor whose description is being read, for messages.
    private var tensor: String?

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    mutating func parse() throws -> (entries: [SafetensorsHeader.Entry], metadata: [String: String]) {
        guard bytes.first == UInt8(ascii: "{") else { throw malformed("does not start with '{'") }
        var entries: [SafetensorsHeader.Entry] = []
        var metadata: [String: String]?
        try object { parser, key in
            if key == "__metadata__" {
                guard metadata == nil else { throw parser.malformed("has two __metadata__ objects") }
                metadata = try parser.textMap()
            } else {
                entries.append(try parser.entry(named: key))
            }
        }
        skipSpace()
        guard position == bytes.count else { throw malformed("goes on after its closing '}'") }
        return (entries, metadata ?? [:])
    }

    // MARK: Parts of the format

    private mutating func textMap() throws -> [String: String] {
        var map: [String: String] = [:]
        try object { parser, key in
            guard map.updateValue(try parser.string(), forKey: key) == nil else {
                throw parser.malformed("has '\(key)' twice in its __metadata__")
            }
        }
        return map
    }

    private mutating func entry(named name: String) throws -> SafetensorsHeader.Entry {
        tensor = name
        defer { tensor = nil }
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?
        try object { parser, key in
            switch key {
            case "dtype" where dtype == nil: dtype = try parser.string()
            case "shape" where shape == nil: shape = try parser.numbers()
            case "data_offsets" where offsets == nil: offsets = try parser.numbers()
            default: throw parser.malformed("has an unknown or repeated field '\(key)'")
            }
        }
        guard let dtype, let shape, let offsets else { throw malformed("lacks dtype, shape or data_offsets") }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw malformed("has data_offsets \(offsets); they should be its start and its end")
        }
        let range = offsets[0]..<offsets[1]
        let entry = SafetensorsHeader.Entry(name: name, dtype: dtype, shape: shape, range: range)
        if let format = entry.format, Self.byteCount(shape, format) != range.count {
            throw malformed("has shape \(shape) of \(dtype), and \(range.count) bytes, which do not agree")
        }
        return entry
    }

    /// Nil on overflow.
    private static func byteCount(_ shape: [Int], _ format: StoredFormat) -> Int? {
        var count = format.byteCount
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    // MARK: Parts of JSON

    /// Reads `{ key: value, ... }`; the closure reads each value.
    private mutating func object(_ value: (inout Self, String) throws -> Void) throws {
        try expect("{")
        if try take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try value(&self, key)
        } while try take(",")
        try expect("}")
    }

    /// Reads `[n, ...]`: whole numbers, not negative, and not far more of them than a tensor has dimensions.
    private mutating func numbers() throws -> [Int] {
        try expect("[")
        if try take("]") { return [] }
        var numbers: [Int] = []
        repeat {
            guard numbers.count < 32 else { throw malformed("has a list of more than 32 numbers") }
            numbers.append(try number())
        } while try take(",")
        try expect("]")
        return numbers
    }

    private mutating func number() throws -> Int {
        skipSpace()
        let start = position
        var number = 0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw malformed("has a number that is too large") }
            number = sum
            position += 1
        }
        let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
        guard position > start, !hasLeadingZero else {
            throw malformed("has something else at byte \(start) where a whole number belongs")
        }
        return number
    }

    private mutating func string() throws -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw malformed("has a string that is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw malformed("has a control character in a string")
            default: text.append(byte)
            }
        }
        throw malformed("ends within a string")
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escape() throws -> [UInt8] {
        guard let byte = peek() else { throw malformed("ends within a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try unicodeEscape()).utf8)
        default: throw malformed("has an unknown escape in a string")
        }
    }

    /// The four digits after `\u`, and a second such group where the first is half of a pair.
    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek() == UInt8(ascii: "\\") else { throw malformed("has half a surrogate pair") }
        position += 1
        guard peek() == UInt8(ascii: "u") else { throw malformed("has half a surrogate pair") }
        position += 1
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw malformed("has half a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed("has an incomplete \\u escape")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    /// Takes a punctuation mark if it comes next.
    private mutating func take(_ mark: Unicode.Scalar) throws -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws {
        guard try take(mark) else { throw malformed("has no '\(mark)' at byte \(position) of it, where one belongs") }
    }

    private func malformed(_ what: String) -> PolicyError {
        let subject = tensor.map { "tensor '\($0)' of the safetensors header" } ?? "the safetensors header"
        return PolicyError(.malformed, "\(file): \(subject) \(what). Write or download the file again.")
    }
}
