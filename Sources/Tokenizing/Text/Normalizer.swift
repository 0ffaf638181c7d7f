import Foundation

/// The first stage: rewrites text before it is cut.
indirect enum Normalizer: Sendable {
    enum Form: Sendable {
        case canonicalComposed, canonicalDecomposed, compatibilityComposed, compatibilityDecomposed
    }

    case sequence([Normalizer])
    case form(Form)
    case lowercase
    case prepend([UInt8])
    case replace(TextPattern, with: [UInt8])
    case strip(left: Bool, right: Bool)
    case stripAccents

    /// Nil where the file has no normalizer.
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
        default: throw node.unsupported("normalizer '\(type)'")
        }
    }

    /// - Parameter isContinuing: Whether the text goes on from tokens before it, so that what belongs to the beginning
    ///   of a text is left out.
    func apply(_ text: [UInt8], isContinuing: Bool = false) -> [UInt8] {
        switch self {
        case .sequence(let normalizers): normalizers.reduce(text) { $1.apply($0, isContinuing: isContinuing) }
        case .form(let form): form.apply(text)
        case .lowercase: Self.lowercased(text)
        case .prepend(let prefix): text.isEmpty || isContinuing ? text : prefix + text
        case .replace(let pattern, let content): pattern.replace(in: text, with: content)
        case .strip(let left, let right): Self.stripped(text, left: left && !isContinuing, right: right)
        case .stripAccents: Self.filtered(text) { !$0.isMark }
        }
    }

    /// Lowercases character by character; the final form of sigma is not chosen, as in the reference implementation.
    private static func lowercased(_ text: [UInt8]) -> [UInt8] {
        var lowered: [UInt8] = []
        lowered.reserveCapacity(text.count)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            lowered.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        }
        return lowered
    }

    private static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        var scalars = Substring(decoding: text, as: UTF8.self).unicodeScalars
        if left { scalars = scalars.drop { $0.isWhiteSpace } }
        while right, let last = scalars.last, last.isWhiteSpace { scalars.removeLast() }
        return Array(Substring(scalars).utf8)
    }

    private static func filtered(_ text: [UInt8], _ keeps: (Unicode.Scalar) -> Bool) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        return Array(
            String(String.UnicodeScalarView(String(decoding: text, as: UTF8.self).unicodeScalars.filter(keeps))).utf8)
    }
}

extension Normalizer.Form {
    /// Foundation's mappings, behind a scan: most text consists of characters that no form changes.
    func apply(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        let string = String(decoding: text, as: UTF8.self)
        let compatibility = self == .compatibilityComposed || self == .compatibilityDecomposed
        if string.unicodeScalars.allSatisfy({ $0.isStable(compatibility: compatibility) }) { return text }
        return NormalizationStretches.cut(MarkOrder.apply(string)).flatMap { normalized($0).utf8 }
    }

    private func normalized(_ text: Substring) -> String {
        switch self {
        case .canonicalComposed: text.precomposedStringWithCanonicalMapping
        case .canonicalDecomposed: text.decomposedStringWithCanonicalMapping
        case .compatibilityComposed: text.precomposedStringWithCompatibilityMapping
        case .compatibilityDecomposed: text.decomposedStringWithCompatibilityMapping
        }
    }
}
