/// The text of each token inside a sequence, computed once when a tokenizer is loaded.
public struct TokenTextTable: Sendable {
    private struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        static let known = Flags(rawValue: 1)
        static let special = Flags(rawValue: 2)
    }

    private var flags: [Flags] = []
    private var text: [UInt8] = []
    private var starts: [Int32] = [0]
    /// The input of the rules that depend on neighbours, for tokens whose text these rules change.
    private var ruledTexts: [Int32: [UInt8]] = [:]

    /// - Parameter otherContents: What tokens are decoded from, if it differs from their spelling in the file.
    init(
        _ vocabulary: Vocabulary, _ decoder: TokenDecoder, specialContents: Set<[UInt8]>,
        otherContents: [Int32: [UInt8]]
    ) throws {
        flags.reserveCapacity(vocabulary.size)
        starts.reserveCapacity(vocabulary.size + 1)
        let pass = EncodingPass(forBytes: vocabulary.byteCount)
        for id in 0..<Int32(vocabulary.size) {
            var flag: Flags = []
            if let token = otherContents[id] ?? vocabulary.token(id).map(Array.init) {
                flag = specialContents.contains(token) ? [.known, .special] : .known
                try append(token, id, decoder, pass)
            }
            flags.append(flag)
            starts.append(Int32(text.count))
        }
    }

    private mutating func append(
        _ token: [UInt8], _ id: Int32, _ decoder: TokenDecoder, _ pass: EncodingPass
    ) throws {
        let ruled = try decoder.text(of: token, isFirst: false, pass)
        let own = try decoder.textInside(ruled, pass)
        if own != ruled { ruledTexts[id] = ruled }
        text.append(contentsOf: own)
        guard text.count <= TokenDecoder.tableLimit else {
            throw TokenizerError(
                code: .limit, file: "tokenizer.json",
                message: "its decoder makes more than \(TokenDecoder.tableLimit) bytes of all tokens together.")
        }
    }

    /// One more than the highest id.
    public var count: Int { flags.count }

    /// The bytes a token adds to a text; empty for ids that name no token.
    public func bytes(of id: Int32) -> ArraySlice<UInt8> {
        guard isKnown(id) else { return [] }
        return text[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])]
    }

    public func isKnown(_ id: Int32) -> Bool { has(id, .known) }

    /// Whether the token is a marker, such as an end of text, which decoding can leave out.
    public func isSpecial(_ id: Int32) -> Bool { has(id, .special) }

    /// The input of the rules that depend on neighbours, for a token.
    func ruledText(of id: Int32) -> ArraySlice<UInt8> {
        ruledTexts.isEmpty ? bytes(of: id) : ruledTexts[id]?[...] ?? bytes(of: id)
    }

    private func has(_ id: Int32, _ flag: Flags) -> Bool {
        id >= 0 && id < flags.count && flags[Int(id)].contains(flag)
    }
}
