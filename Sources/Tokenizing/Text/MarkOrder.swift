/// Sorts runs of combining marks into canonical order where Foundation does it slowly or not at all.
///
/// Normalization orders the marks after a character by their combining class, and Foundation does so in quadratic time:
/// a hostile text of 400 thousand marks in a row would take minutes. In a run that is sorted already it is linear, and
/// sorting changes nothing about the result, since the two texts are canonically equivalent.
///
/// Three Tibetan vowels have no combining class but consist of marks that do; Foundation takes them apart without ordering
/// their parts among the marks before them.
enum MarkOrder {
    /// Shorter runs, which is all of them in honest text, are left to Foundation.
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

    /// Every normalization form takes the Tibetan vowels apart.
    private static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "\u{0F73}": ["\u{0F71}", "\u{0F72}"]
        case "\u{0F75}": ["\u{0F71}", "\u{0F74}"]
        case "\u{0F81}": ["\u{0F71}", "\u{0F80}"]
        default: [scalar]
        }
    }

    /// Appends the run in canonical order; marks of one class keep theirs.
    private static func flush(_ run: inout [Unicode.Scalar], into text: inout String.UnicodeScalarView) {
        var classes: [UInt8: [Unicode.Scalar]] = [:]
        for scalar in run { classes[scalar.properties.canonicalCombiningClass.rawValue, default: []].append(scalar) }
        for key in classes.keys.sorted() { text.append(contentsOf: classes[key] ?? []) }
        run.removeAll(keepingCapacity: true)
    }
}
