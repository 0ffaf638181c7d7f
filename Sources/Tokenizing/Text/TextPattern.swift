internal import Matching

/// What a normalizer, pre-tokenizer or decoder looks for: an exact string or a regular expression.
enum TextPattern: Sendable {
    case literal([UInt8])
    case expression(RegularExpression)

    /// Reads `{"String": …}` or `{"Regex": …}`.
    init(_ node: JSONNode) throws {
        let text = try node["String"], expression = try node["Regex"]
        if !text.isNull {
            self = .literal(Array(try text.string().utf8))
        } else {
            do {
                let pattern = try RegularExpressionDialect.translate(try expression.string())
                self = .expression(try RegularExpression(pattern))
            } catch let error as RegularExpression.SyntaxError {
                throw expression.malformed("cannot be used as a regular expression: \(error.message).")
            }
        }
    }

    /// The matches in `text[range]`, ascending and without overlap.
    func matches(in text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        switch self {
        case .literal(let literal):
            guard !literal.isEmpty else { return [] }
            var position = range.lowerBound
            while position + literal.count <= range.upperBound {
                if text[position] == literal[0], text[position..<position + literal.count].elementsEqual(literal) {
                    found.append(position..<position + literal.count)
                    position += literal.count
                } else {
                    position += 1
                }
            }
        case .expression(let expression):
            expression.forEachMatch(in: text, range) { found.append($0) }
        }
        return found
    }

    /// `text` with each match replaced by `content`.
    func replace(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
        let found = matches(in: text, text.indices)
        guard !found.isEmpty else { return text }
        var replaced: [UInt8] = []
        replaced.reserveCapacity(text.count + found.count * content.count)
        var end = 0
        for match in found {
            replaced.append(contentsOf: text[end..<match.lowerBound])
            replaced.append(contentsOf: content)
            end = match.upperBound
        }
        replaced.append(contentsOf: text[end...])
        return replaced
    }
}
