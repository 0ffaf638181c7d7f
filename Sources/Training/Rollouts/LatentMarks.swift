import Influence
import Jobs
import Rollouts
import Tokenizing

/// The marks around thinks as a policy's tokens.
struct LatentMarks: Sendable {
    /// A think with its marks.
    struct Think: Sendable, Hashable {
        let tokens: [Int32]
        /// How many of its tokens the policy chose: all but a mark that had to be put at its end.
        let chosenCount: Int
        /// Its tokens without marks.
        let length: Int
    }

    let open: [Int32]
    let close: [Int32]
    private let closeBytes: [UInt8]
    private let texts: TokenTextTable
    private let ends: Set<Int32>

    /// - Throws: `EngineError` for a token that the model lacks.
    init(_ specification: AbstractionSpecification, _ policy: PolicyInfo) throws {
        open = policy.encode(response: specification.thinkOpen)
        close = policy.encode(response: specification.thinkClose)
        try policy.checkVocabulary(open + close)
        closeBytes = Array(specification.thinkClose.utf8)
        texts = policy.tokenizer.texts
        ends = Set(policy.endOfSequence.ids)
    }

    /// The most tokens that a think can have.
    func longest(_ latentTokens: Int) -> Int { open.count + latentTokens + close.count }

    /// A think, given what was drawn behind its first mark: it ends before the token that completes the last mark or that
    /// would end the response, or with what was drawn.
    func think(_ drawn: [Int32]) -> Think {
        var text: [UInt8] = []
        let length =
            drawn.firstIndex { token in
                text += texts.bytes(of: token)
                return ends.contains(token) || text.contains(closeBytes)
            } ?? drawn.count
        let isClosed = drawn[length...].starts(with: close)
        return Think(
            tokens: open + drawn[..<length] + close, chosenCount: open.count + length + (isClosed ? close.count : 0),
            length: length)
    }
}

extension AbstractionSpecification {
    /// A response without its thinks, as it is judged.
    ///
    /// A mark begins a think where a step can begin: at the beginning of a line where steps are lines or more, and
    /// anywhere else otherwise. A think that does not end stays.
    func withoutThinks(_ text: String) -> String {
        guard thinks else { return text }
        var result = "", rest = text[...]
        while let open = rest.firstRange(of: thinkOpen),
            let close = rest[open.upperBound...].firstRange(of: thinkClose)
        {
            if canBeginThink(open.lowerBound, in: text) {
                result += rest[..<open.lowerBound]
                rest = rest[close.upperBound...]
            } else {
                result += rest[..<open.upperBound]
                rest = rest[open.upperBound...]
            }
        }
        return result + rest
    }

    private func canBeginThink(_ index: String.Index, in text: String) -> Bool {
        switch separator {
        case .auto, .blankLine, .line: index == text.startIndex || text[text.index(before: index)].isNewline
        case .sentence, .token, .text: true
        }
    }
}
