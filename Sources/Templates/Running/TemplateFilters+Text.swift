internal import OrderedCollections

/// Filters on text.
extension TemplateInterpreter {
    static let textFilters: [String: Filter] = [
        "upper": { try $0.method("upper", $1, $2) },
        "lower": { try $0.method("lower", $1, $2) },
        "capitalize": { try $0.method("capitalize", $1, $2) },
        "trim": { interpreter, value, arguments in
            let parameters = try interpreter.parameters(arguments, "trim", ["chars"])
            return try interpreter.method("strip", value, PythonArguments(positional: [parameters["chars"] ?? .none]))
        },
        "center": { interpreter, value, arguments in
            let parameters = try interpreter.parameters(arguments, "center", ["width"])
            return try interpreter.method(
                "center", value, PythonArguments(positional: [parameters["width"] ?? .integer(80)]))
        },
        "title": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "title")
            // What Jinja joins is no longer markup.
            return try interpreter.runtime.string(PythonText.titledWords(try interpreter.softText(value).text))
        },
        "string": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "string")
            let (text, isMarkup) = try interpreter.softText(value)
            return .text(text, isMarkup: isMarkup)
        },
        "safe": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "safe")
            return .markup(try interpreter.runtime.text(of: value))
        },
        "escape": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "escape")
            return try interpreter.runtime.string(try interpreter.runtime.escaped(value), isMarkup: true)
        },
        "forceescape": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "forceescape")
            let text = PythonText.escaped(try interpreter.softText(value).text)
            return try interpreter.runtime.string(text, isMarkup: true)
        },
        "format": { interpreter, value, arguments in
            let (format, isMarkup) = try interpreter.softText(value)
            guard arguments.positional.isEmpty || arguments.named.isEmpty else {
                throw interpreter.runtime.failure("'format' takes arguments by position or by name, not both")
            }
            let values =
                arguments.named.isEmpty
                ? try interpreter.runtime.tuple(arguments.positional)
                : try interpreter.runtime.dictionary(arguments.named.map { (.string($0.name), $0.value) })
            let text = try interpreter.runtime.formatted(format, values, escapes: isMarkup)
            return try interpreter.runtime.string(text, isMarkup: isMarkup)
        },
        "replace": { try $0.replaced($1, $2) },
        "indent": { try $0.indented($1, $2) },
        "truncate": { try $0.truncated($1, $2) },
        "wordcount": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "wordcount")
            var count = 0, isInWord = false
            for scalar in try interpreter.softText(value).text.unicodeScalars {
                let isWord = scalar.isPythonWord
                if isWord, !isInWord { count += 1 }
                isInWord = isWord
            }
            return .integer(count)
        },
        "wordwrap": { try $0.wrapped($1, $2) },
        "striptags": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "striptags")
            return try interpreter.runtime.string(PythonMarkup.withoutTags(try interpreter.softText(value).text))
        },
        "urlencode": { try $0.urlEncoded($1, $2) },
        "urlize": { interpreter, _, _ in
            throw interpreter.runtime.unsupported(
                "the filter 'urlize' is not supported: it makes links for web pages; write the text without it")
        },
        "xmlattr": { try $0.xmlAttributes($1, $2) },
    ]

    /// Calls a string method on a value's text.
    private func method(_ name: String, _ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let (text, isMarkup) = try softText(value)
        return try runtime.callString(name, text, isMarkup: isMarkup, arguments)
    }

    // MARK: Replacing and indenting

    fileprivate func replaced(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "replace", ["old", "new", "count"], required: 2)
        let old = parameters["old"] ?? .none, new = parameters["new"] ?? .none
        let count = parameters.optional("count") == nil ? -1 : try parameters.integer("count", default: -1)
        guard isEscaping else {
            return try runtime.string(
                try runtime.replaced(
                    try softText(value).text, try runtime.text(of: old), try runtime.text(of: new), count))
        }
        let isMarkup = value.isMarkup || old.isMarkup || new.isMarkup
        let text = isMarkup ? try runtime.escaped(value) : try runtime.text(of: value)
        let replacement = isMarkup ? try runtime.escaped(new) : try runtime.text(of: new)
        return try runtime.string(
            try runtime.replaced(text, try runtime.text(of: old), replacement, count), isMarkup: isMarkup)
    }

    fileprivate func indented(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "indent", ["width", "first", "blank"])
        guard let text = value.text else { throw runtime.failure("'indent' needs a string, not \(value.kind)") }
        let width = parameters["width"] ?? .integer(4)
        let margin =
            if let margin = width.text { margin } else {
                try spaces(try parameters.integer("width", default: 4))
            }
        try runtime.charge(bytes: text.utf8.count)
        let lines = PythonText.lines(text + "\n")
        let (added, overflows) = lines.count.multipliedReportingOverflow(by: margin.utf8.count)
        try runtime.checkSize(bytes: overflows ? .max : text.utf8.count + added)
        try runtime.charge(bytes: lines.count * 8 + added)
        let isFirst = parameters.flag("first"), isBlank = parameters.flag("blank")
        let indented = lines.enumerated().map { index, line in
            (index == 0 ? isFirst : isBlank || !line.isEmpty) ? margin + line : line
        }
        return try runtime.string(indented.joined(separator: "\n"), isMarkup: value.isMarkup)
    }

    private func spaces(_ count: Int) throws -> String {
        try runtime.checkSize(bytes: count)
        try runtime.charge(bytes: max(0, count))
        return String(repeating: " ", count: max(0, count))
    }

    // MARK: Lengths

    fileprivate func truncated(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "truncate", ["length", "killwords", "end", "leeway"])
        let length = try parameters.integer("length", default: 255)
        let end = try parameters.string("end") ?? "...", endLength = end.unicodeScalars.count
        let leeway = parameters.optional("leeway") == nil ? 5 : try parameters.integer("leeway", default: 5)
        guard length >= endLength, leeway >= 0 else {
            throw runtime.failure("'truncate' needs a length of at least \(endLength) and no negative leeway")
        }
        let (limit, overflows) = length.addingReportingOverflow(leeway)
        guard let count = try runtime.length(of: value) else {
            throw runtime.failure("'truncate' needs a string, not \(value.kind)")
        }
        if overflows || count <= limit { return value }
        guard let text = value.text else { throw runtime.failure("'truncate' needs a string, not \(value.kind)") }
        var kept = Array(text.unicodeScalars.prefix(length - endLength))
        if !parameters.flag("killwords"), let space = kept.lastIndex(of: " ") { kept = Array(kept[..<space]) }
        let cut = PythonValue.text(String(String.UnicodeScalarView(kept)), isMarkup: value.isMarkup)
        return try runtime.apply(.add, cut, parameters["end"] ?? .string(end))
    }

    fileprivate func wrapped(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(
            arguments, "wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"])
        guard let text = value.text else { throw runtime.failure("'wordwrap' needs a string, not \(value.kind)") }
        let width = try parameters.integer("width", default: 79)
        guard width > 0 else { throw runtime.failure("'wordwrap' needs a width above 0") }
        let wrap = try parameters.string("wrapstring") ?? "\n"
        // Every character can become a separate line.
        let (bytes, overflows) = text.utf8.count.multipliedReportingOverflow(by: wrap.utf8.count + 1)
        try runtime.checkSize(bytes: overflows ? .max : bytes)
        try runtime.charge(text.utf8.count)
        let wrapper = PythonTextWrapper(
            width: width, breaksLongWords: parameters.flag("break_long_words", default: true),
            breaksAtHyphens: parameters.flag("break_on_hyphens", default: true))
        let lines = PythonText.lines(text).map { wrapper.wrap($0).joined(separator: wrap) }
        return try runtime.string(lines.joined(separator: wrap))
    }

    // MARK: Web

    fileprivate func urlEncoded(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        _ = try parameters(arguments, "urlencode")
        guard value.text == nil, runtime.isIterable(value) else { return .string(try quoted(value, isQuery: false)) }
        var pairs = try runtime.elements(of: value)
        if case .dictionary(let dictionary) = value { pairs = dictionary.items }
        let parts = try pairs.map { pair in
            let members = try runtime.elements(of: pair)
            guard members.count == 2 else { throw runtime.failure("'urlencode' needs pairs of a name and a value") }
            return "\(try quoted(members[0], isQuery: true))=\(try quoted(members[1], isQuery: true))"
        }
        return try runtime.string(try runtime.join(parts, with: "&"))
    }

    private func quoted(_ value: PythonValue, isQuery: Bool) throws -> String {
        let text = try softText(value).text
        try runtime.checkSize(bytes: text.utf8.count * 3)
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if plain.contains(byte) || (byte == UInt8(ascii: "/") && !isQuery) {
                result.append(byte)
            } else if byte == UInt8(ascii: " "), isQuery {
                result.append(UInt8(ascii: "+"))
            } else {
                result += "%\(PythonText.hex(UInt32(byte), 2).uppercased())".utf8
            }
        }
        try runtime.charge(result.count / 8)
        return String(decoding: result, as: UTF8.self)
    }

    fileprivate func xmlAttributes(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let hasSpace = try parameters(arguments, "xmlattr", ["autospace"]).flag("autospace", default: true)
        guard case .dictionary(let dictionary) = value else {
            throw runtime.failure("'xmlattr' needs a dictionary, not \(value.kind)")
        }
        var items: [String] = []
        for (key, value) in dictionary.contents where !value.isNone && !value.isUndefined {
            guard let name = key.value.text, !name.utf8.contains(where: { Self.endsAttributeName($0) }) else {
                throw runtime.failure("'xmlattr' has a key that cannot name an attribute")
            }
            items.append("\(try runtime.escaped(key.value))=\"\(try runtime.escaped(value))\"")
        }
        let text = try runtime.join(items, with: " ")
        return try runtime.string(hasSpace && !text.isEmpty ? " " + text : text, isMarkup: isEscaping)
    }

    private static func endsAttributeName(_ byte: UInt8) -> Bool {
        (0x09...0x0D).contains(byte) || byte == 0x20 || "/>=".utf8.contains(byte)
    }
}

extension PythonText {
    /// Jinja's `title`: words begin at the start and after spaces, hyphens and opening brackets.
    fileprivate static func titledWords(_ text: String) -> String {
        var result = "", word = String.UnicodeScalarView()
        func finished() -> String {
            guard let first = word.first else { return "" }
            return String(first).uppercased() + lowercased(String(word.dropFirst()))
        }
        for scalar in text.unicodeScalars {
            if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
                result += finished()
                word = String.UnicodeScalarView()
                result.unicodeScalars.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        return result + finished()
    }
}
