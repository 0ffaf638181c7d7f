/// Splits a text into stretches that can be normalized one by one.
///
/// Foundation takes quadratic time for a long text in which marks must be reordered again and again; with stretches of
/// bounded length the total is linear.
enum NormalizationStretches {
    /// A stretch ends at the first opportunity after this many characters.
    private static let length = 1024

    static func cut(_ text: String) -> [Substring] {
        guard text.utf8.count > length else { return [text[...]] }
        var stretches: [Substring] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex, index = start
        var count = 0
        while index < scalars.endIndex {
            if count >= length, isIndependent(scalars[index]) {
                stretches.append(Substring(scalars[start..<index]))
                start = index
                count = 0
            }
            count += 1
            index = scalars.index(after: index)
        }
        return stretches + [Substring(scalars[start...])]
    }

    /// Whether a character is certain neither to combine with the preceding one nor to move before it.
    ///
    /// Marks may, as may the parts of Korean syllables in their three blocks and half-width sound marks.
    private static func isIndependent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x300: true
        case 0x1100...0x11FF, 0x3130...0x318F, 0xFF9E...0xFFDC: false
        default: scalar.properties.canonicalCombiningClass == .notReordered && !scalar.isMark
        }
    }
}
