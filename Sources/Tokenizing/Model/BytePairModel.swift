internal import JSONReading

/// The third stage: byte-pair encoding of one piece of text.
///
/// A piece starts as its symbols, one per byte in byte-level vocabularies and one per character otherwise. Then the
/// two neighbours whose merge has the lowest rank, the leftmost among equals, become one token, until none merge.
struct BytePairModel: Sendable {
    private let merges: MergeTable
    /// The token of each single byte in the byte-level alphabet, or nil where symbols are characters.
    private let byteTokens: [Int32?]?
    /// The tokens "<0x00>" to "<0xFF>", all of them, where unknown characters fall back to bytes.
    private let fallbackTokens: [Int32?]?
    private let unknownToken: Int32?
    private let fusesUnknown: Bool
    /// Whole pieces that are tokens, taken without looking at merges.
    ///
    /// Keys are bytes as they appear in a piece.
    private let wholePieces: ByteKeyTable?
    private let characters: ByteKeyTable

    /// Up to this many symbols a scan for the best merge beats a priority queue.
    private static let scanLimit = 48

    init(_ node: JSONNode, vocabulary: Vocabulary, isByteLevel: Bool) throws {
        try Self.refuseUnsupported(node)
        merges = try Self.readMerges(node["merges"], vocabulary)
        fusesUnknown = try node["fuse_unk"].bool(default: false)
        unknownToken = try Self.unknownToken(node["unk_token"], vocabulary)
        let fallsBack = try node["byte_fallback"].bool(default: false)
        fallbackTokens = fallsBack ? (0...255).map { vocabulary.id(of: ByteFallback.token(UInt8($0))) } : nil
        byteTokens = isByteLevel ? ByteLevelAlphabet.scalars.map { vocabulary.id(of: Array(String($0).utf8)) } : nil
        let ignoresMerges = try node["ignore_merges"].bool(default: false)
        let tokens = try Self.modelTokens(node["vocab"])
        wholePieces = ignoresMerges ? Self.pieceTable(tokens, isByteLevel: isByteLevel) : nil
        characters = Self.characterTable(isByteLevel ? [] : tokens)
    }

    // MARK: Loading

    private static func refuseUnsupported(_ node: JSONNode) throws {
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            let affix = try node[key]
            if !affix.isNull, try !affix.string().isEmpty { throw node.unsupported("\(key) '\(try affix.string())'") }
        }
        switch try node["dropout"].value {
        case .null, .integer(0), .number(0): break
        default: throw node.unsupported("dropout")
        }
    }

    private static func unknownToken(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> Int32? {
        guard !node.isNull else { return nil }
        let token = try node.string()
        guard let id = vocabulary.id(of: token.utf8) else {
            throw node.inconsistent("'\(token)' is not in the vocabulary.")
        }
        return id
    }

    private static func modelTokens(_ node: JSONNode) throws -> [(token: [UInt8], id: Int32)] {
        try node.members().map { member in
            guard case .integer(let id) = member.value else {
                throw node.malformed("must map tokens to whole numbers.")
            }
            return (Array(member.key.utf8), Int32(id))
        }
    }

    private static func pieceTable(_ tokens: [(token: [UInt8], id: Int32)], isByteLevel: Bool) -> ByteKeyTable {
        var table = ByteKeyTable(minimumCapacity: tokens.count)
        for (token, id) in tokens {
            guard let piece = isByteLevel ? ByteLevelAlphabet.decode(token) : token else { continue }
            _ = table.insert(piece, id)
        }
        return table
    }

    private static func characterTable(_ tokens: [(token: [UInt8], id: Int32)]) -> ByteKeyTable {
        var table = ByteKeyTable()
        for (token, id) in tokens where token.count == UTF8Scalar.length(leading: token[0]) {
            _ = table.insert(token, id)
        }
        return table
    }

    /// Merges are pairs of strings, or in older files one string with a space between the two.
    private static func readMerges(_ node: JSONNode, _ vocabulary: Vocabulary) throws -> MergeTable {
        guard case .array(let entries) = node.value else { throw node.wrongType("an array") }
        var table = MergeTable(capacity: entries.count)
        for (rank, entry) in entries.enumerated() {
            let here = { node.child(entry, "\(node.path)[\(rank)]") }
            guard let (left, right) = pair(entry) else { throw here().malformed("must be a pair of tokens.") }
            func id(_ token: [UInt8]) throws -> Int32 {
                guard let id = vocabulary.id(of: token) else {
                    throw here().inconsistent(
                        "'\(String(decoding: token, as: UTF8.self))' is not in the vocabulary, so "
                            + "'\(String(decoding: left, as: UTF8.self))' and "
                            + "'\(String(decoding: right, as: UTF8.self))' cannot merge.")
                }
                return id
            }
            table.insert(
                try id(left), try id(right), MergeTable.Merge(rank: UInt32(rank), token: try id(left + right)))
        }
        return table
    }

    private static func pair(_ entry: JSONValue) -> (left: [UInt8], right: [UInt8])? {
        switch entry {
        case .array(let tokens):
            guard tokens.count == 2, case .string(let left) = tokens[0], case .string(let right) = tokens[1] else {
                return nil
            }
            return (Array(left.utf8), Array(right.utf8))
        case .string(let text):
            let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            return parts.count == 2 ? (Array(parts[0]), Array(parts[1])) : nil
        default: return nil
        }
    }

    // MARK: Encoding

    /// Room for the symbols of one piece, kept between pieces.
    struct Scratch {
        fileprivate var tokens: [Int32] = []
        /// Rank of the merge of symbol `i` with its right neighbour, or `none`.
        fileprivate var ranks: [UInt32] = []

        fileprivate static let none = UInt32.max
    }

    /// Appends the tokens of `text[piece]` to `ids`.
    func encode(_ text: [UInt8], _ piece: Range<Int>, into ids: inout [Int32], _ scratch: inout Scratch) {
        if let whole = wholePieces?.value(of: text[piece]) {
            ids.append(whole)
            return
        }
        scratch.tokens.removeAll(keepingCapacity: true)
        if byteTokens != nil {
            appendByteSymbols(text, piece, &scratch.tokens)
        } else {
            appendCharacterSymbols(text, piece, &scratch.tokens)
        }
        if scratch.tokens.count <= Self.scanLimit {
            mergeByScanning(&scratch)
            ids.append(contentsOf: scratch.tokens)
        } else {
            var queue = MergeQueue(scratch.tokens, merges)
            queue.run(into: &ids)
        }
    }

    private func appendByteSymbols(_ text: [UInt8], _ piece: Range<Int>, _ symbols: inout [Int32]) {
        guard let byteTokens else { return }
        var unknown = UnknownRun(token: unknownToken, fuses: fusesUnknown)
        for index in piece {
            let byte = Int(text[index])
            if let token = byteTokens[byte] {
                unknown.flush(into: &symbols)
                symbols.append(token)
            } else {
                appendUnknown(Array(String(ByteLevelAlphabet.scalars[byte]).utf8)[...], &unknown, &symbols)
            }
        }
        unknown.flush(into: &symbols)
    }

    private func appendCharacterSymbols(_ text: [UInt8], _ piece: Range<Int>, _ symbols: inout [Int32]) {
        var unknown = UnknownRun(token: unknownToken, fuses: fusesUnknown)
        var index = piece.lowerBound
        while index < piece.upperBound {
            let end = min(index + UTF8Scalar.length(leading: text[index]), piece.upperBound)
            if let token = characters.value(of: text[index..<end]) {
                unknown.flush(into: &symbols)
                symbols.append(token)
            } else {
                appendUnknown(text[index..<end], &unknown, &symbols)
            }
            index = end
        }
        unknown.flush(into: &symbols)
    }

    /// A character without a token becomes the tokens of its bytes if there are all of them, else the unknown token,
    /// else nothing.
    private func appendUnknown(_ character: ArraySlice<UInt8>, _ unknown: inout UnknownRun, _ symbols: inout [Int32]) {
        if let fallbackTokens {
            let tokens = character.compactMap { fallbackTokens[Int($0)] }
            if tokens.count == character.count {
                symbols.append(contentsOf: tokens)
                return
            }
        }
        unknown.add(into: &symbols)
    }

    private func rank(_ tokens: [Int32], _ index: Int) -> UInt32 {
        index + 1 < tokens.count ? merges.merge(tokens[index], tokens[index + 1])?.rank ?? Scratch.none : Scratch.none
    }

    private func mergeByScanning(_ scratch: inout Scratch) {
        scratch.ranks.removeAll(keepingCapacity: true)
        for index in scratch.tokens.indices { scratch.ranks.append(rank(scratch.tokens, index)) }
        while true {
            var best = 0
            var bestRank = Scratch.none
            for index in scratch.ranks.indices where scratch.ranks[index] < bestRank {
                best = index
                bestRank = scratch.ranks[index]
            }
            guard bestRank != Scratch.none,
                let merge = merges.merge(scratch.tokens[best], scratch.tokens[best + 1])
            else { return }
            scratch.tokens[best] = merge.token
            scratch.tokens.remove(at: best + 1)
            scratch.ranks.remove(at: best + 1)
            scratch.ranks[best] = rank(scratch.tokens, best)
            if best > 0 { scratch.ranks[best - 1] = rank(scratch.tokens, best - 1) }
        }
    }
}

/// Unknown characters in a row, which some models write as one unknown token.
///
/// The run is written when the next known character arrives, so byte-fallback tokens in between come before it, as in
/// the reference implementation.
private struct UnknownRun {
    let token: Int32?
    let fuses: Bool
    private var isPending = false

    init(token: Int32?, fuses: Bool) {
        self.token = token
        self.fuses = fuses
    }

    mutating func add(into symbols: inout [Int32]) {
        if isPending, !fuses { flush(into: &symbols) }
        isPending = true
    }

    mutating func flush(into symbols: inout [Int32]) {
        guard isPending else { return }
        if let token { symbols.append(token) }
        isPending = false
    }
}
