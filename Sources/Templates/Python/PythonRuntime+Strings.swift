internal import OrderedCollections

/// The methods of strings.
extension PythonRuntime {
    func callString(
        _ name: String, _ text: String, isMarkup: Bool, _ arguments: PythonArguments
    ) throws -> PythonValue {
        // An argument inserted into markup is used in its escaped form.
        func inserted(_ value: PythonValue) throws -> String {
            guard value.text != nil else { throw failure("'\(name)' needs a string, not \(value.kind)") }
            return isMarkup ? try escaped(value) : value.text ?? ""
        }
        func made(_ text: String) throws -> PythonValue { try string(text, isMarkup: isMarkup) }
        func parameters(_ names: [String], required: Int = 0) throws -> PythonParameters {
            try PythonParameters(arguments, of: name, names, required: required, self)
        }
        func withoutArguments(_ change: (String) -> String) throws -> PythonValue {
            _ = try parameters([])
            return try made(change(text))
        }
        switch name {
        case "upper": return try withoutArguments { $0.uppercased() }
        case "lower": return try withoutArguments { PythonText.lowercased($0) }
        case "casefold": return try withoutArguments(PythonText.caseFolded)
        case "title": return try withoutArguments(PythonText.titled)
        case "capitalize": return try withoutArguments(PythonText.capitalized)
        case "swapcase": return try withoutArguments(PythonText.swappedCase)
        case "strip", "lstrip", "rstrip":
            let characters = try parameters(["chars"]).string("chars")
            return try made(
                PythonText.stripped(text, characters, left: name != "rstrip", right: name != "lstrip"))
        case "startswith", "endswith":
            return .bool(try hasAffix(name, text, try parameters(["affix", "start", "end"], required: 1)))
        case "removeprefix":
            let prefix = try parameters(["prefix"], required: 1).requiredString("prefix")
            guard text.utf8.starts(with: prefix.utf8) else { return try made(text) }
            return try made(String(decoding: Array(text.utf8.dropFirst(prefix.utf8.count)), as: UTF8.self))
        case "removesuffix":
            let suffix = try parameters(["suffix"], required: 1).requiredString("suffix")
            guard PythonText.ends(text, with: suffix) else { return try made(text) }
            return try made(String(decoding: Array(text.utf8.dropLast(suffix.utf8.count)), as: UTF8.self))
        case "splitlines":
            let lines = PythonText.lines(text, keepsEnds: try parameters(["keepends"]).flag("keepends"))
            return try list(lines.map { .text($0, isMarkup: isMarkup) })
        case "join":
            let items = try elements(of: try parameters(["iterable"], required: 1)["iterable"] ?? .none)
            return try made(try join(try items.map(inserted), with: text))
        case "format": return try made(try formatted(text, with: arguments, escapes: isMarkup))
        case "format_map":
            let values = try parameters(["mapping"], required: 1)["mapping"] ?? .none
            guard case .dictionary(let dictionary) = values else { throw failure("'format_map' needs a dictionary") }
            let named = dictionary.contents.compactMap { key, value in key.value.text.map { (name: $0, value: value) } }
            return try made(try formatted(text, with: PythonArguments(named: named), escapes: isMarkup))
        case "replace":
            let parameters = try parameters(["old", "new", "count"], required: 2)
            let (old, new) = (try parameters.requiredString("old"), try inserted(parameters["new"] ?? .none))
            return try made(try replaced(text, old, new, try parameters.integer("count", default: -1)))
        case "partition", "rpartition", "split", "rsplit": return try cut(name, text, isMarkup: isMarkup, arguments)
        case "find", "rfind", "index", "rindex", "count": return .integer(try search(name, text, arguments))
        case "center", "ljust", "rjust", "zfill", "expandtabs":
            return try made(try padded(name, text, arguments, inserted))
        case "translate":
            return try made(try translated(text, try parameters(["table"], required: 1)["table"] ?? .none))
        case "maketrans": return try translationTable(arguments)
        case "escape":
            return try made(try escaped(try parameters(["s"], required: 1)["s"] ?? .none))
        case "striptags", "unescape":
            _ = try parameters([])
            return .string(name == "unescape" ? PythonMarkup.unescaped(text) : PythonMarkup.withoutTags(text))
        case "encode": throw unsupported("'encode' makes bytes, which chat templates do not have")
        default:
            _ = try parameters([])
            return .bool(PythonText.classify(name, text))
        }
    }

    // MARK: Joining and replacing

    func join(_ texts: [String], with separator: String) throws -> String {
        var size = 0
        for text in texts {
            size += text.utf8.count + separator.utf8.count
            try checkSize(bytes: size)
        }
        try charge(texts.count + size / Limits.bytesPerStep)
        return texts.joined(separator: separator)
    }

    func replaced(_ text: String, _ part: String, _ replacement: String, _ limit: Int) throws -> String {
        try chargeSearch(for: part, in: text)
        let all = PythonText.occurrences(of: part, in: text)
        let found = limit < 0 ? all[...] : all.prefix(limit)
        try charge(found.count / 4)
        let (growth, overflows) = found.count.multipliedReportingOverflow(by: replacement.utf8.count)
        try checkSize(bytes: overflows ? .max : text.utf8.count + growth)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var end = 0
        for index in found {
            result += bytes[end..<index]
            result += replacement.utf8
            end = index + part.utf8.count
        }
        return String(decoding: result + bytes[end...], as: UTF8.self)
    }

    private func translated(_ text: String, _ table: PythonValue) throws -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            try charge(1)
            let value = try element(.integer(Int(scalar.value)), of: table)
            switch value {
            case .undefined: result.unicodeScalars.append(scalar)
            case .none: break
            case .string(let text), .markup(let text): result += text
            default:
                guard let number = value.asInteger, let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init)
                else { throw failure("'translate' needs characters, not \(value.kind)") }
                result.unicodeScalars.append(scalar)
            }
        }
        try checkSize(bytes: result.utf8.count)
        return result
    }

    private func translationTable(_ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try PythonParameters(arguments, of: "maketrans", ["x", "y", "z"], required: 1, self)
        if case .dictionary(let dictionary)? = parameters["x"], parameters["y"] == nil {
            return try self.dictionary(
                try dictionary.contents.map { key, value in
                    guard let text = key.value.text else { return (key.value, value) }
                    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
                        throw failure("'maketrans' needs keys of one character")
                    }
                    return (.integer(Int(scalar.value)), value)
                })
        }
        let from = try parameters.requiredString("x").unicodeScalars,
            to = try parameters.requiredString("y").unicodeScalars
        guard from.count == to.count else { throw failure("'maketrans' needs strings of the same length") }
        let pairs = zip(from, to).map { (PythonValue.integer(Int($0.value)), PythonValue.integer(Int($1.value))) }
        let removed = (try parameters.string("z") ?? "").unicodeScalars.map {
            (PythonValue.integer(Int($0.value)), PythonValue.none)
        }
        return try dictionary(pairs + removed)
    }

    // MARK: Cutting

    private func cut(
        _ name: String, _ text: String, isMarkup: Bool, _ arguments: PythonArguments
    ) throws -> PythonValue {
        func made(_ parts: [String]) -> [PythonValue] { parts.map { .text($0, isMarkup: isMarkup) } }
        let fromEnd = name.hasPrefix("r")
        if name.hasSuffix("partition") {
            let separator = try PythonParameters(arguments, of: name, ["sep"], required: 1, self).requiredString("sep")
            guard !separator.isEmpty else { throw failure("'\(name)' needs a separator that is not empty") }
            let parts = try split(text, separator, 1, fromEnd: fromEnd)
            if parts.count == 2 { return try tuple(made([parts[0], separator, parts[1]])) }
            return try tuple(made(fromEnd ? ["", "", text] : [text, "", ""]))
        }
        let parameters = try PythonParameters(arguments, of: name, ["sep", "maxsplit"], self)
        let limit = try parameters.integer("maxsplit", default: -1)
        guard let separator = try parameters.string("sep") else {
            return try list(made(try splitAtSpace(text, limit, fromEnd: fromEnd)))
        }
        guard !separator.isEmpty else { throw failure("'\(name)' needs a separator that is not empty") }
        return try list(made(try split(text, separator, limit, fromEnd: fromEnd)))
    }

    private func split(_ text: String, _ separator: String, _ limit: Int, fromEnd: Bool) throws -> [String] {
        try chargeSearch(for: separator, in: text)
        let bytes = Array(text.utf8), needle = Array(separator.utf8)
        let all =
            fromEnd && limit >= 0
            ? PythonText.lastOccurrences(of: needle, in: bytes, limit: limit)
            : PythonText.occurrences(of: separator, in: text)
        try checkSize(elements: all.count)
        try charge(all.count)
        var parts: [String] = []
        var start = 0
        for index in limit < 0 ? all[...] : all.prefix(limit) {
            parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
            start = index + needle.count
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// Without a separator, runs of white space separate and the ends do not count.
    private func splitAtSpace(_ text: String, _ limit: Int, fromEnd: Bool) throws -> [String] {
        try charge(text.utf8.count / 8)
        let scalars = Array(text.unicodeScalars)
        // From the end, everything is reversed.
        let ordered = fromEnd ? scalars.reversed() : scalars
        var words: [String] = []
        func add(_ word: ArraySlice<Unicode.Scalar>) {
            words.append(String(String.UnicodeScalarView(fromEnd ? word.reversed() : Array(word))))
        }
        var rest = ordered[...].drop { $0.isPythonSpace }
        while !rest.isEmpty {
            if limit >= 0, words.count == limit {
                // The rest is unchanged, including the space at its end.
                add(rest)
                break
            }
            let end = rest.firstIndex { $0.isPythonSpace } ?? rest.endIndex
            add(rest[..<end])
            rest = rest[end...].drop { $0.isPythonSpace }
        }
        return fromEnd ? words.reversed() : words
    }

    // MARK: Searching

    private func hasAffix(_ name: String, _ text: String, _ parameters: PythonParameters) throws -> Bool {
        let affix = parameters["affix"] ?? .none
        var affixes = [affix]
        if case .tuple(let tuple) = affix { affixes = tuple.elements }
        let part = try stretch(of: text, parameters)?.text
        for affix in affixes {
            guard let affix = affix.text else { throw failure("'\(name)' needs a string, not \(affix.kind)") }
            try charge(bytes: affix.utf8.count)
            guard let part else { continue }
            if name == "startswith" ? part.utf8.starts(with: affix.utf8) : PythonText.ends(part, with: affix) {
                return true
            }
        }
        return false
    }

    /// The part of a text between "start" and "end", and where it begins; nil if it begins after the end of the text.
    private func stretch(of text: String, _ parameters: PythonParameters) throws -> (text: String, start: Int)? {
        guard parameters["start"] != nil || parameters["end"] != nil else { return (text, 0) }
        let scalars = Array(text.unicodeScalars)
        let start = parameters.optional("start") == nil ? 0 : try parameters.integer("start", default: 0)
        let end = parameters.optional("end") == nil ? Int.max : try parameters.integer("end", default: .max)
        let places = PythonSlice([start, end, 1], count: scalars.count)
        guard start <= scalars.count, places.start <= places.stop else { return nil }
        return (String(String.UnicodeScalarView(scalars[places.start..<places.stop])), places.start)
    }

    private func search(_ name: String, _ text: String, _ arguments: PythonArguments) throws -> Int {
        let parameters = try PythonParameters(arguments, of: name, ["sub", "start", "end"], required: 1, self)
        let part = try parameters.requiredString("sub")
        try chargeSearch(for: part, in: text)
        guard let stretch = try stretch(of: text, parameters) else {
            guard name.hasSuffix("index") else { return name == "count" ? 0 : -1 }
            throw failure("'\(name)' does not find its text")
        }
        if name == "count" { return PythonText.occurrences(of: part, in: stretch.text).count }
        let bytes = Array(stretch.text.utf8), needle = Array(part.utf8)
        let found =
            name.hasPrefix("r")
            ? PythonText.lastIndex(of: needle, in: bytes) : PythonText.firstIndex(of: needle, in: bytes)
        guard let found else {
            guard name.hasSuffix("index") else { return -1 }
            throw failure("'\(name)' does not find its text")
        }
        return stretch.start + bytes[..<found].count { $0 & 0xC0 != 0x80 }
    }

    // MARK: Widths

    private func padded(
        _ name: String, _ text: String, _ arguments: PythonArguments, _ inserted: (PythonValue) throws -> String
    ) throws -> String {
        if name == "expandtabs" {
            let size = try PythonParameters(arguments, of: name, ["tabsize"], self).integer("tabsize", default: 8)
            return try withTabsExpanded(text, size)
        }
        let names = name == "zfill" ? ["width"] : ["width", "fillchar"]
        let parameters = try PythonParameters(arguments, of: name, names, required: 1, self)
        guard parameters["width"]?.asWhole != nil else { throw failure("'\(name)' needs a whole number") }
        let width = try parameters.integer("width", default: 0)
        let fill = try parameters["fillchar"].map(inserted) ?? (name == "zfill" ? "0" : " ")
        guard fill.unicodeScalars.count == 1 else { throw failure("'\(name)' fills with one character") }
        let length = text.unicodeScalars.count
        guard width > length else { return text }
        let missing = width - length
        try checkSize(elements: missing)
        try charge(bytes: missing * fill.utf8.count)
        func filled(_ count: Int) -> String { String(repeating: fill, count: count) }
        switch name {
        case "ljust": return text + filled(missing)
        case "rjust": return filled(missing) + text
        case "center":
            // Python's own rounding of an odd number.
            let left = missing / 2 + (missing & width & 1)
            return filled(left) + text + filled(missing - left)
        default:
            let hasSign = text.first == "-" || text.first == "+"
            return (hasSign ? String(text.prefix(1)) : "") + filled(missing)
                + (hasSign ? String(text.dropFirst()) : text)
        }
    }

    private func withTabsExpanded(_ text: String, _ size: Int) throws -> String {
        var result = "", column = 0
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                guard size > 0 else { continue }
                let count = size - column % size
                try checkSize(
                    bytes: result.utf8.count.addingReportingOverflow(count).overflow ? .max : result.utf8.count + count)
                try charge(bytes: count)
                result += String(repeating: " ", count: count)
                column += count
            } else {
                result.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return result
    }
}
