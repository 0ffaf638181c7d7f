/// The merges of a SentencePiece vocabulary, which has scores instead: of the pairs that neighbour each other, the one
/// whose union has the highest score is merged first.
///
/// Every way to cut a token into two tokens is a merge, in the order of scores; of the cuts of one token, the longer
/// left part comes first, as in transformers.
struct SentencePieceMerges {
    let pairs: [(left: String, right: String)]

    /// Cutting a token takes time that grows with the square of its length.
    private static let longestToken = 1024

    init(_ tokenizer: GGUFTokenizer) throws {
        let (metadata, tokens) = (tokenizer.metadata, tokenizer.tokens)
        let key = "tokenizer.ggml.scores"
        let scores = try metadata.required(key, metadata.numbers)
        guard scores.count == tokens.count, scores.allSatisfy(\.isFinite) else {
            throw GGUFFailure.invalid(
                metadata.file, "metadata key '\(key)' should have a finite number for each of \(tokens.count) tokens.")
        }
        let normal = tokens.indices.filter { tokenizer.kinds[$0] == .normal }
        let known = Set(normal.map { Array(tokens[$0].utf8) })
        var merges: [(score: Double, left: [UInt8], right: [UInt8])] = []
        for id in normal {
            let token = Array(tokens[id].utf8)
            guard token.count <= Self.longestToken else {
                throw GGUFFailure.invalid(
                    metadata.file, "token \(id) has \(token.count) bytes, and at most \(Self.longestToken) are read.")
            }
            for cut in token.indices.dropFirst().reversed() where !Self.continuesCharacter(token[cut]) {
                let (left, right) = (Array(token[..<cut]), Array(token[cut...]))
                if known.contains(left), known.contains(right) { merges.append((scores[id], left, right)) }
            }
        }
        let order = merges.indices.sorted { (merges[$0].score, $1) > (merges[$1].score, $0) }
        pairs = order.map {
            (String(decoding: merges[$0].left, as: UTF8.self), String(decoding: merges[$0].right, as: UTF8.self))
        }
    }

    private static func continuesCharacter(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
