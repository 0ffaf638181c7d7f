/// Finds the ends of sentences in a text that comes byte by byte.
///
/// A sentence ends with `.`, `?` or `!` and any closing quotes, brackets and asterisks, if white space follows, and with
/// a full stop of another script (`。`, `！`, `？`, `।`, `؟` and others) wherever it stands. These do not end one:
/// - points within numbers and names (`3.14`, `f.g`), since no white space follows them;
/// - abbreviations (`Dr.`, `e.g.`, `Fig.`), and initials, which are capital letters after a capitalised word or at the
///   beginning (`Donald E. Knuth`);
/// - numbers of items and steps (`1.`, `(b).`, `Step 2.`), where they begin a sentence;
/// - factorials (`5!`, `n!`, `(n-1)!`) and dots that trail off (`...`).
///
/// A rule of thumb: a text in which an abbreviation does end a sentence is cut one sentence later.
struct SentenceMatcher: Hashable, Sendable {
    /// The sentence's first bytes, enough to recognise the number of an item.
    private var beginning: [UInt8] = []
    /// The word before the current byte, and the one before that; long words by their last bytes.
    private var word: [UInt8] = []
    private var previousWord: [UInt8] = []
    /// The last bytes of a character of another script.
    private var character: [UInt8] = []
    /// Whether the sentence is over if white space comes next.
    private var hasStopped = false

    private static let longestBeginning = 24
    private static let longestWord = 16

    /// Begins a sentence.
    mutating func begin() {
        beginning.removeAll(keepingCapacity: true)
        word.removeAll(keepingCapacity: true)
        previousWord.removeAll(keepingCapacity: true)
        hasStopped = false
    }

    mutating func append(_ byte: UInt8) -> StepEnd {
        if byte >= 0x80 { return appendForeign(byte) }
        character.removeAll(keepingCapacity: true)
        if byte.isWhiteSpace { return appendSpace() }
        if hasStopped, Self.closers.contains(byte) { return .ifSpaceFollows }
        hasStopped = Self.stops.contains(byte) && endsSentence(byte)
        take(byte)
        return hasStopped ? .ifSpaceFollows : .none
    }

    private mutating func appendSpace() -> StepEnd {
        if hasStopped { return .reached }
        if !word.isEmpty { (previousWord, word) = (word, []) }
        if !beginning.isEmpty, beginning.count < Self.longestBeginning { beginning.append(UInt8(ascii: " ")) }
        return .none
    }

    private mutating func appendForeign(_ byte: UInt8) -> StepEnd {
        if byte & 0xC0 != 0x80 { character.removeAll(keepingCapacity: true) }
        character.append(byte)
        take(byte)
        if Self.foreignStops.contains(character) {
            hasStopped = false
            return .reached
        }
        // Closing quotation marks, as after a stop in English.
        if hasStopped, Self.foreignClosers.contains(where: { $0.starts(with: character) }) { return .ifSpaceFollows }
        hasStopped = false
        return .none
    }

    private mutating func take(_ byte: UInt8) {
        if beginning.count < Self.longestBeginning { beginning.append(byte) }
        if word.count == Self.longestWord { word.removeFirst() }
        word.append(byte)
    }

    /// Whether a stop after the bytes so far ends the sentence, if white space follows.
    private func endsSentence(_ stop: UInt8) -> Bool {
        let bare = word.drop { Self.openers.contains($0) }
        guard let last = bare.last else { return false }
        switch stop {
        case UInt8(ascii: "."):
            return last != stop && !Self.isAbbreviation(bare) && !isInitial(bare) && !isItemNumber
        case UInt8(ascii: "!"):
            let isFactorial = last == UInt8(ascii: ")") || last.isDigit || bare.count == 1 && last.isLetter
            return !isFactorial
        default: return true
        }
    }

    private static func isAbbreviation(_ word: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: word.map(\.lowercased), as: UTF8.self)
        // Letters with points between them: e.g, i.e, U.S.
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1, parts.allSatisfy({ $0.count == 1 && $0.utf8.allSatisfy(\.isLetter) }) { return true }
        return abbreviations.contains(text)
    }

    private func isInitial(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count == 1, let letter = word.first, letter.isCapital else { return false }
        return previousWord.first?.isCapital ?? true
    }

    /// Whether the sentence is no more than a number so far, with at most a word before it.
    private var isItemNumber: Bool {
        guard beginning.count < Self.longestBeginning else { return false }
        let words = beginning.split(separator: UInt8(ascii: " "))
        guard words.count <= 2, let last = words.last else { return false }
        let number = last.filter { !Self.marks.contains($0) }
        let isNumber = !number.isEmpty && number.count <= 3 && number.allSatisfy(\.isDigit)
        let isLetter = words.count == 1 && number.count == 1 && number.allSatisfy(\.isLetter)
        let isNamed = words.count == 1 || words[0].drop { Self.marks.contains($0) }.first?.isCapital == true
        return (isNumber && isNamed) || isLetter
    }

    private static let stops = Set(".!?".utf8)
    private static let closers = Set("\"')]}*_`".utf8)
    private static let openers = Set("\"'([{*_`".utf8)
    /// What may stand around an item's number.
    private static let marks = Set("\"'([{}])*_`#-".utf8)
    private static let foreignClosers = ["”", "’", "»"].map { Array($0.utf8) }
    private static let foreignStops = Set(
        ["。", "！", "？", "｡", "．", "।", "॥", "؟", "۔", "։", "።", "។", "။", "༎"].map { Array($0.utf8) })
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "cf", "eq", "eqs", "fig", "figs", "nos", "vol",
        "pp", "al", "approx", "resp", "ca", "viz", "inc", "ltd", "dept", "est", "sec", "ch", "thm", "lem", "def", "cor",
        "prop",
    ]
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var isCapital: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }
    fileprivate var isLetter: Bool { isCapital || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self }
    fileprivate var lowercased: UInt8 { isCapital ? self | 0x20 : self }
}
