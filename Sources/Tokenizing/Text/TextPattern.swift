import JSONCoding
internal import Matching

/// What a normalizer, pre-tokenizer or decoder looks for: an exact string, a regular expression, or single characters.
enum TextPattern: Sendable {
    case literal(LiteralPattern)
    case expression(RegularExpression)
    case characters(CharacterClass)

    /// Reads `{"String": …}` or `{"Regex": …}`.
    init(_ node: JSONNode) throws {
        let text = try node["String"], expression = try node["Regex"]
        if !text.isNull {
            let bytes = Array(try text.string().utf8)
            // The empty string is found before every character and at the end.
            self = bytes.isEmpty ? try Self.expression("", text) : .literal(LiteralPattern(bytes))
        } else {
            self = try Self.expression(try expression.string(), expression)
        }
    }

    /// A regular expression in the dialect of tokenizer.json; `node` is where it occurs.
    static func expression(_ pattern: String, _ node: JSONNode) throws -> TextPattern {
        do {
            return .expression(try RegularExpression(try RegularExpressionDialect.translate(pattern)))
        } catch {
            throw node.malformed(
                "cannot be used as a regular expression: \(error.message). Write it in another way.")
        }
    }

    /// The matches in `text[range]`, ascending and without overlap; none in an empty text, as in the reference
    /// implementation.
    func matches(in text: [UInt8], _ range: Range<Int>, _ deadline: SearchDeadline) throws -> [Range<Int>] {
        var found: [Range<Int>] = []
        if range.isEmpty { return found }
        switch self {
        case .literal(let literal): literal.forEachMatch(in: text, range) { found.append($0) }
        case .expression(let expression):
            do {
                try expression.forEachMatch(in: text, range, deadline: deadline) { found.append($0) }
            } catch {
                throw TokenizerError.patternTakesTooLong
            }
        case .characters(let kind):
            UTF8Scalar.forEach(in: text, range) { scalar, place in
                if kind.contains(scalar) { found.append(place) }
            }
        }
        return found
    }

    /// `text` with each match replaced by `content`.
    func replace(in text: [UInt8], with content: [UInt8], _ pass: EncodingPass) throws -> [UInt8] {
        var staged = StagedText(text, pass.place)
        try replace(in: &staged, with: content, pass)
        return staged.bytes
    }

    func replace(in text: inout StagedText, with content: [UInt8], _ pass: EncodingPass) throws {
        let found = try matches(in: text.bytes, text.bytes.indices, pass.deadline)
        guard !found.isEmpty else { return }
        let (growth, overflow) = found.count.multipliedReportingOverflow(by: content.count)
        try pass.checkSize(overflow ? .max : text.bytes.count.addingReportingOverflow(growth).partialValue)
        var replaced: [UInt8] = []
        replaced.reserveCapacity(text.bytes.count + growth)
        var end = 0, origin = 0
        func copy(upTo next: Int) {
            if end < text.originCount { origin = replaced.count + min(text.originCount, next) - end }
            replaced.append(contentsOf: text.bytes[end..<next])
        }
        for match in found {
            copy(upTo: match.lowerBound)
            replaced.append(contentsOf: content)
            // The replacement is where the last replaced character was.
            if match.upperBound <= text.originCount { origin = replaced.count }
            end = match.upperBound
        }
        copy(upTo: text.bytes.count)
        text = StagedText(bytes: replaced, originCount: origin)
    }
}

extension StagedText {
    init(bytes: [UInt8], originCount: Int) {
        self.bytes = bytes
        self.originCount = originCount
    }
}

/// Kinds of single characters that pre-tokenizers split at.
enum CharacterClass: Sendable {
    case numbers, punctuation, whiteSpace
    case one(Unicode.Scalar)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .numbers: scalar.isNumber
        case .punctuation: scalar.isPunctuation
        case .whiteSpace: scalar.isWhiteSpace
        case .one(let other): scalar == other
        }
    }
}
