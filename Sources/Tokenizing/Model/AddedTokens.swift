/// A token that is found in text before anything else happens to it.
struct AddedToken: Sendable {
    var id: Int32
    var content: String
    /// Left out of decoded text on request.
    var isSpecial: Bool
    /// Matches only where it is not part of a longer word.
    var isSingleWord: Bool
    /// Takes white space on its left, or right, with it.
    var stripsLeft: Bool
    var stripsRight: Bool
    /// Looked for in normalized text instead of the text as given.
    var isNormalized: Bool

    init(_ node: JSONNode) throws {
        let number = try node["id"].integer()
        content = try node["content"].string()
        guard number >= 0, number <= Vocabulary.maximumID else {
            throw node.inconsistent("token '\(content)' has id \(number), outside 0...\(Vocabulary.maximumID).")
        }
        id = Int32(number)
        isSpecial = try node["special"].bool(default: false)
        isSingleWord = try node["single_word"].bool(default: false)
        stripsLeft = try node["lstrip"].bool(default: false)
        stripsRight = try node["rstrip"].bool(default: false)
        isNormalized = try node["normalized"].bool(default: !isSpecial)
    }
}

/// Finds added tokens in text.
struct AddedTokenMatcher: Sendable {
    enum Part: Equatable {
        case token(Int32)
        case text(Range<Int>)
    }

    private let tokens: [AddedToken]
    /// A trie: the child of node `n` by byte `b` has key `n << 8 | b`.
    ///
    /// Node 0 is the root.
    private var children: [UInt32: UInt32] = [:]
    /// The token that ends at each node, as an index into `tokens`; -1 for none.
    private var ends: [Int32] = [-1]
    private var isFirstByte = [Bool](repeating: false, count: 256)

    /// - Parameter contents: What to look for, one for each token.
    init(_ tokens: [AddedToken], contents: [[UInt8]]) {
        self.tokens = tokens
        hasSpecialTokens = tokens.contains(where: \.isSpecial)
        for (index, content) in contents.enumerated() where !content.isEmpty {
            isFirstByte[Int(content[0])] = true
            let node = content.reduce(UInt32(0)) { child(of: $0, $1) }
            if ends[Int(node)] < 0 { ends[Int(node)] = Int32(index) }
        }
    }

    private mutating func child(of node: UInt32, _ byte: UInt8) -> UInt32 {
        if let child = children[node << 8 | UInt32(byte)] { return child }
        let child = UInt32(ends.count)
        ends.append(-1)
        children[node << 8 | UInt32(byte)] = child
        return child
    }

    /// Whether a special token is among those looked for.
    let hasSpecialTokens: Bool

    /// Cuts `text` at the tokens in it: the leftmost first, the longest where several begin, none overlapping.
    ///
    /// - Parameter plain: Where special tokens are text.
    func split(_ text: [UInt8], plain: PlainRanges = .none) -> [Part] {
        guard !tokens.isEmpty else { return text.isEmpty ? [] : [.text(text.indices)] }
        var parts: [Part] = []
        var end = 0
        var position = 0
        while position < text.count {
            guard isFirstByte[Int(text[position])],
                let (index, stop) = longestMatch(in: text, at: position, plain: plain)
            else {
                position += 1
                continue
            }
            let match = position..<stop
            position = stop
            // What is passed over hides shorter tokens in it, as in the reference implementation.
            if tokens[index].isSpecial, plain.overlaps(match) { continue }
            guard let range = claim(match, by: tokens[index], in: text, after: end) else { continue }
            if end < range.lowerBound { parts.append(.text(end..<range.lowerBound)) }
            parts.append(.token(tokens[index].id))
            end = range.upperBound
        }
        if end < text.count { parts.append(.text(end..<text.count)) }
        return parts
    }

    /// The longest token that begins at `start`; not a special one that is only partly within plain text, since what
    /// is written there could then take a piece of a token of its surroundings.
    private func longestMatch(in text: [UInt8], at start: Int, plain: PlainRanges) -> (index: Int, end: Int)? {
        var node: UInt32 = 0
        var found: (index: Int, end: Int)?
        for position in start..<text.count {
            guard let child = children[node << 8 | UInt32(text[position])] else { break }
            node = child
            let index = Int(ends[Int(node)])
            guard index >= 0, !tokens[index].isSpecial || !plain.crosses(start..<position + 1) else { continue }
            found = (index, position + 1)
        }
        return found
    }

    /// What a match covers once the token's flags have their say; nil where it does not count.
    private func claim(_ match: Range<Int>, by token: AddedToken, in text: [UInt8], after end: Int) -> Range<Int>? {
        if token.isSingleWord {
            if UTF8Scalar.last(text[..<match.lowerBound])?.isWordCharacter == true { return nil }
            if UTF8Scalar.first(text[match.upperBound...])?.isWordCharacter == true { return nil }
        }
        var lower = match.lowerBound
        while token.stripsLeft, let scalar = UTF8Scalar.last(text[..<lower]), scalar.isWhiteSpace, lower > end {
            lower -= UTF8.width(scalar)
        }
        var upper = match.upperBound
        while token.stripsRight, let scalar = UTF8Scalar.first(text[upper...]), scalar.isWhiteSpace {
            upper += UTF8.width(scalar)
        }
        return lower..<upper
    }
}
