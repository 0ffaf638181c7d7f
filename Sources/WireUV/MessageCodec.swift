internal import Wire

// Stand-ins until the shared framing and status encoding arrive.

struct Deframer {
    let maxBytes: Int
    private var prefix: [UInt8] = []
    private var message: [UInt8] = []
    private var needed: Int?

    init(maxBytes: Int) { self.maxBytes = maxBytes }

    var partialBytes: Int { prefix.count + message.count }

    mutating func receive(_ bytes: UnsafeRawBufferPointer, _ deliver: ([UInt8]) -> Void) throws(RPCError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if needed == nil {
                let count = min(5 - prefix.count, rest.count)
                prefix.append(contentsOf: rest.prefix(count))
                rest = rest.dropFirst(count)
                guard prefix.count == 5 else { return }
                guard prefix[0] == 0 else {
                    throw RPCError(.unimplemented, "compressed messages are not supported; send them uncompressed")
                }
                let length = prefix[1...].reduce(0) { $0 << 8 | Int($1) }
                guard length <= maxBytes else {
                    throw RPCError(.resourceExhausted, "a message of \(length) bytes is over the limit of \(maxBytes)")
                }
                needed = length
            }
            let count = min(needed! - message.count, rest.count)
            message.append(contentsOf: rest.prefix(count))
            rest = rest.dropFirst(count)
            if message.count == needed {
                deliver(message)
                message = []
                prefix = []
                needed = nil
            }
        }
        if needed == 0 { deliver([]); prefix = []; needed = nil }
    }
}

enum StatusCodec {
    static func encodeMessage(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            if byte >= 0x20, byte <= 0x7E, byte != 0x25 {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                out += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return out
    }

    static func decodeMessage(_ text: String) -> String {
        var bytes: [UInt8] = []
        let input = Array(text.utf8)
        var index = 0
        while index < input.count {
            if input[index] == 0x25, index + 2 < input.count,
                let value = UInt8(String(decoding: input[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(input[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func parseTimeout(_ text: String) -> Duration? {
        guard let unit = text.last, text.count <= 9, let value = Int64(text.dropLast()), value >= 0 else { return nil }
        switch unit {
        case "H": return .seconds(value * 3600)
        case "M": return .seconds(value * 60)
        case "S": return .seconds(value)
        case "m": return .milliseconds(value)
        case "u": return .microseconds(value)
        case "n": return .nanoseconds(value)
        default: return nil
        }
    }
}
