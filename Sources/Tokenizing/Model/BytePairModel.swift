internal import JSONCoding

/// The third stage: byte-pair encoding of one piece of text.
///
/// A piece starts as its symbols, one per byte in byte-level vocabularies and one per character otherwise. Then the two
/// neighbours whose merge has the lowest rank, the leftmost among equals, become one token, until none merge.
struct BytePairModel: Sendable {
    private let merges: MergeTable
    private let symbols: SymbolTable
    /// Replaces a character without a token; if nil, such a character is left out.
    private let unknownToken: Int32?
    private let fusesUnknown: Bool
    /// Whole pieces that are tokens, used without consulting merges.
    ///
    /// Keys are bytes as they appear in a piece.
    private let wholePieces: ByteKeyTable?
    /// Tokens that pieces of plain text must not become.
    private let specialIDs: Set<Int32>

    /// Up to this many symbols, scanning for the best merge beats a priority queue.
    private static let scanLimit = 48

    init(_ node: JSONNode, vocabulary: Vocabulary, isByteLevel: Bool, specialIDs: Set<Int32>) throws {
        symbols = try SymbolTable(node, vocabulary, isByteLevel: isByteLevel)
        merges = try Self.readMerges(node["merges"], vocabulary, prefixCount: symbols.continuationPrefix.count)
        fusesUnknown = try node["fuse_unk"].bool(default: false)
        let unknown = try node["unk_token"]
        unknownToken = unknown.isNull ? nil : vocabulary.id(of: try unknown.string().utf8)
        let ignoresMerges = try node["ignore_merges"].bool(default: false)
        wholePieces = ignoresMerges ? Self.pieceTable(vocabulary.modelTokens, isByteLevel: isByteLevel) : nil
        self.specialIDs = specialIDs
    }

    // MARK: Loading

    private static func pieceTable(_ tokens: ByteKeyTable, isByteLevel: Bool) -> ByteKeyTable {
        guard isByteLevel else { return tokens }
        var table = ByteKeyTable(minimumCapacity: tokens.count)
        tokens.forEach { token, id in
            if let piece = ByteLevelAlphabet.decode(Array(token)) { _ = table.insert(piece, id) }
        }
        return table
    }

    /// Merges are pairs of strings or, in older files, one string with a space between the two.
    ///
    /// - Parameter prefixCount: The number of bytes that mark the second token as not the first of a word; they are
    ///   dropped when merging.
    private static func readMerges(
        _ node: JSONNode, _ vocabulary: Vocabulary, prefixCount: Int
    ) throws -> MergeTable {
        guard case .array(let entries) = node.value else { throw node.wrongType("an array") }
        var table = MergeTable(capacity: entries.count)
        for (rank, entry) in entries.enumerated() {
            let here = { node.element(entry, rank) }
            if case .string(let line) = entry, line.utf8.starts(with: "#version".utf8) { continue }
            guard let (left, right) = pair(entry) else { throw here().malformed("must be a pair of tokens.") }
            func id(_ token: [UInt8]) throws -> Int32 {
                guard let id = vocabulary.modelID(of: token) else {
                    throw here().inconsistent(
                        "'\(String(decoding: token, as: UTF8.self))' is not in the vocabulary, so "
                            + "'\(String(decoding: left, as: UTF8.self))' and "
                            + "'\(String(decoding: right, as: UTF8.self))' cannot merge.")
                }
                return id
            }
            table.insert(
                try id(left), try id(right),
                MergeTable.Merge(rank: UInt32(rank), token: try id(left + right.dropFirst(prefixCount))))
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

    /// Buffers for the symbols of one piece, reused between pieces.
    struct Scratch {
        fileprivate var tokens: [Int32] = []
        /// Rank of the merge of symbol `i` with its right neighbour, or `none`.
        fileprivate var ranks: [UInt32] = []

        fileprivate static let none = UInt32.max
    }

    /// Appends the tokens of `text[piece]` to `ids`.
    ///
    /// - Parameters:
    ///   - continuesWord: Whether the piece continues a word begun by earlier tokens.
    ///   - isPlain: Whether the piece must not become a special token.
    func encode(
        _ text: [UInt8], _ piece: Range<Int>, continuesWord: Bool, isPlain: Bool, into ids: inout [Int32],
        _ scratch: inout Scratch
    ) {
        if let whole = wholePieces?.value(of: text[piece]), !isPlain || !specialIDs.contains(whole) {
            ids.append(whole)
            return
        }
        scratch.tokens.removeAll(keepingCapacity: true)
        var unknown = UnknownRun(token: unknownToken, fuses: fusesUnknown)
        symbols.append(text, piece, continuesWord: continuesWord, to: &scratch.tokens, &unknown)
        unknown.flush(into: &scratch.tokens)
        if scratch.tokens.count <= Self.scanLimit {
            mergeByScanning(&scratch)
            ids.append(contentsOf: scratch.tokens)
        } else {
            var queue = MergeQueue(scratch.tokens, merges)
            queue.run(into: &ids)
        }
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
