/// What each token looks like inside a text, computed once when a tokenizer is loaded.
public struct TokenTextTable: Sendable {
    private struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        static let known = Flags(rawValue: 1)
        static let special = Flags(rawValue: 2)
        static let fallbackByte = Flags(rawValue: 4)
        static let newline = Flags(rawValue: 8)
        static let blankLine = Flags(rawValue: 16)
    }

    private var flags: [Flags] = []
    private var text: [UInt8] = []
    private var starts: [Int32] = [0]

    init(_ vocabulary: Vocabulary, _ decoder: TokenDecoder, specialIDs: Set<Int32>) {
        flags.reserveCapacity(vocabulary.size)
        starts.reserveCapacity(vocabulary.size + 1)
        for id in 0..<Int32(vocabulary.size) {
            let token = vocabulary.token(id).map(Array.init)
            append(token, decoder, isSpecial: specialIDs.contains(id))
        }
    }

    private mutating func append(_ token: [UInt8]?, _ decoder: TokenDecoder, isSpecial: Bool) {
        var flag: Flags = isSpecial ? [.known, .special] : .known
        if let token {
            let start = text.count
            if let byte = decoder.fallbackByte(of: token) {
                flag.insert(.fallbackByte)
                text.append(byte)
            } else {
                text.append(contentsOf: decoder.text(of: token, isFirst: false))
            }
            flag.formUnion(Self.lineFlags(text[start...]))
        } else {
            flag = []
        }
        flags.append(flag)
        starts.append(Int32(text.count))
    }

    private static func lineFlags(_ bytes: ArraySlice<UInt8>) -> Flags {
        let newline = UInt8(ascii: "\n")
        guard bytes.contains(newline) else { return [] }
        let hasTwo = zip(bytes, bytes.dropFirst()).contains { $0 == newline && $1 == newline }
        return hasTwo ? [.newline, .blankLine] : .newline
    }

    /// One more than the highest id.
    public var count: Int { flags.count }

    /// The bytes a token adds to a text; empty for ids that name no token.
    public func bytes(of id: Int32) -> ArraySlice<UInt8> {
        guard isKnown(id) else { return [] }
        return text[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])]
    }

    public func isKnown(_ id: Int32) -> Bool { has(id, .known) }

    /// Whether the token is a marker such as an end of text, which decoding can leave out.
    public func isSpecial(_ id: Int32) -> Bool { has(id, .special) }

    /// Whether the token's text contains "\n".
    public func containsNewline(_ id: Int32) -> Bool { has(id, .newline) }

    /// Whether the token's text contains "\n\n", which ends a reasoning step.
    public func containsBlankLine(_ id: Int32) -> Bool { has(id, .blankLine) }

    func isFallbackByte(_ id: Int32) -> Bool { has(id, .fallbackByte) }

    private func has(_ id: Int32, _ flag: Flags) -> Bool {
        id >= 0 && id < flags.count && flags[Int(id)].contains(flag)
    }
}
