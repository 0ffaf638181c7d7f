import Foundation

/// Unicode's normalization forms.
enum NormalizationForm: Sendable {
    case canonicalComposed, canonicalDecomposed, compatibilityComposed, compatibilityDecomposed

    /// Uses Foundation's mappings, after a scan: most text consists of characters that no form changes.
    func apply(_ text: inout StagedText) {
        if text.bytes.allSatisfy({ $0 < 0x80 }) { return }
        let string = String(decoding: text.bytes, as: UTF8.self)
        let compatibility = self == .compatibilityComposed || self == .compatibilityDecomposed
        if string.unicodeScalars.allSatisfy({ $0.isStable(compatibility: compatibility) }) { return }
        let origin = text.originCount == 0 ? 0 : apply(text.bytes[..<text.originCount]).count
        text.bytes = NormalizationStretches.cut(MarkOrder.apply(string)).flatMap { normalized($0).utf8 }
        text.originCount = min(origin, text.bytes.count)
    }

    private func apply(_ bytes: ArraySlice<UInt8>) -> String.UTF8View {
        normalized(Substring(decoding: bytes, as: UTF8.self)).utf8
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
