import JSONCoding

/// The tokens a piece starts as: one for each of its bytes or characters.
struct SymbolTable: Sendable {
    /// Written before every symbol except a word's first; `wordSuffix` is written after its last. Both are usually
    /// empty.
    let continuationPrefix: [UInt8]
    private let wordSuffix: [UInt8]
    /// The tokens of single bytes in the byte-level alphabet; nil if symbols are characters or carry marks.
    private let byteTokens: [Int32?]?
    /// The tokens "<0x00>" to "<0xFF>", if characters without a token fall back to bytes.
    private let fallbackTokens: [Int32?]?
    /// Tokens of one character.
    private let characters: ByteKeyTable
    /// All tokens, if symbols carry marks.
    private let marked: ByteKeyTable?
    private let isByteLevel: Bool

    init(_ node: JSONNode, _ vocabulary: Vocabulary, isByteLevel: Bool) throws {
        self.isByteLevel = isByteLevel
        continuationPrefix = try Self.affix(node["continuing_subword_prefix"])
        wordSuffix = try Self.affix(node["end_of_word_suffix"])
        let isMarked = !continuationPrefix.isEmpty || !wordSuffix.isEmpty
        let fallsBack = try node["byte_fallback"].bool(default: false)
        fallbackTokens = fallsBack ? (0...255).map { vocabulary.modelID(of: ByteFallback.token(UInt8($0))) } : nil
        byteTokens =
            isByteLevel && !isMarked ? Self.spelledBytes.map { vocabulary.modelID(of: $0) } : nil
        marked = isMarked ? vocabulary.modelTokens : nil
        characters = isByteLevel || isMarked ? ByteKeyTable() : Self.characters(of: vocabulary.modelTokens)
    }

    /// The byte-level spelling of each byte.
    private static let spelledBytes = ByteLevelAlphabet.scalars.map { Array(String($0).utf8) }

    private static func affix(_ node: JSONNode) throws -> [UInt8] {
        node.isNull ? [] : Array(try node.string().utf8)
    }

    private static func characters(of tokens: ByteKeyTable) -> ByteKeyTable {
        var table = ByteKeyTable()
        tokens.forEach { token, id in
            guard let first = token.first, token.count == UTF8Scalar.length(leading: first) else { return }
            _ = table.insert(token, id)
        }
        return table
    }

    /// Appends the symbols of `text[piece]`.
    func append(
        _ text: [UInt8], _ piece: Range<Int>, continuesWord: Bool, to symbols: inout [Int32],
        _ unknown: inout UnknownRun
    ) {
        if let byteTokens {
            for byte in text[piece] {
                if let token = byteTokens[Int(byte)] {
                    unknown.flush(into: &symbols)
                    symbols.append(token)
                } else {
                    appendUnknown(Self.spelledBytes[Int(byte)][...], &symbols, &unknown)
                }
            }
            return
        }
        var index = piece.lowerBound
        while index < piece.upperBound {
            let end = isByteLevel ? index + 1 : min(index + UTF8Scalar.length(leading: text[index]), piece.upperBound)
            let character = isByteLevel ? Self.spelledBytes[Int(text[index])][...] : text[index..<end]
            let isFirst = index == piece.lowerBound && !continuesWord
            let symbol = marked == nil ? character : mark(character, isFirst: isFirst, isLast: end == piece.upperBound)
            if let token = (marked ?? characters).value(of: symbol) {
                unknown.flush(into: &symbols)
                symbols.append(token)
            } else {
                appendUnknown(symbol, &symbols, &unknown)
            }
            index = end
        }
    }

    private func mark(_ character: ArraySlice<UInt8>, isFirst: Bool, isLast: Bool) -> ArraySlice<UInt8> {
        ((isFirst ? [] : continuationPrefix) + character + (isLast ? wordSuffix : []))[...]
    }

    /// A symbol without a token becomes the tokens of its bytes if all of them exist, otherwise the unknown token.
    private func appendUnknown(
        _ symbol: ArraySlice<UInt8>, _ symbols: inout [Int32], _ unknown: inout UnknownRun
    ) {
        if let fallbackTokens {
            let tokens = symbol.compactMap { fallbackTokens[Int($0)] }
            if tokens.count == symbol.count {
                symbols.append(contentsOf: tokens)
                return
            }
        }
        unknown.add(into: &symbols)
    }
}
