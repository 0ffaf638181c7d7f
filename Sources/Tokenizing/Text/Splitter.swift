import JSONCoding
internal import Matching

/// Splits pieces at the matches of a pattern.
struct Splitter: Sendable {
    /// What happens to the matches.
    enum Behavior: String, Sendable {
        case removed = "Removed"
        case isolated = "Isolated"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
        case contiguous = "Contiguous"
    }

    private struct Part {
        var range: Range<Int>
        var isMatch: Bool
    }

    let pattern: TextPattern
    let behavior: Behavior
    /// Whether the gaps between the pattern's matches count as the matches.
    let isInverted: Bool

    init(pattern: TextPattern, behavior: Behavior, isInverted: Bool = false) {
        self.pattern = pattern
        self.behavior = behavior
        self.isInverted = isInverted
    }

    init(type: String, _ node: JSONNode) throws {
        switch type {
        case "Split":
            self.init(
                pattern: try TextPattern(node["pattern"]), behavior: try Self.behavior(node["behavior"]),
                isInverted: try node["invert"].bool(default: false))
        case "Digits":
            let isIndividual = try node["individual_digits"].bool(default: false)
            self.init(pattern: .characters(.numbers), behavior: isIndividual ? .isolated : .contiguous)
        case "Punctuation":
            let behavior = try node["behavior"]
            self.init(
                pattern: .characters(.punctuation),
                behavior: behavior.isNull ? .isolated : try Self.behavior(behavior))
        case "Whitespace":
            // `\w` as in Rust's regex crate, which includes joiners.
            let word = #"\w\x{200c}\x{200d}"#
            self.init(
                pattern: try .expression("[\(word)]+|[^\(word)\\s]+", node), behavior: .removed, isInverted: true)
        case "WhitespaceSplit": self.init(pattern: .characters(.whiteSpace), behavior: .removed)
        case "CharDelimiterSplit":
            self.init(pattern: .characters(.one(try Self.character(node["delimiter"]))), behavior: .removed)
        default:
            throw node.unsupported("pre-tokenizer '\(type)'", remedy: "Use one that the tokenizers library has.")
        }
    }

    private static func character(_ node: JSONNode) throws -> Unicode.Scalar {
        let scalars = try node.string().unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { throw node.malformed("must be one character.") }
        return first
    }

    private static func behavior(_ node: JSONNode) throws -> Behavior {
        guard let behavior = Behavior(rawValue: try node.string()) else {
            throw node.unsupported(
                "behavior '\(try node.string())'",
                remedy: "Use Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous.")
        }
        return behavior
    }

    func apply(_ pieces: inout PreTokenizer.Pieces, _ pass: EncodingPass) throws {
        let text = pieces.text.bytes
        var cut: [Range<Int>] = []
        cut.reserveCapacity(max(pieces.ranges.count, text.count / 4))
        for piece in pieces.ranges {
            if behavior == .isolated, case .expression(let expression) = pattern {
                try Self.isolate(expression, text, piece, pass, into: &cut)
            } else {
                cut.append(contentsOf: joined(try parts(of: text, piece, pass)).filter { !$0.isEmpty })
            }
        }
        pieces.ranges = cut
    }

    /// The common case, which needs no list of parts: every match and every gap is a piece.
    private static func isolate(
        _ expression: RegularExpression, _ text: [UInt8], _ piece: Range<Int>, _ pass: EncodingPass,
        into cut: inout [Range<Int>]
    ) throws {
        var end = piece.lowerBound
        do {
            try expression.forEachMatch(in: text, piece, deadline: pass.deadline) { match in
                if end < match.lowerBound { cut.append(end..<match.lowerBound) }
                if !match.isEmpty { cut.append(match) }
                end = match.upperBound
            }
        } catch {
            throw TokenizerError.patternTakesTooLong
        }
        if end < piece.upperBound { cut.append(end..<piece.upperBound) }
    }

    /// Matches and the gaps between them, covering the piece.
    private func parts(of text: [UInt8], _ piece: Range<Int>, _ pass: EncodingPass) throws -> [Part] {
        var parts: [Part] = []
        var end = piece.lowerBound
        for match in try pattern.matches(in: text, piece, pass.deadline) {
            if end < match.lowerBound { parts.append(Part(range: end..<match.lowerBound, isMatch: isInverted)) }
            parts.append(Part(range: match, isMatch: !isInverted))
            end = match.upperBound
        }
        if end < piece.upperBound { parts.append(Part(range: end..<piece.upperBound, isMatch: isInverted)) }
        return parts
    }

    private func joined(_ parts: [Part]) -> [Range<Int>] {
        switch behavior {
        case .removed: return parts.filter { !$0.isMatch }.map(\.range)
        case .isolated: return parts.map(\.range)
        case .mergedWithPrevious: return Self.merge(parts) { $0.isMatch && !$1 }
        case .contiguous: return Self.merge(parts) { $0.isMatch == $1 }
        case .mergedWithNext:
            // The same as with the previous one, but from the end.
            return Self.merge(parts.reversed()) { $0.isMatch && !$1 }.reversed()
        }
    }

    /// Joins a part to its predecessor where `joins(part, predecessor is a match)`.
    ///
    /// What comes before the first part counts as no match.
    private static func merge(_ parts: [Part], _ joins: (Part, Bool) -> Bool) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        var previousIsMatch = false
        for part in parts {
            if joins(part, previousIsMatch), let last = merged.popLast() {
                merged.append(
                    min(last.lowerBound, part.range.lowerBound)..<max(last.upperBound, part.range.upperBound))
            } else {
                merged.append(part.range)
            }
            previousIsMatch = part.isMatch
        }
        return merged
    }
}
