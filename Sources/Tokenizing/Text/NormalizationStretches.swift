/// Cuts a text into stretches that can be normalized one by one.
///
/// Foundation takes quadratic time for a long text in which marks must be reordered again and again; in stretches of
/// bounded length the whole is linear.
enum NormalizationStretches {
    /// Stretches end at the first chance after so many characters.
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

    /// Whether a character surely neither joins nor moves before the one in front of it.
    ///
    /// Marks do, and so do the parts of Korean syllables in their three blocks and half-width sound marks.
    private static func isIndependent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x300: true
        case 0x1100...0x11FF, 0x3130...0x318F, 0xFF9E...0xFFDC: false
        default: scalar.properties.canonicalCombiningClass == .notReordered && !scalar.isMark
        }
    }
}
