/// The meaning of words, as far as answers need it.
enum Phrases {
    /// A text's words, without case, punctuation and articles.
    static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { !articles.contains($0) }
    }

    private static let articles: Set<String> = ["a", "an", "the", "is", "it", "its", "are"]

    static let negations: Set<String> = [
        "not", "no", "non", "never", "neither", "nor", "none", "except", "without", "cannot", "isn", "aren", "doesn",
        "false", "wrong", "un", "opposite",
    ]

    /// Words that are neither units nor introductions: next to a number they change its meaning.
    static let qualifiers: Set<String> = negations.union([
        "more", "less", "fewer", "greater", "than", "least", "most", "under", "over", "above", "below", "between",
        "before", "after", "negative", "minus", "am", "pm", "half", "quarter", "double", "twice", "about",
        "approximately",
    ])

    /// The set or number a phrase denotes; nil for other words.
    static func meaning(of text: String) -> Answer? {
        let words = words(text)
        if let value = numbers[words.joined(separator: " ")] { return .value(.number(Rational(value))) }
        switch words.filter({ !fillers.contains($0) }).joined(separator: " ") {
        case "no solution", "no solutions", "empty set", "none": return .collection(.braces, [])
        case "all numbers", "all reals", "all values", "set of all numbers": return .wholeLine
        case "infinity": return .value(.constant(.infinity))
        default: return nil
        }
    }

    /// The number a text begins with, and the words after it; nil if it begins otherwise.
    static func amount(_ text: String) -> (number: Expression, words: [String])? {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let digits = parts.first, digits.utf8.count <= 30,
            digits.utf8.count(where: { $0 == UInt8(ascii: ".") }) <= 1,
            digits.utf8.first != UInt8(ascii: "."), digits.utf8.last != UInt8(ascii: "."),
            digits.unicodeScalars.allSatisfy({ LatexLexer.isDigit($0) || $0 == "." })
        else { return nil }
        return (ExpressionParser.number(String(digits)), parts.count > 1 ? words(String(parts[1])) : [])
    }

    private static let fillers: Set<String> = ["real", "there", "possible"]

    private static let numbers: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "hundred": 100, "thousand": 1000,
    ]

    /// Whether two or three letters are a word rather than a product of variables: a word that is an answer by itself,
    /// or a Roman numeral.
    static func isShortWord(_ letters: String) -> Bool {
        shortWords.contains(letters.lowercased()) || letters.count > 1 && isRomanNumeral(letters)
    }

    /// Words of two and three letters that occur as answers, and words with the same letters in another order.
    private static let shortWords: Set<String> = [
        "no", "on", "yes", "off", "all", "any", "odd", "one", "two", "six", "ten", "net", "cat", "act", "dog", "god",
        "bat", "tab", "rat", "art", "tar", "ant", "tan", "pan", "nap", "pig", "cow", "hen", "owl", "low", "fox",
        "bee", "ape", "pea", "cup", "pen", "box", "bag", "gab", "car", "arc", "bus", "sub", "van", "red", "tin",
        "nit", "boy", "men", "man", "son", "dad", "mom", "sun", "mon", "tue", "wed", "thu", "fri", "sat", "jan",
        "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "day", "now", "won", "own",
        "not", "ton", "tea", "eat", "ate", "top", "pot", "opt", "end", "den", "raw", "war", "was", "saw", "who",
        "how", "arm", "ram", "tom", "ann", "amy", "yam", "eve", "eva", "ave", "ben", "dan", "and", "jim", "joe",
        "kim", "leo", "lee", "liz", "max", "mia", "ray", "roy", "sam", "mas", "sue", "use", "ted", "tim", "yen", "up",
        "us", "uk", "am", "pm", "he", "she", "her", "him", "his", "its", "sit", "let", "gas", "sag", "ice", "air",
        "oil", "key", "set", "big", "hot", "wet", "dry", "few", "new", "old",
    ]

    /// Checks for Roman digits in capitals. Whether the numeral is well-formed does not matter here.
    private static func isRomanNumeral(_ letters: String) -> Bool {
        let values: [Character: Int] = ["I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000]
        let digits = letters.compactMap { values[$0] }
        return digits.count == letters.count
    }
}

extension StringProtocol {
    /// Whether these are four or more lower-case letters in alphabetical order: `abcd` and `wxyz` are factors rather
    /// than a word.
    var isRisingRun: Bool {
        let bytes = Array(utf8)
        guard bytes.count >= 4, bytes.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            return false
        }
        return zip(bytes, bytes.dropFirst()).allSatisfy { $0 < $1 }
    }
}
