/// Learns the merges of a byte-level vocabulary from texts.
///
/// Texts are split into pieces; within pieces, the most frequent pair of neighbouring tokens becomes a token,
/// repeatedly. Among equally frequent pairs, the one whose bytes come first in byte order is taken, so the same texts
/// give the same merges. Pairs that occur only once are not merged.
///
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units" (ACL 2016), over
/// bytes as in GPT-2.
struct BytePairTrainer {
    /// A pair of tokens, by number.
    struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    /// The bytes of each token: first the 256 bytes, then forced tokens, then merged ones.
    private(set) var tokens: [[UInt8]]
    private(set) var merges: [Pair] = []

    private var numbers: [[UInt8]: Int]
    private var pieces: [(symbols: [Int], count: Int)] = []
    private var pairCounts: [Pair: Int] = [:]
    /// The pieces in which each pair occurs, or once did.
    private var places: [Pair: Set<Int>] = [:]

    private static let minimumCount = 2

    /// - Parameters:
    ///   - forced: Tokens to include in any case; single bytes among them are already included.
    ///   - pieces: Pieces of the texts and how often each occurs.
    init(forced: [[UInt8]], pieces: [[UInt8]: Int]) {
        tokens = (UInt8.min...UInt8.max).map { [$0] }
        numbers = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        for token in forced where numbers[token] == nil {
            numbers[token] = tokens.count
            tokens.append(token)
        }
        for (piece, count) in pieces where numbers[piece] == nil {
            addPiece(piece.map { Int($0) }, count)
        }
    }

    /// Merges until there are `size` tokens, or no pair occurs twice.
    mutating func run(size: Int) {
        while tokens.count < size, let best = mostFrequentPair() { merge(best) }
    }

    private mutating func addPiece(_ symbols: [Int], _ count: Int) {
        for pair in zip(symbols, symbols.dropFirst()) {
            let pair = Pair(left: pair.0, right: pair.1)
            pairCounts[pair, default: 0] += count
            places[pair, default: []].insert(pieces.count)
        }
        pieces.append((symbols, count))
    }

    private func mostFrequentPair() -> Pair? {
        var best: (pair: Pair, count: Int)?
        for (pair, count) in pairCounts where count >= Self.minimumCount {
            guard let current = best else {
                best = (pair, count)
                continue
            }
            if count > current.count || count == current.count && precedes(pair, current.pair) { best = (pair, count) }
        }
        return best?.pair
    }

    private func precedes(_ a: Pair, _ b: Pair) -> Bool {
        let left = tokens[a.left], other = tokens[b.left]
        if left != other { return left.lexicographicallyPrecedes(other) }
        return tokens[a.right].lexicographicallyPrecedes(tokens[b.right])
    }

    private mutating func merge(_ pair: Pair) {
        let bytes = tokens[pair.left] + tokens[pair.right]
        // A forced token may be the result of merging two others.
        let token = numbers[bytes] ?? tokens.count
        if token == tokens.count {
            numbers[bytes] = token
            tokens.append(bytes)
        }
        merges.append(pair)
        for place in places.removeValue(forKey: pair) ?? [] { replace(pair, by: token, in: place) }
        pairCounts[pair] = nil
    }

    private mutating func replace(_ pair: Pair, by token: Int, in place: Int) {
        let (symbols, count) = pieces[place]
        var merged: [Int] = []
        var index = 0
        while index < symbols.count {
            if index + 1 < symbols.count, symbols[index] == pair.left, symbols[index + 1] == pair.right {
                merged.append(token)
                index += 2
            } else {
                merged.append(symbols[index])
                index += 1
            }
        }
        for neighbours in zip(symbols, symbols.dropFirst()) {
            let old = Pair(left: neighbours.0, right: neighbours.1)
            if let rest = pairCounts[old] { pairCounts[old] = rest > count ? rest - count : nil }
        }
        for neighbours in zip(merged, merged.dropFirst()) {
            let new = Pair(left: neighbours.0, right: neighbours.1)
            guard new != pair else { continue }
            pairCounts[new, default: 0] += count
            places[new, default: []].insert(place)
        }
        pieces[place].symbols = merged
    }
}
