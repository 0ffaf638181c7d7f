internal import Matching

/// One decoding rule that depends on neighbours, applied as tokens arrive.
///
/// Until a rule joins all tokens into one text, input and output are whole tokens; after that they are pieces of the
/// text.
enum DecodingStage: Sendable {
    case byteLevel(CharacterJoin)
    case byteFallback(run: [UInt8])
    case step(TokenDecoder.Step, hasSeenToken: Bool)
    case wordEnd([UInt8], held: [UInt8]?)
    case ctc(CTCDecoder, last: [UInt8]?)
    case spaces(hasSeenToken: Bool)
    // After the rule that joins tokens:
    case replacement(LiteralReplacement)
    case strip(StreamStrip)
    /// A rule that needs the whole text; nil if there may be no text.
    case whole(TokenDecoder.Rule, text: [UInt8]?)

    /// The stages of a decoder; none for one that only joins. If it joins bytes first, the stages come after that.
    static func stages(_ decoder: TokenDecoder, _ position: TextPosition) -> [DecodingStage] {
        var stages: [DecodingStage] = []
        var isJoined = decoder.joinsBytes
        // CTC turns an empty token into no token, unlike a joining rule, which makes an empty text of no tokens.
        var mayBeNone = false
        for rule in decoder.rules.dropFirst(isJoined ? 1 : 0) {
            let next = isJoined ? behindJoin(rule, position, mayBeNone: mayBeNone) : stage(rule, position)
            if let next { stages.append(next) }
            switch rule {
            case .fuse, .byteLevel, .spaces: (isJoined, mayBeNone) = (true, false)
            case .ctc: mayBeNone = true
            case .step, .byteFallback, .wordEnd: break
            }
        }
        return stages
    }

    private static func stage(_ rule: TokenDecoder.Rule, _ position: TextPosition) -> DecodingStage? {
        switch rule {
        case .step(let step): .step(step, hasSeenToken: position == .continuing)
        case .byteLevel: .byteLevel(CharacterJoin())
        case .byteFallback: .byteFallback(run: [])
        case .wordEnd(let mark): .wordEnd(mark, held: nil)
        case .ctc(let rule): .ctc(rule, last: nil)
        case .spaces: .spaces(hasSeenToken: position == .continuing)
        case .fuse: nil
        }
    }

    /// The whole text is both the first and the last token.
    private static func behindJoin(
        _ rule: TokenDecoder.Rule, _ position: TextPosition, mayBeNone: Bool
    ) -> DecodingStage? {
        switch rule {
        case .fuse, .spaces: nil
        case .step(.strip(let strip)): .strip(StreamStrip(strip, position))
        case .step(.replace(.literal(let pattern), let content)):
            .replacement(LiteralReplacement(pattern, with: content))
        case .step(.metaspace(let metaspace)):
            .replacement(
                LiteralReplacement(metaspace.replacement, with: metaspace.decoded(isFirst: position == .start)))
        case .wordEnd(let mark): .replacement(LiteralReplacement(mark, with: []))
        case .byteLevel: .whole(rule, text: [])
        case .step, .byteFallback, .ctc: .whole(rule, text: mayBeNone ? nil : [])
        }
    }

    /// Takes a token, or a piece of text, and returns those it completes.
    mutating func append(_ token: [UInt8]) -> [[UInt8]] {
        switch self {
        case .byteLevel(var join):
            defer { self = .byteLevel(join) }
            return [Array(join.append((ByteLevelAlphabet.decode(token) ?? token)[...]).utf8)]
        case .byteFallback(var run):
            guard let byte = ByteFallback.byte(of: token) else {
                if run.isEmpty { return [token] }
                self = .byteFallback(run: [])
                return Self.texts(ofRun: run) + [token]
            }
            self = .byteFallback(run: [])
            run.append(byte)
            self = .byteFallback(run: run)
            return []
        case .step(let step, let hasSeenToken):
            self = .step(step, hasSeenToken: true)
            return [Self.apply(step, token, isFirst: !hasSeenToken)]
        case .wordEnd(let mark, let held):
            self = .wordEnd(mark, held: token)
            return held.map { [TokenDecoder.replace(mark, in: $0, with: [UInt8(ascii: " ")])] } ?? []
        case .ctc(let rule, let last):
            self = .ctc(rule, last: token)
            let text = token == last ? [] : rule.text(of: token)
            return text.isEmpty ? [] : [text]
        case .spaces(let hasSeenToken):
            self = .spaces(hasSeenToken: true)
            return [hasSeenToken ? [UInt8(ascii: " ")] + token : token]
        case .replacement(var replacement):
            defer { self = .replacement(replacement) }
            return [replacement.append(token)]
        case .strip(var strip):
            defer { self = .strip(strip) }
            return [strip.append(token)]
        case .whole(let rule, var text):
            self = .whole(rule, text: nil)
            text = text ?? []
            text?.append(contentsOf: token)
            self = .whole(rule, text: text)
            return []
        }
    }

    /// Returns what is held back, when no more tokens follow.
    mutating func finish() -> [[UInt8]] {
        switch self {
        case .byteLevel(var join): return [Array(join.finish().utf8)]
        case .byteFallback(let run): return Self.texts(ofRun: run)
        case .wordEnd(let mark, let held):
            return held.map { [TokenDecoder.replace(mark, in: $0, with: [])] } ?? []
        case .replacement(var replacement): return [replacement.finish()]
        case .whole(let rule, let text): return text.map { Self.apply(rule, toWhole: $0) } ?? []
        case .step, .ctc, .spaces, .strip: return []
        }
    }

    /// Replaces bytes that cannot become a character by U+FFFD.
    private static func repaired(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    /// The run of fallback bytes as text if it is UTF-8, otherwise one U+FFFD for each byte.
    private static func texts(ofRun run: [UInt8]) -> [[UInt8]] {
        if run.isEmpty { return [] }
        if String(validating: run, as: UTF8.self) != nil { return [run] }
        return Array(repeating: Array("\u{FFFD}".utf8), count: run.count)
    }

    /// Leaves a text unchanged if an expression takes too long on it.
    private static func apply(_ step: TokenDecoder.Step, _ text: [UInt8], isFirst: Bool) -> [UInt8] {
        (try? step.apply(text, isFirst: isFirst, EncodingPass(forBytes: text.count))) ?? text
    }

    private static func apply(_ rule: TokenDecoder.Rule, toWhole text: [UInt8]) -> [[UInt8]] {
        switch rule {
        case .step(let step): [apply(step, text, isFirst: true)]
        case .byteLevel: [repaired((ByteLevelAlphabet.decode(text) ?? text)[...])]
        case .byteFallback: ByteFallback.byte(of: text).map { texts(ofRun: [$0]) } ?? [text]
        case .ctc(let rule): [rule.text(of: text)].filter { !$0.isEmpty }
        case .fuse, .spaces, .wordEnd: [text]
        }
    }
}
