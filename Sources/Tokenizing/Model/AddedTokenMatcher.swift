internal import Matching

/// Finds added tokens in text.
struct AddedTokenMatcher: Sendable {
    enum Part: Equatable {
        case token(Int32)
        case text(Range<Int>)
    }

    private let patterns: [AddedTokens.Pattern]
    private let tokens: [AddedToken]
    /// A trie: the child of node `n` by byte `b` has key `n << 8 | b`.
    ///
    /// Node 0 is the root.
    private var children: [UInt64: Int32] = [:]
    /// The token that ends at each node, as an index into `tokens`; -1 for none.
    private var ends: [Int32] = [-1]
    private var isFirstByte = [Bool](repeating: false, count: 256)
    /// Whether any of the tokens is special.
    let hasSpecialTokens: Bool

    /// Steps through the trie between two checks of the deadline.
    private static let stepsPerCheck = 1 << 20

    /// - Parameters:
    ///   - tokens: The token of each pattern, for its flags.
    ///   - contents: The bytes to look for, for each pattern.
    init(patterns: [AddedTokens.Pattern], tokens: [AddedToken], contents: [[UInt8]]) {
        self.patterns = patterns
        self.tokens = tokens
        hasSpecialTokens = patterns.contains(where: \.isSpecial)
        for (index, content) in contents.enumerated() where !content.isEmpty {
            isFirstByte[Int(content[0])] = true
            let node = content.reduce(Int32(0)) { child(of: $0, $1) }
            if ends[Int(node)] < 0 { ends[Int(node)] = Int32(index) }
        }
    }

    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(node) << 8 | UInt64(byte) }

    private mutating func child(of node: Int32, _ byte: UInt8) -> Int32 {
        if let child = children[Self.key(node, byte)] { return child }
        let child = Int32(ends.count)
        ends.append(-1)
        children[Self.key(node, byte)] = child
        return child
    }

    /// Splits `text` at the tokens in it: the leftmost first, the longest if several begin at one place, none
    /// overlapping.
    ///
    /// - Parameter plain: Where special tokens are read as text.
    func split(_ text: [UInt8], plain: PlainRanges = .none, _ deadline: SearchDeadline) -> [Part] {
        guard !tokens.isEmpty else { return text.isEmpty ? [] : [.text(text.indices)] }
        var parts: [Part] = []
        var end = 0, position = 0, steps = 0
        var space = SpaceRuns(text)
        while position < text.count {
            guard isFirstByte[Int(text[position])],
                let (index, stop) = longestMatch(in: text, at: position, plain: plain, &steps)
            else {
                position += 1
                continue
            }
            if steps >= Self.stepsPerCheck {
                steps = 0
                // Only a maliciously crafted file gets here; the rest is treated as text.
                guard deadline.isAhead else { break }
            }
            let match = position..<stop
            position = stop
            // A skipped match hides shorter tokens inside it, as in the reference implementation.
            if patterns[index].isSpecial, plain.overlaps(match) { continue }
            guard let range = claim(match, by: tokens[index], in: text, after: end, &space) else { continue }
            if end < range.lowerBound { parts.append(.text(end..<range.lowerBound)) }
            parts.append(.token(patterns[index].id))
            end = range.upperBound
        }
        if end < text.count { parts.append(.text(end..<text.count)) }
        return parts
    }

    /// The longest token that begins at `start`; not a special one that is only partly within plain text, since text
    /// written there could then absorb part of a token around it.
    private func longestMatch(
        in text: [UInt8], at start: Int, plain: PlainRanges, _ steps: inout Int
    ) -> (index: Int, end: Int)? {
        var node: Int32 = 0
        var found: (index: Int, end: Int)?
        for position in start..<text.count {
            guard let child = children[Self.key(node, text[position])] else { break }
            node = child
            steps += 1
            let index = Int(ends[Int(node)])
            guard index >= 0, !patterns[index].isSpecial || !plain.crosses(start..<position + 1) else { continue }
            found = (index, position + 1)
        }
        return found
    }

    /// The range a match covers after applying the token's flags; nil if it does not count: inside a word, or if the
    /// previous token took all of it as white space.
    private func claim(
        _ match: Range<Int>, by token: AddedToken, in text: [UInt8], after end: Int, _ space: inout SpaceRuns
    ) -> Range<Int>? {
        if token.isSingleWord {
            if UTF8Scalar.last(text[..<match.lowerBound])?.isWordCharacter == true { return nil }
            if UTF8Scalar.first(text[match.upperBound...])?.isWordCharacter == true { return nil }
        }
        var lower = match.lowerBound
        if token.stripsLeft {
            while lower > end, let scalar = UTF8Scalar.last(text[..<lower]), scalar.isWhiteSpace {
                lower -= UTF8.width(scalar)
            }
            lower = max(lower, end)
        }
        let upper = token.stripsRight ? space.end(after: match.upperBound) : match.upperBound
        return lower < upper ? lower..<upper : nil
    }
}

/// Finds where runs of white space end; remembers the last one, for tokens that are white space themselves.
private struct SpaceRuns {
    private let text: [UInt8]
    private var run = 0..<0

    init(_ text: [UInt8]) { self.text = text }

    mutating func end(after start: Int) -> Int {
        if run.contains(start) { return run.upperBound }
        var end = start
        while let scalar = UTF8Scalar.first(text[end...]), scalar.isWhiteSpace { end += UTF8.width(scalar) }
        run = start..<end
        return end
    }
}
