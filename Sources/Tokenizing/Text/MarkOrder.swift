/// Sorts runs of combining marks into canonical order where Foundation does so slowly or not at all.
///
/// Normalization orders the marks after a character by their combining class, which takes Foundation quadratic time: a
/// hostile text of 400 thousand consecutive marks would take minutes. For a sorted run it is linear, and sorting does
/// not change the result, since the two texts are canonically equivalent.
///
/// Three Tibetan vowels have no combining class but decompose into marks that do; Foundation decomposes them without
/// ordering their parts among the marks before them.
enum MarkOrder {
    /// Shorter runs, which include all in ordinary text, are left to Foundation.
    private static let shortestRun = 32

    static func apply(_ text: String) -> String {
        guard needsSorting(text) else { return text }
        var ordered = String.UnicodeScalarView()
        var run: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if isMark(scalar) {
                run += decomposition(of: scalar)
            } else {
                flush(&run, into: &ordered)
                ordered.append(scalar)
            }
        }
        flush(&run, into: &ordered)
        return String(ordered)
    }

    private static func needsSorting(_ text: String) -> Bool {
        var length = 0
        for scalar in text.unicodeScalars {
            // Nothing below U+0300 combines.
            length = scalar.value >= 0x300 && isMark(scalar) ? length + 1 : 0
            if length >= shortestRun || isTibetanVowel(scalar) { return true }
        }
        return false
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass != .notReordered || isTibetanVowel(scalar)
    }

    private static func isTibetanVowel(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0F73, 0x0F75, 0x0F81: true
        default: false
        }
    }

    /// Every normalization form decomposes the Tibetan vowels.
    private static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "\u{0F73}": ["\u{0F71}", "\u{0F72}"]
        case "\u{0F75}": ["\u{0F71}", "\u{0F74}"]
        case "\u{0F81}": ["\u{0F71}", "\u{0F80}"]
        default: [scalar]
        }
    }

    /// Appends the run in canonical order; marks of the same class keep their order.
    private static func flush(_ run: inout [Unicode.Scalar], into text: inout String.UnicodeScalarView) {
        var classes: [UInt8: [Unicode.Scalar]] = [:]
        for scalar in run { classes[scalar.properties.canonicalCombiningClass.rawValue, default: []].append(scalar) }
        for key in classes.keys.sorted() { text.append(contentsOf: classes[key] ?? []) }
        run.removeAll(keepingCapacity: true)
    }
}
