extension LatexLexer {
    // MARK: Commands

    mutating func readCommand() throws(MathProblem) {
        position += 1
        guard let name = readCommandName() else { throw .unreadable("a backslash ends the answer") }
        if name == "\\" {
            emit(.rowBreak)
        } else if LatexCommands.words.contains(name) {
            try readWords(of: name)
        } else if LatexCommands.accents.contains(name) {
            try readAccent(name)
        } else if name == "begin" || name == "end" {
            let environment = try readGroup()
            emit(name == "begin" ? .begin(environment) : .end(environment))
        } else {
            try emitCommand(named: name)
        }
    }

    private mutating func emitCommand(named name: String) throws(MathProblem) {
        if let symbol = LatexCommands.symbols[name] {
            emit(.symbol(symbol))
        } else if LatexCommands.greek.contains(name) {
            emit(.letter(name))
        } else if !LatexCommands.ignored.contains(name) {
            let name = LatexCommands.synonyms[name] ?? name
            guard LatexCommands.known.contains(name) || Function(rawValue: name)?.hasName == true else {
                throw .unreadable("\\\(name) is not understood")
            }
            emit(.command(name))
        }
    }

    /// Letters, or one character that is not a letter.
    private mutating func readCommandName() -> String? {
        guard let first = peek() else { return nil }
        position += 1
        var name = String(first)
        guard Self.isLetter(first) else { return name }
        while let next = peek(), Self.isLetter(next) {
            name.unicodeScalars.append(next)
            position += 1
        }
        return name
    }

    /// The text between braces, or the next character.
    private mutating func readGroup() throws(MathProblem) -> String {
        while peek()?.properties.isWhitespace == true { position += 1 }
        guard peek() == "{" else {
            defer { position += 1 }
            return peek().map { String($0) } ?? ""
        }
        var content = "", depth = 0
        while let scalar = peek() {
            position += 1
            if scalar == "{" { depth += 1 }
            if scalar == "}" { depth -= 1 }
            if depth == 0 { return String(content.dropFirst()) }
            content.unicodeScalars.append(scalar)
        }
        throw .unreadable("a brace is not closed")
    }

    // MARK: Words

    /// `\text{…}` and the like: words, a number, a function's name, or a variable's letter in another typeface.
    private mutating func readWords(of command: String) throws(MathProblem) {
        let content = try readGroup().trimmed
        let isFace = command.hasPrefix("math") || ["boldsymbol", "bm", "operatorname"].contains(command)
        if command == "mathbb", content == "R" {
            emit(.letter("ℝ"))
        } else if isFace, content.unicodeScalars.count == 1, let letter = content.unicodeScalars.first,
            Self.isLetter(letter)
        {
            emit(command == "mathrm" && followsValue && "mgshLN".contains(content) ? .text(content) : .letter(content))
        } else if isFace, LatexCommands.plainNames.contains(content) {
            emit(.command(LatexCommands.synonyms[content] ?? content))
        } else if !content.isEmpty, content.unicodeScalars.allSatisfy(Self.isDigit) {
            emit(.number(content))
        } else if let separator = Self.separators[content.lowercased()] {
            emit(.symbol(separator))
        } else if !content.isEmpty {
            emitWords(content)
        }
    }

    private static let separators: [String: Character] = ["and": "∧", "or": "∨", ",": ",", ";": ";"]

    /// Emits words; one that multiplies the value before it, as in "5 million dollars", becomes a factor.
    private mutating func emitWords(_ content: String) {
        let words = content.split(separator: " ", maxSplits: 1)
        guard followsValue, let first = words.first, let factor = LatexCommands.scales[first.lowercased()] else {
            emit(.text(content))
            return
        }
        if factor == "%" {
            emit(.symbol("%"))
        } else {
            emit(.symbol("*"))
            emit(.number(factor))
        }
        if words.count > 1 { emitWords(String(words[1])) }
    }

    /// Reads adjacent letters: a function's name, words, or a product of variables.
    ///
    /// Four or more letters are taken for a word, since long products have signs or powers in them; so are shorter unit
    /// names after a value.
    mutating func readLetters() {
        var run = ""
        while let scalar = peek(), Self.isLetter(scalar) {
            run.unicodeScalars.append(scalar)
            position += 1
        }
        if LatexCommands.shortUnits.contains(run), followsValue {
            emit(.text(run))
        } else if LatexCommands.plainNames.contains(run) {
            emit(.command(LatexCommands.synonyms[run] ?? run))
        } else if let separator = Self.separators[run] {
            emit(.symbol(separator))
        } else if LatexCommands.greek.contains(run), run.count >= 3 {
            emit(.letter(run))
        } else if let last = run.last, "xyabn".contains(last), LatexCommands.plainNames.contains(String(run.dropLast()))
        {
            // `sinx`
            let name = String(run.dropLast())
            emit(.command(LatexCommands.synonyms[name] ?? name))
            emit(.letter(String(last)))
        } else if run.count >= 4, !(followsValue && !followsSpace && run.isRisingRun) {
            emitWords(run)
        } else {
            for letter in run { emit(.letter(String(letter))) }
        }
    }

    /// Reads angle signs and accents over names: an accent makes a different name, but a bar over two letters denotes a
    /// segment.
    private mutating func readAccent(_ name: String) throws(MathProblem) {
        let content = try readGroup().trimmed
        guard !content.isEmpty, content.unicodeScalars.count <= 3, content.unicodeScalars.allSatisfy(Self.isLetter)
        else {
            throw .unreadable("\\\(name) is not understood there")
        }
        if name == "overline", content.count == 2 {
            for letter in content { emit(.letter(String(letter))) }
        } else {
            emit(.letter("\(name) \(content)"))
        }
    }

    private var followsValue: Bool {
        switch tokens.last?.kind {
        case .number, .repeating, .text, .symbol(")"), .symbol("}"): true
        default: false
        }
    }
}
