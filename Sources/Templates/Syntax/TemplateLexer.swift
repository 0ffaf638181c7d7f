internal import BigInt

/// Splits a template's source into tokens, with the white space rules that chat templates are written for: the first
/// line break after a block is dropped (`trim_blocks`), and so is the space before a block that begins its line
/// (`lstrip_blocks`).
struct TemplateLexer {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var tokens: [TemplateToken] = []

    static func tokenize(_ source: String) throws(TemplateError) -> [TemplateToken] {
        var lexer = TemplateLexer(source)
        while lexer.position < lexer.source.count { try lexer.readTextAndTag() }
        lexer.add(.end)
        return lexer.tokens
    }

    /// Line breaks of all kinds become "\n", and one at the very end is dropped, as in Jinja.
    private init(_ text: String) {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" {
                scalars[scalars.count - 1] = "\n"
            } else {
                if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
                scalars.append(scalar)
            }
        }
        if scalars.last == "\r" { scalars[scalars.count - 1] = "\n" }
        if scalars.last == "\n" { scalars.removeLast() }
        source = scalars
    }

    // MARK: Outside of tags

    /// Reads text up to the next tag, and that tag.
    private mutating func readTextAndTag() throws(TemplateError) {
        let start = position
        guard let tag = nextTag() else {
            addText(start..<source.count)
            move(to: source.count)
            return
        }
        let sign = tag + 2 < source.count ? source[tag + 2] : " "
        let isVariable = source[tag + 1] == "{"
        addText(start..<textEnd(from: start, to: tag, sign: sign, isVariable: isVariable))
        move(to: tag + (sign == "-" || sign == "+" ? 3 : 2))
        switch source[tag + 1] {
        case "{": try readTag(.variableBegin, .variableEnd, "}}")
        case "#": try skipComment()
        default:
            if try !readRaw() { try readTag(.blockBegin, .blockEnd, "%}") }
        }
    }

    private func nextTag() -> Int? {
        var index = position
        while index + 1 < source.count {
            if source[index] == "{", source[index + 1] == "{" || source[index + 1] == "%" || source[index + 1] == "#" {
                return index
            }
            index += 1
        }
        return nil
    }

    /// Where the text before a tag ends after trimming its white space.
    private func textEnd(from start: Int, to tag: Int, sign: Unicode.Scalar, isVariable: Bool) -> Int {
        var end = tag
        if sign == "-" {
            while end > start, source[end - 1].isPythonSpace { end -= 1 }
            return end
        }
        if sign == "+" || isVariable { return end }
        while end > start, source[end - 1] != "\n", source[end - 1].isPythonSpace { end -= 1 }
        let beginsLine = end == 0 || source[end - 1] == "\n"
        return beginsLine ? end : tag
    }

    private mutating func skipComment() throws(TemplateError) {
        guard let end = find("#}", from: position) else { throw failure("a comment has no end '#}'") }
        closeTag(signAt: end - 1, end: end, isBlock: true)
    }

    /// Reads `{% raw %}…{% endraw %}`, if it begins here after the opening mark.
    private mutating func readRaw() throws(TemplateError) -> Bool {
        guard let (_, content) = matchWord("raw", at: position) else { return false }
        // Only '-' affects the text inside: the first line break after this tag is kept.
        move(to: content)
        if source[content - 3] == "-" { skipSpace() }
        let start = position
        var search = start
        while let tag = find("{%", from: search) {
            let sign = tag + 2 < source.count ? source[tag + 2] : " "
            if let (closing, end) = matchWord("endraw", at: tag + (sign == "-" || sign == "+" ? 3 : 2)) {
                addText(start..<textEnd(from: start, to: tag, sign: sign, isVariable: false))
                move(to: closing)
                closeTag(signAt: closing, end: end - 2, isBlock: true)
                return true
            }
            search = tag + 2
        }
        throw failure("'raw' has no 'endraw'")
    }

    /// Matches `word`, then an optional sign and "%}"; returns the position of the sign, or of "%}", and the end.
    private func matchWord(_ word: String, at start: Int) -> (sign: Int, end: Int)? {
        var index = start
        while index < source.count, source[index].isPythonSpace { index += 1 }
        guard source[index...].starts(with: word.unicodeScalars) else { return nil }
        index += word.unicodeScalars.count
        while index < source.count, source[index].isPythonSpace { index += 1 }
        let sign = index
        // As in Jinja, '+' ends only the closing tag.
        if index < source.count, source[index] == "-" || (source[index] == "+" && word == "endraw") { index += 1 }
        guard source[index...].starts(with: "%}".unicodeScalars) else { return nil }
        return (sign, index + 2)
    }

    /// Skips the end mark of a tag at `end` and the white space that belongs to it.
    private mutating func closeTag(signAt sign: Int, end: Int, isBlock: Bool) {
        let mark: Unicode.Scalar = sign >= position && sign < end ? source[sign] : " "
        move(to: end + 2)
        if mark == "-" {
            skipSpace()
        } else if isBlock, mark != "+", position < source.count, source[position] == "\n" {
            move(to: position + 1)
        }
    }

    // MARK: Inside tags

    private mutating func readTag(
        _ begin: TemplateToken.Kind, _ end: TemplateToken.Kind, _ mark: String
    ) throws(TemplateError) {
        let isBlock = begin == .blockBegin
        add(begin)
        var open: [Unicode.Scalar] = []
        while true {
            skipSpace()
            guard position < source.count else { throw failure("a tag has no end '\(mark)'") }
            if open.isEmpty, let sign = endMark(mark, isBlock: isBlock) {
                add(end)
                closeTag(signAt: position, end: position + sign, isBlock: isBlock)
                return
            }
            try readWord(&open)
        }
    }

    /// The width of the sign before an end mark, 0 or 1; nil if no end mark comes next.
    private func endMark(_ mark: String, isBlock: Bool) -> Int? {
        if source[position...].starts(with: mark.unicodeScalars) { return 0 }
        let isSign = source[position] == "-" || (isBlock && source[position] == "+")
        return isSign && source[(position + 1)...].starts(with: mark.unicodeScalars) ? 1 : nil
    }

    private mutating func readWord(_ open: inout [Unicode.Scalar]) throws(TemplateError) {
        let scalar = source[position]
        if scalar == "_" || scalar.properties.isXIDStart {
            let end = source[position...].firstIndex { $0 != "_" && !$0.properties.isXIDContinue } ?? source.count
            add(.name(text(position..<end)))
            move(to: end)
        } else if scalar.isDigit {
            try readNumber()
        } else if scalar == "\"" || scalar == "'" {
            try readString(quote: scalar)
        } else {
            try readSymbol(&open)
        }
    }

    private static let symbols = ["==", "!=", ">=", "<=", "//", "**"]

    private mutating func readSymbol(_ open: inout [Unicode.Scalar]) throws(TemplateError) {
        for symbol in Self.symbols where source[position...].starts(with: symbol.unicodeScalars) {
            add(.symbol(symbol))
            move(to: position + 2)
            return
        }
        let scalar = source[position]
        switch scalar {
        case "(", "[", "{": open.append(scalar)
        case ")", "]", "}":
            let opening: Unicode.Scalar = scalar == ")" ? "(" : scalar == "]" ? "[" : "{"
            guard open.popLast() == opening else { throw failure("'\(scalar)' closes nothing") }
        case "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ":", "|", ",", ";": break
        default: throw failure("unexpected character '\(scalar)'")
        }
        add(.symbol(String(scalar)))
        move(to: position + 1)
    }

    private mutating func readNumber() throws(TemplateError) {
        if let end = endOfFloat() {
            let digits = text(position..<end).filter { $0 != "_" }
            add(.number(Double(digits) ?? .infinity))
            move(to: end)
            return
        }
        let (radix, start, end) = wholeNumber()
        let digits = text(start..<end).filter { $0 != "_" }
        guard digits.utf8.count <= PythonNumber.maximumDigits, let value = BigInt(digits, radix: radix) else {
            throw failure("the number \(digits.prefix(40)) is too long")
        }
        add(.whole(value))
        move(to: end)
    }

    /// The end of a number with a point or an exponent; nil for other numbers. After a dot there are only whole ones.
    private func endOfFloat() -> Int? {
        guard position == 0 || source[position - 1] != "." else { return nil }
        var end = endOfDigits(position)
        var isWhole = true
        if end + 1 < source.count, source[end] == ".", source[end + 1].isDigit {
            end = endOfDigits(end + 1)
            isWhole = false
        }
        if end < source.count, source[end] == "e" || source[end] == "E" {
            var digits = end + 1
            if digits < source.count, source[digits] == "+" || source[digits] == "-" { digits += 1 }
            if digits < source.count, source[digits].isDigit {
                end = endOfDigits(digits)
                isWhole = false
            }
        }
        return isWhole ? nil : end
    }

    private func wholeNumber() -> (radix: Int, start: Int, end: Int) {
        guard source[position] == "0" else { return (10, position, endOfDigits(position)) }
        let bases: [Unicode.Scalar: Int] = ["x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2]
        if position + 1 < source.count, let radix = bases[source[position + 1]] {
            let end = endOfDigits(position + 2, radix: radix, mayBeginWithSeparator: true)
            if end > position + 2 { return (radix, position + 2, end) }
        }
        // Only zeros; another digit begins another number.
        return (10, position, endOfDigits(position, radix: 1))
    }

    /// The end of digits with single underscores between them.
    private func endOfDigits(_ start: Int, radix: Int = 10, mayBeginWithSeparator: Bool = false) -> Int {
        func isDigit(_ index: Int) -> Bool {
            guard index < source.count, source[index].isASCII else { return false }
            return Character(source[index]).hexDigitValue.map { $0 < radix } ?? false
        }
        var end = start
        while true {
            if isDigit(end) {
                end += 1
            } else if end < source.count, source[end] == "_", isDigit(end + 1), end > start || mayBeginWithSeparator {
                end += 2
            } else {
                return end
            }
        }
    }

    private mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
        var content = String.UnicodeScalarView()
        var problem: String?
        var index = position + 1
        while index < source.count, source[index] != quote {
            if source[index] == "\\", index + 1 < source.count {
                index = try readEscape(at: index + 1, into: &content, &problem)
            } else {
                content.append(source[index])
                index += 1
            }
        }
        guard index < source.count else { throw failure("a string has no end") }
        add(problem.map { .unusableString($0) } ?? .string(String(content)))
        move(to: index + 1)
    }

    private static let simpleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
        "n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}", "a": "\u{7}", "\\": "\\", "'": "'",
        "\"": "\"",
    ]

    /// Reads an escape whose backslash has been skipped and returns its end.
    ///
    /// Follows Python's rules: unknown ones are kept.
    private func readEscape(
        at index: Int, into content: inout String.UnicodeScalarView, _ problem: inout String?
    ) throws(TemplateError) -> Int {
        let scalar = source[index]
        if let simple = Self.simpleEscapes[scalar] {
            content.append(simple)
            return index + 1
        }
        switch scalar {
        case "\n": return index + 1
        case "0"..."7":
            let end =
                source[index...].prefix(3).firstIndex { !("0"..."7").contains($0) } ?? min(index + 3, source.count)
            append(UInt32(text(index..<end), radix: 8) ?? 0, to: &content, &problem)
            return end
        case "x": return try readHexEscape(at: index + 1, digits: 2, into: &content, &problem)
        case "u": return try readHexEscape(at: index + 1, digits: 4, into: &content, &problem)
        case "U": return try readHexEscape(at: index + 1, digits: 8, into: &content, &problem)
        case "N":
            problem = "a string with a character by its name ('\\N{…}') is not supported; write the character itself."
            return index + 1
        default:
            // Before a non-ASCII character, Jinja takes the backslash as part of the escape it makes of the character.
            let rest = scalar.isASCII ? String(scalar) : String(PythonText.escape(scalar).dropFirst())
            content.append("\\")
            content.append(contentsOf: rest.unicodeScalars)
            return index + 1
        }
    }

    private func readHexEscape(
        at start: Int, digits: Int, into content: inout String.UnicodeScalarView, _ problem: inout String?
    ) throws(TemplateError) -> Int {
        let end = start + digits
        guard end <= source.count, source[start..<end].allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32(text(start..<end), radix: 16), value <= 0x10FFFF
        else { throw failure("an escape in a string is not a character") }
        append(value, to: &content, &problem)
        return end
    }

    private func append(_ value: UInt32, to content: inout String.UnicodeScalarView, _ problem: inout String?) {
        if let scalar = Unicode.Scalar(value) {
            content.append(scalar)
        } else {
            problem = "a string with half of a surrogate pair is not supported; write the character itself."
        }
    }

    // MARK: Places

    private mutating func add(_ kind: TemplateToken.Kind) {
        tokens.append(TemplateToken(kind: kind, line: line))
    }

    private mutating func addText(_ range: Range<Int>) {
        if !range.isEmpty { add(.text(text(range))) }
    }

    private func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(source[range]))
    }

    private mutating func move(to end: Int) {
        line += source[position..<end].count { $0 == "\n" }
        position = end
    }

    private mutating func skipSpace() {
        move(to: source[position...].firstIndex { !$0.isPythonSpace } ?? source.count)
    }

    private func find(_ mark: String, from start: Int) -> Int? {
        var index = start
        while index + 1 < source.count {
            if source[index...].starts(with: mark.unicodeScalars) { return index }
            index += 1
        }
        return nil
    }

    private func failure(_ message: String) -> TemplateError {
        TemplateError(code: .syntax, line: line, message: "\(message).")
    }
}
