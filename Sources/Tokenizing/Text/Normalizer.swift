import JSONCoding

/// The first stage: rewrites text before it is split.
indirect enum Normalizer: Sendable {
    case sequence([Normalizer])
    case form(NormalizationForm)
    case lowercase
    case prepend([UInt8])
    case replace(TextPattern, with: [UInt8])
    case strip(left: Bool, right: Bool)
    case stripAccents
    case byteLevel
    case sentencePieceControls
    case bert(BertNormalizer)
    case precompiled(CharacterMap)

    /// Returns nil if the file has no normalizer.
    init?(_ node: JSONNode) throws {
        guard !node.isNull else { return nil }
        let type = try node["type"].string()
        switch type {
        case "Sequence": self = .sequence(try node["normalizers"].elements().compactMap { try Normalizer($0) })
        case "NFC": self = .form(.canonicalComposed)
        case "NFD": self = .form(.canonicalDecomposed)
        case "NFKC": self = .form(.compatibilityComposed)
        case "NFKD": self = .form(.compatibilityDecomposed)
        case "Lowercase": self = .lowercase
        case "Prepend": self = .prepend(Array(try node["prepend"].string().utf8))
        case "Replace":
            self = .replace(try TextPattern(node["pattern"]), with: Array(try node["content"].string().utf8))
        case "Strip":
            self = .strip(
                left: try node["strip_left"].bool(default: true), right: try node["strip_right"].bool(default: true))
        case "StripAccents": self = .stripAccents
        case "ByteLevel": self = .byteLevel
        case "Nmt": self = .sentencePieceControls
        case "BertNormalizer": self = .bert(try BertNormalizer(node))
        case "Precompiled": self = .precompiled(try CharacterMap(node["precompiled_charsmap"]))
        default:
            throw node.unsupported("normalizer '\(type)'", remedy: "Use one that the tokenizers library has.")
        }
    }

    /// If the pass continues another text, rules for the beginning of a text are skipped.
    func apply(_ text: inout StagedText, _ pass: EncodingPass) throws {
        let isContinuing = pass.place == .continuation
        switch self {
        case .sequence(let normalizers): for normalizer in normalizers { try normalizer.apply(&text, pass) }
        case .form(let form): form.apply(&text)
        case .lowercase: Self.lowercase(&text)
        case .prepend(let prefix):
            if !text.bytes.isEmpty, !isContinuing { Self.prepend(prefix, to: &text) }
        case .replace(let pattern, let content): try pattern.replace(in: &text, with: content, pass)
        case .strip(let left, let right): Self.strip(&text, left: left && !isContinuing, right: right)
        case .stripAccents: Self.removeMarks(&text) { $0.isCombiningMark }
        case .byteLevel: text.spellBytes()
        case .sentencePieceControls: Self.replaceControls(&text)
        case .bert(let normalizer): normalizer.apply(&text)
        case .precompiled(let map): try map.apply(&text, pass)
        }
        try pass.checkSize(text.bytes.count)
    }

    /// Lowercases character by character; like the reference implementation, it does not choose the final form of
    /// sigma.
    static func lowercase(_ text: inout StagedText) {
        text.rewrite { scalar, lowered in lowered.append(contentsOf: scalar.properties.lowercaseMapping.utf8) }
    }

    /// Removes marks; ASCII text has none.
    static func removeMarks(_ text: inout StagedText, _ isMark: (Unicode.Scalar) -> Bool) {
        if text.bytes.contains(where: { $0 >= 0x80 }) { text.filter { !isMark($0) } }
    }

    private static func prepend(_ prefix: [UInt8], to text: inout StagedText) {
        text.bytes.insert(contentsOf: prefix, at: 0)
        // A prefix takes the place of the first character.
        if text.originCount > 0 { text.originCount += prefix.count }
    }

    private static func strip(_ text: inout StagedText, left: Bool, right: Bool) {
        let whole = Substring(decoding: text.bytes, as: UTF8.self)
        var scalars = whole.unicodeScalars
        if left { scalars = scalars.drop { $0.isWhiteSpace } }
        while right, let last = scalars.last, last.isWhiteSpace { scalars.removeLast() }
        let removed = whole.utf8.distance(from: whole.startIndex, to: scalars.startIndex)
        text.bytes = Array(Substring(scalars).utf8)
        text.originCount = min(max(text.originCount - removed, 0), text.bytes.count)
    }

    /// SentencePiece's rule for neural machine translation: removes control characters and turns unusual white space
    /// into spaces.
    private static func replaceControls(_ text: inout StagedText) {
        text.rewrite { scalar, written in
            switch scalar.value {
            case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: break
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                written.append(UInt8(ascii: " "))
            default: written.append(contentsOf: String(scalar).utf8)
            }
        }
    }
}

extension StagedText {
    /// Writes each byte as a character of the byte-level alphabet.
    mutating func spellBytes() {
        rewrite { scalar, spelled in
            for byte in String(scalar).utf8 {
                spelled.append(contentsOf: String(ByteLevelAlphabet.scalars[Int(byte)]).utf8)
            }
        }
    }
}
