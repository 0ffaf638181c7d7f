import JSONCoding
internal import Matching

/// Decodes tokens to text.
///
/// When a file is loaded, its decoders are divided into steps that see one token alone, whose results are stored per
/// token, and subsequent rules that depend on neighbours, which `Detokenizer` applies as tokens arrive.
struct TokenDecoder: Sendable {
    /// A step that sees one token alone.
    enum Step: Sendable {
        case replace(TextPattern, with: [UInt8])
        case strip(TextStrip)
        case metaspace(Metaspace)
        case wordPiece(WordPieceDecoder)
    }

    /// A rule that depends on neighbours, or one after such a rule.
    enum Rule: Sendable {
        case step(Step)
        /// Tokens are written in the byte-level alphabet, and their bytes together are UTF-8.
        case byteLevel
        /// Tokens such as "<0x0A>" denote bytes; a run of them is text if it is UTF-8 as a whole.
        case byteFallback
        /// All tokens become one.
        case fuse
        /// A mark at the ends of words becomes a space, except for the last.
        case wordEnd([UInt8])
        case ctc(CTCDecoder)
        /// Puts a space between tokens, if the file names no decoder.
        case spaces
    }

    private(set) var steps: [Step] = []
    private(set) var rules: [Rule] = []

    /// The size limits for decoding one token, and for all together.
    private static let tokenLimit = 1 << 20
    static let tableLimit = 1 << 28

    init(_ node: JSONNode) throws {
        if node.isNull { rules = [.spaces] } else { try add(node) }
    }

    private mutating func add(_ node: JSONNode) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence": for child in try node["decoders"].elements() { try add(child) }
        case "Fuse": rules.append(.fuse)
        case "Strip": add(.strip(try TextStrip(node)))
        case "Replace":
            add(.replace(try TextPattern(node["pattern"]), with: Array(try node["content"].string().utf8)))
        case "Metaspace": add(.metaspace(try Metaspace(node)))
        case "WordPiece": add(.wordPiece(try WordPieceDecoder(node)))
        case "ByteFallback": rules.append(.byteFallback)
        case "ByteLevel": rules.append(.byteLevel)
        case "BPEDecoder": rules.append(.wordEnd(Array(try node["suffix"].string().utf8)))
        case "CTC": rules.append(.ctc(try CTCDecoder(node)))
        default: throw node.unsupported("decoder '\(type)'", remedy: "Use one that the tokenizers library has.")
        }
    }

    private mutating func add(_ step: Step) {
        if rules.isEmpty { steps.append(step) } else { rules.append(.step(step)) }
    }

    /// Whether a token's text differs at the beginning.
    var distinguishesFirst: Bool {
        steps.contains { step in
            switch step {
            case .metaspace(let metaspace): metaspace.prepend != .never
            case .wordPiece: true
            case .replace, .strip: false
            }
        }
    }

    /// Whether the stored texts of tokens are fragments of UTF-8 text.
    var joinsBytes: Bool { if case .byteLevel? = rules.first { true } else { false } }

    /// Applies the steps to a token.
    func text(of token: [UInt8], isFirst: Bool, _ pass: EncodingPass) throws -> [UInt8] {
        let text = try steps.reduce(token) { text, step in
            let next = try step.apply(text, isFirst: isFirst, pass)
            guard next.count <= Self.tokenLimit else {
                throw TokenizerError(
                    code: .limit, file: "tokenizer.json",
                    message: "its decoder makes more than \(Self.tokenLimit) bytes of one token.")
            }
            return next
        }
        return joinsBytes ? ByteLevelAlphabet.decode(text) ?? text : text
    }

    /// The byte a token denotes under byte fallback, which `text(of:isFirst:)` leaves unchanged.
    func fallbackByte(of text: [UInt8]) -> UInt8? {
        if case .byteFallback? = rules.first { ByteFallback.byte(of: text) } else { nil }
    }

    /// What a token that is neither first nor last adds to a text, given the output of the steps.
    ///
    /// Rules for the whole text are left out.
    func textInside(_ text: [UInt8], _ pass: EncodingPass) throws -> [UInt8] {
        if joinsBytes { return text }
        if let byte = fallbackByte(of: text) { return [byte] }
        var text = text
        for rule in rules {
            switch rule {
            case .step(let step): text = try step.apply(text, isFirst: false, pass)
            case .wordEnd(let mark): text = Self.replace(mark, in: text, with: [UInt8(ascii: " ")])
            case .ctc(let rule): text = rule.text(of: text)
            case .byteFallback: if let byte = ByteFallback.byte(of: text) { return [byte] }
            case .byteLevel: return ByteLevelAlphabet.decode(text) ?? text
            case .fuse, .spaces: return text
            }
        }
        return text
    }

    /// An empty mark matches around every character.
    static func replace(_ mark: [UInt8], in text: [UInt8], with content: [UInt8]) -> [UInt8] {
        if mark.isEmpty, !content.isEmpty {
            var written = content
            UTF8Scalar.forEach(in: text, text.indices) { _, place in written += text[place] + content }
            return written
        }
        var stage = LiteralReplacement(mark, with: content)
        return stage.append(text) + stage.finish()
    }
}

extension TokenDecoder.Step {
    func apply(_ text: [UInt8], isFirst: Bool, _ pass: @autoclosure () -> EncodingPass) throws -> [UInt8] {
        switch self {
        case .replace(.literal(let pattern), let content):
            TokenDecoder.replace(pattern.bytes, in: text, with: content)
        case .replace(let pattern, let content): try pattern.replace(in: text, with: content, pass())
        case .strip(let strip): strip.apply(text)
        case .metaspace(let metaspace): metaspace.decode(text, isFirst: isFirst)
        case .wordPiece(let decoder): decoder.decode(text, isFirst: isFirst)
        }
    }
}

extension Metaspace {
    /// What a mark becomes in a token.
    func decoded(isFirst: Bool) -> [UInt8] {
        isFirst && prepend != .never ? [] : [UInt8(ascii: " ")]
    }

    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
        TokenDecoder.replace(replacement, in: token, with: decoded(isFirst: isFirst))
    }
}

/// Removes a limited number of copies of one character from the ends of a text.
struct TextStrip: Sendable {
    let content: [UInt8]
    let start: Int
    let stop: Int

    init(_ node: JSONNode) throws {
        content = Array(try node["content"].string().utf8)
        start = try node["start"].integer()
        stop = try node["stop"].integer()
        guard String(decoding: content, as: UTF8.self).unicodeScalars.count == 1 else {
            throw try node["content"].malformed("must be one character.")
        }
        guard start >= 0, stop >= 0 else { throw node.malformed("must not strip a negative number of characters.") }
    }

    func apply(_ text: [UInt8]) -> [UInt8] {
        var strip = StreamStrip(self)
        return strip.append(text)
    }
}
