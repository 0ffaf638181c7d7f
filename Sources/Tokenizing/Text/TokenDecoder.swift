/// The way back: which text tokens stand for.
///
/// The decoders of a file are sorted at load time into steps that see one token alone, whose results are stored per
/// token, and the rules that need neighbours, which `Detokenizer` applies as tokens arrive.
struct TokenDecoder: Sendable {
    /// A step that sees one token alone.
    private enum Step: Sendable {
        case replace(TextPattern, with: [UInt8])
        case strip(TextStrip)
        case metaspace(Metaspace)
    }

    private var steps: [Step] = []
    /// Tokens are written in the byte-level alphabet, and their bytes together are UTF-8.
    private(set) var isByteLevel = false
    /// Tokens such as "<0x0A>" stand for bytes; a run of them is text if it is UTF-8 as a whole.
    private(set) var fallsBackToBytes = false
    /// Removed from the two ends of the whole text, in order.
    private(set) var outerStrips: [TextStrip] = []
    /// What joins tokens: a space where the file names no decoder, which is the reference implementation's rule.
    private(set) var separator = ""
    private var isFused = false

    init(_ node: JSONNode) throws {
        if node.isNull { separator = " " } else { try add(node) }
    }

    private mutating func add(_ node: JSONNode) throws {
        let type = try node["type"].string()
        if isByteLevel, type != "Fuse", type != "Sequence" {
            throw node.unsupported("decoder '\(type)' after ByteLevel")
        }
        switch type {
        case "Sequence": for child in try node["decoders"].elements() { try add(child) }
        case "Fuse": isFused = true
        case "Strip": try addStrip(TextStrip(node), node)
        case "Replace":
            let content = Array(try node["content"].string().utf8)
            try addStep(.replace(try TextPattern(node["pattern"]), with: content), node, type)
        case "Metaspace": try addStep(.metaspace(Metaspace(node)), node, type)
        case "ByteFallback":
            guard !isFused else { throw node.unsupported("decoder 'ByteFallback' after Fuse") }
            fallsBackToBytes = true
        case "ByteLevel":
            guard steps.isEmpty, !fallsBackToBytes, !isFused else {
                throw node.unsupported("decoder 'ByteLevel' after another")
            }
            isByteLevel = true
        default: throw node.unsupported("decoder '\(type)'")
        }
    }

    private mutating func addStrip(_ strip: TextStrip, _ node: JSONNode) throws {
        if isFused { outerStrips.append(strip) } else { try addStep(.strip(strip), node, "Strip") }
    }

    private mutating func addStep(_ step: Step, _ node: JSONNode, _ type: String) throws {
        guard !isFused, !fallsBackToBytes else {
            throw node.unsupported("decoder '\(type)' after \(isFused ? "Fuse" : "ByteFallback")")
        }
        steps.append(step)
    }

    /// Whether a token's text is different at the beginning.
    var distinguishesFirst: Bool {
        steps.contains { if case .metaspace(let metaspace) = $0 { metaspace.prepend != .never } else { false } }
    }

    /// The bytes a token contributes.
    ///
    /// Byte fallback tokens are left as they are.
    func text(of token: [UInt8], isFirst: Bool) -> [UInt8] {
        if isByteLevel { return ByteLevelAlphabet.decode(token) ?? token }
        return steps.reduce(token) { text, step in
            switch step {
            case .replace(let pattern, let content): pattern.replace(in: text, with: content)
            case .strip(let strip): strip.apply(text)
            case .metaspace(let metaspace): metaspace.decode(text, isFirst: isFirst)
            }
        }
    }

    /// The byte a token stands for under byte fallback.
    func fallbackByte(of token: [UInt8]) -> UInt8? {
        fallsBackToBytes ? ByteFallback.byte(of: text(of: token, isFirst: false)) : nil
    }
}

extension Metaspace {
    func decode(_ token: [UInt8], isFirst: Bool) -> [UInt8] {
        let dropsReplacement = isFirst && prepend != .never
        return TextPattern.literal(replacement).replace(in: token, with: dropsReplacement ? [] : [UInt8(ascii: " ")])
    }
}

/// Removes up to so many copies of one character from the ends of a text.
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
        var rest = text[...]
        for _ in 0..<start where rest.starts(with: content) { rest.removeFirst(content.count) }
        for _ in 0..<stop where rest.suffix(content.count).elementsEqual(content) { rest.removeLast(content.count) }
        return Array(rest)
    }
}
