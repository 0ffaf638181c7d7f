internal import BigInt

/// `str.format`: `{}`, `{0}`, `{name.member[key]!r:specification}`.
extension PythonRuntime {
    func formatted(_ text: String, with arguments: PythonArguments, escapes: Bool) throws -> String {
        try charge(bytes: text.utf8.count)
        var format = StringFormat(arguments: arguments, escapes: escapes, runtime: self)
        return try format.write(Array(text.unicodeScalars)[...], depth: 2)
    }
}

private struct StringFormat {
    let arguments: PythonArguments
    let escapes: Bool
    let runtime: PythonRuntime
    /// The index of the next argument for `{}`; nil once arguments have been numbered.
    private var automatic: Int? = 0

    init(arguments: PythonArguments, escapes: Bool, runtime: PythonRuntime) {
        self.arguments = arguments
        self.escapes = escapes
        self.runtime = runtime
    }

    mutating func write(_ scalars: ArraySlice<Unicode.Scalar>, depth: Int) throws -> String {
        guard depth >= 0 else { throw runtime.failure("formats nest too deep") }
        var rest = scalars, text = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                text.unicodeScalars.append(scalar)
            case "{": text += try writeField(try readField(&rest), depth)
            case "}": throw runtime.failure("a single '}' in a format")
            default: text.unicodeScalars.append(scalar)
            }
            try runtime.checkSize(bytes: text.utf8.count)
        }
        return text
    }

    /// The content between braces; braces inside brackets do not count.
    private func readField(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> ArraySlice<Unicode.Scalar> {
        var depth = 1, isInBrackets = false, isName = true
        for (index, scalar) in zip(rest.indices, rest) {
            if isName, isInBrackets {
                if scalar == "]" { isInBrackets = false }
                continue
            }
            switch scalar {
            case "[" where isName: isInBrackets = true
            case ":" where depth == 1, "!" where depth == 1: isName = false
            case "{": depth += 1
            case "}": depth -= 1
            default: break
            }
            guard depth == 0 else { continue }
            defer { rest = rest[(index + 1)...] }
            return rest[..<index]
        }
        throw runtime.failure("a format has a '{' without its '}'")
    }

    private mutating func writeField(_ field: ArraySlice<Unicode.Scalar>, _ depth: Int) throws -> String {
        let nameEnd = Self.endOfName(field)
        var value = try lookUp(String(String.UnicodeScalarView(field[..<nameEnd])))
        var rest = field[nameEnd...]
        if rest.first == "!" {
            rest.removeFirst()
            guard let conversion = rest.popFirst(), rest.isEmpty || rest.first == ":" else {
                throw runtime.failure("a format has no conversion after '!'")
            }
            value = try convert(value, conversion)
        }
        if rest.first == ":" { rest.removeFirst() }
        let specification = try write(rest, depth: depth - 1)
        guard escapes else { return try runtime.formatted(value, specification) }
        if case .markup(let text) = value {
            guard specification.isEmpty else { throw runtime.failure("markup cannot be formatted further") }
            return text
        }
        return PythonText.escaped(try runtime.formatted(value, specification))
    }

    private static func endOfName(_ field: ArraySlice<Unicode.Scalar>) -> Int {
        var isInBrackets = false
        for (index, scalar) in zip(field.indices, field) {
            if scalar == "[" { isInBrackets = true }
            if scalar == "]" { isInBrackets = false }
            if !isInBrackets, scalar == ":" || scalar == "!" { return index }
        }
        return field.endIndex
    }

    private func convert(_ value: PythonValue, _ conversion: Unicode.Scalar) throws -> PythonValue {
        switch conversion {
        case "s": .string(try runtime.text(of: value))
        case "r": .string(try runtime.representation(of: value))
        case "a": .string(PythonText.ascii(try runtime.representation(of: value)))
        default: throw runtime.failure("a format has no conversion '!\(conversion)'")
        }
    }

    // MARK: Names

    /// `name.member[key]`.
    private mutating func lookUp(_ name: String) throws -> PythonValue {
        let first = String(name.unicodeScalars.prefix { $0 != "." && $0 != "[" })
        var value = try argument(first)
        var rest = Array(name.unicodeScalars.dropFirst(first.unicodeScalars.count))[...]
        while let scalar = rest.popFirst() {
            if scalar == "." {
                let member = rest.prefix { $0 != "." && $0 != "[" }
                guard !member.isEmpty else { throw runtime.failure("an empty member in a format") }
                rest = rest[member.endIndex...]
                value = try runtime.attribute(String(String.UnicodeScalarView(member)), of: value)
            } else if scalar == "[", let end = rest.firstIndex(of: "]"), end > rest.startIndex {
                let key = String(String.UnicodeScalarView(rest[..<end]))
                rest = rest[(end + 1)...]
                value = try runtime.element(Self.number(key).map { .integer($0) } ?? .string(key), of: value)
            } else {
                throw runtime.failure("'\(name.prefix(40))' is not the name of a value")
            }
        }
        return value
    }

    private static func number(_ text: String) -> Int? {
        text.unicodeScalars.allSatisfy(\.isDigit) ? Int(text) : nil
    }

    private mutating func argument(_ name: String) throws -> PythonValue {
        let index: Int
        if name.isEmpty {
            guard let next = automatic else { throw runtime.failure("a format has numbers and none") }
            index = next
            automatic = next + 1
        } else if let number = Self.number(name) {
            guard automatic == nil || automatic == 0 else { throw runtime.failure("a format has numbers and none") }
            index = number
            automatic = nil
        } else {
            guard let value = arguments[name] else { throw runtime.failure("a format finds no '\(name)'") }
            return value
        }
        guard index < arguments.positional.count else { throw runtime.failure("a format has too few values") }
        return arguments.positional[index]
    }
}
