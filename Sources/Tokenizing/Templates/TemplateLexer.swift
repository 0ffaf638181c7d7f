/// Cuts a template's source into tokens, with the white space rules that chat templates are written for: the first
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

    /// Line breaks of all kinds become "\n", and one at the very end is dropped, as Jinja does.
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

    /// Where the text before a tag ends after its white space is cut.
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

    /// Reads `{% raw %}…{% endraw %}`, if that is what begins here after the opening mark.
    private mutating func readRaw() throws(TemplateError) -> Bool {
        guard let (_, content) = matchWord("raw", at: position) else { return false }
        // Only '-' acts on the text inside: the first line break after this tag is kept.
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

    /// Matches `word`, then an optional sign and "%}"; gives the place of the sign, or of "%}", and the end.
    private func matchWord(_ word: String, at start: Int) -> (sign: Int, end: Int)? {
        var index = start
        while index < source.count, source[index].isPythonSpace { index += 1 }
        guard source[index...].starts(with: word.unicodeScalars) else { return nil }
        index += word.unicodeScalars.count
        while index < source.count, source[index].isPythonSpace { index += 1 }
        let sign = index
        if index < source.count, source[index] == "-" || source[index] == "+" { index += 1 }
        guard source[index...].starts(with: "%}".unicodeScalars) else { return nil }
        return (sign, index + 2)
    }

    /// Passes the end mark of a tag at `end` and the white space that belongs to it.
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

    /// The width of the sign before an end mark, 0 or 1; nil where no end mark comes next.
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
        case "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ":", "|", ",": break
        default: throw failure("unexpected character '\(scalar)'")
        }
        add(.symbol(String(scalar)))
        move(to: position + 1)
    }

    private mutating func readNumber() throws(TemplateError) {
        var end = endOfDigits(position)
        var isWhole = true
        let followsDot = position > 0 && source[position - 1] == "."
        if !followsDot, end + 1 < source.count, source[end] == ".", source[end + 1].isDigit {
            end = endOfDigits(end + 1)
            isWhole = false
        }
        if !followsDot, end < source.count, source[end] == "e" || source[end] == "E" {
            var digits = end + 1
            if digits < source.count, source[digits] == "+" || source[digits] == "-" { digits += 1 }
            if digits < source.count, source[digits].isDigit {
                end = endOfDigits(digits)
                isWhole = false
            }
        }
        let digits = text(position..<end).filter { $0 != "_" }
        if isWhole, let value = Int(digits) {
            add(.integer(value))
        } else if !isWhole, let value = Double(digits) {
            add(.number(value))
        } else {
            throw failure("the number \(digits.prefix(40)) is too large")
        }
        move(to: end)
    }

    private func endOfDigits(_ start: Int) -> Int {
        source[start...].firstIndex { !$0.isDigit && $0 != "_" } ?? source.count
    }

    private mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
        var content = String.UnicodeScalarView()
        var index = position + 1
        while index < source.count, source[index] != quote {
            if source[index] == "\\", index + 1 < source.count {
                index = try readEscape(at: index + 1, into: &content)
            } else {
                content.append(source[index])
                index += 1
            }
        }
        guard index < source.count else { throw failure("a string has no end") }
        add(.string(String(content)))
        move(to: index + 1)
    }

    /// Reads an escape whose backslash has been passed and returns where it ends.
    ///
    /// Python's rules: unknown ones stay.
    private func readEscape(at index: Int, into content: inout String.UnicodeScalarView) throws(TemplateError) -> Int {
        let scalar = source[index]
        switch scalar {
        case "n": content.append("\n")
        case "t": content.append("\t")
        case "r": content.append("\r")
        case "b": content.append("\u{8}")
        case "f": content.append("\u{C}")
        case "v": content.append("\u{B}")
        case "a": content.append("\u{7}")
        case "0": content.append("\0")
        case "\\", "'", "\"": content.append(scalar)
        case "\n": break
        case "x": return try readHexEscape(at: index + 1, digits: 2, into: &content)
        case "u": return try readHexEscape(at: index + 1, digits: 4, into: &content)
        case "U": return try readHexEscape(at: index + 1, digits: 8, into: &content)
        default:
            content.append("\\")
            content.append(scalar)
        }
        return index + 1
    }

    private func readHexEscape(
        at start: Int, digits: Int, into content: inout String.UnicodeScalarView
    ) throws(TemplateError) -> Int {
        guard start + digits <= source.count, let value = UInt32(text(start..<start + digits), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw failure("an escape in a string is not a character") }
        content.append(scalar)
        return start + digits
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

extension Unicode.Scalar {
    /// What Python's `str.strip` removes and its `\s` matches.
    var isPythonSpace: Bool {
        properties.isWhitespace || (0x1C...0x1F).contains(value)
    }

    var isDigit: Bool { (0x30...0x39).contains(value) }
}
