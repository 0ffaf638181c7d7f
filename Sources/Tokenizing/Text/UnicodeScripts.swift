internal import Matching

/// Splits where the script changes, as the reference implementation does: Hiragana and Katakana count as Han, and a
/// space matches any script, as does a character newer than its table of Unicode 9.
enum UnicodeScripts {
    /// The pieces of `text[piece]`; what precedes the first character of a script belongs to none.
    static func cut(_ text: [UInt8], _ piece: Range<Int>) -> [Range<Int>] {
        var starts: [Int] = []
        var last: UInt8 = any
        UTF8Scalar.forEach(in: text, piece) { scalar, place in
            let script = script(of: scalar)
            guard script != any else { return }
            if script != last { starts.append(place.lowerBound) }
            last = script
        }
        return zip(starts, starts.dropFirst() + [piece.upperBound]).map { $0..<$1 }
    }

    private static let any: UInt8 = 0

    private static func script(of scalar: Unicode.Scalar) -> UInt8 {
        let index = Int(scalar.value)
        return index < table.count ? table[index] : any
    }

    /// The script of each character by its number, computed on first use.
    private static let table: [UInt8] = {
        var table = [UInt8](repeating: any, count: 0x110000)
        // In pieces, since searches of long texts check the deadline.
        let pieces = oldCharacters()
        for (index, names) in names.enumerated() {
            let pattern = "[" + names.map { "\\p{sc:\($0)}" }.joined() + "]+"
            guard let expression = try? RegularExpression(pattern) else { continue }
            let deadline = SearchDeadline(forBytes: .max)
            for text in pieces {
                try? expression.forEachMatch(in: text, text.indices, deadline: deadline) { match in
                    UTF8Scalar.forEach(in: text, match) { scalar, _ in table[Int(scalar.value)] = UInt8(index + 1) }
                }
            }
        }
        // The mark that lengthens vowels in both.
        table[0x30FC] = table[0x4E00]
        table[0x20] = any
        return table
    }()

    /// All characters of Unicode 9, in blocks of 256.
    private static func oldCharacters() -> [[UInt8]] {
        (0...0x10FF as ClosedRange<UInt32>).map { block in
            (0...0xFF as ClosedRange<UInt32>).compactMap { Unicode.Scalar(block << 8 | $0) }
                .filter { $0.isAssigned(since: 9) }.flatMap { Array(String($0).utf8) }
        }.filter { !$0.isEmpty }
    }

    /// PCRE2's names of the scripts of Unicode 9.
    private static let names: [[String]] =
        [["Han", "Hiragana", "Katakana"]]
            + """
            Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
            Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
            Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Duployan Egyptian_Hieroglyphs Elbasan Ethiopic
            Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Hangul Hanunoo Hatran Hebrew Imperial_Aramaic
            Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Kayah_Li Kharoshthi Khmer
            Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Malayalam Mandaic
            Manichaean Marchen Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro
            Multani Myanmar Nabataean New_Tai_Lue Newa Nko Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
            Old_Permic Old_Persian Old_South_Arabian Old_Turkic Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau
            Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting
            Sinhala Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil
            Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Ugaritic Vai Warang_Citi Yi
            """.split(whereSeparator: \.isWhitespace).map { [String($0)] }
}
