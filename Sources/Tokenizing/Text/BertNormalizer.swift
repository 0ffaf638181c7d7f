import JSONCoding

/// The normalization of BERT's tokenizers.
struct BertNormalizer: Sendable {
    private let cleansText: Bool
    private let separatesChinese: Bool
    private let stripsAccents: Bool
    private let lowercases: Bool

    init(_ node: JSONNode) throws {
        cleansText = try node["clean_text"].bool(default: true)
        separatesChinese = try node["handle_chinese_chars"].bool(default: true)
        lowercases = try node["lowercase"].bool(default: true)
        stripsAccents = try node["strip_accents"].bool(default: lowercases)
    }

    func apply(_ text: inout StagedText) {
        if cleansText { Self.clean(&text) }
        if separatesChinese { Self.separateChinese(&text) }
        if stripsAccents {
            NormalizationForm.canonicalDecomposed.apply(&text)
            Normalizer.removeMarks(&text) { $0.isNonspacingMark }
        }
        if lowercases { Normalizer.lowercase(&text) }
    }

    /// Removes control characters; any kind of white space becomes a space.
    private static func clean(_ text: inout StagedText) {
        text.rewrite { scalar, cleaned in
            switch scalar {
            case "\0", "\u{FFFD}": break
            case "\t", "\n", "\r": cleaned.append(UInt8(ascii: " "))
            case _ where scalar.isControl: break
            case _ where scalar.isWhiteSpace: cleaned.append(UInt8(ascii: " "))
            default: cleaned.append(contentsOf: String(scalar).utf8)
            }
        }
    }

    /// Puts spaces around each Chinese character.
    private static func separateChinese(_ text: inout StagedText) {
        text.rewrite { scalar, written in
            let space = UInt8(ascii: " ")
            let isChinese = isChinese(scalar)
            if isChinese { written.append(space) }
            written.append(contentsOf: String(scalar).utf8)
            if isChinese { written.append(space) }
        }
    }

    /// Whether it is in the blocks that BERT's own code lists.
    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
