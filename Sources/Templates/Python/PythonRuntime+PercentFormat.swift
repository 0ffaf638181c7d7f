internal import BigInt

/// `format % values`, as in C.
extension PythonRuntime {
    /// - Parameter escapes: Whether the format is markup, so that inserted values are escaped.
    func formatted(_ format: String, _ values: PythonValue, escapes: Bool = false) throws -> String {
        try charge(bytes: format.utf8.count)
        var reader = PercentFormat(
            format: Array(format.unicodeScalars)[...], values: values, escapes: escapes, runtime: self)
        return try reader.write()
    }
}

private struct PercentFormat {
    var format: ArraySlice<Unicode.Scalar>
    let values: PythonValue
    let escapes: Bool
    let runtime: PythonRuntime
    private var taken = 0
    private var usesNames = false
    private var text = ""

    init(format: ArraySlice<Unicode.Scalar>, values: PythonValue, escapes: Bool, runtime: PythonRuntime) {
        self.format = format
        self.values = values
        self.escapes = escapes
        self.runtime = runtime
    }

    mutating func write() throws -> String {
        while let scalar = format.popFirst() {
            guard scalar == "%" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            try writeDirective()
            try runtime.checkSize(bytes: text.utf8.count)
        }
        if !usesNames, taken < count, !isMapping { throw runtime.failure("a format does not use all of its values") }
        return text
    }

    private var isMapping: Bool {
        switch values {
        case .dictionary, .list, .range, .undefined: true
        default: false
        }
    }

    private var count: Int {
        if case .tuple(let tuple) = values { return tuple.elements.count }
        return 1
    }

    private mutating func writeDirective() throws {
        let named = try readKey()
        var specification = PythonFormatSpecification()
        var isLeft = false
        while let flag = format.first, "#0- +".unicodeScalars.contains(flag) {
            switch flag {
            case "#": specification.isAlternate = true
            case "0": specification.fill = "0"
            case "-": isLeft = true
            case "+": specification.sign = "+"
            default: if specification.sign != "+" { specification.sign = " " }
            }
            format.removeFirst()
        }
        if var width = try readSize() {
            if width < 0 {
                isLeft = true
                width = -width
            }
            specification.width = width
        }
        if format.first == "." {
            format.removeFirst()
            specification.precision = max(0, try readSize() ?? 0)
        }
        while let letter = format.first, letter == "h" || letter == "l" || letter == "L" { format.removeFirst() }
        guard let type = format.popFirst() else { throw runtime.failure("a format ends in the middle") }
        try runtime.charge(bytes: specification.width + (specification.precision ?? 0))
        if type == "%" {
            text += "%"
            return
        }
        specification.alignment = isLeft ? "<" : specification.fill == "0" ? "=" : ">"
        if isLeft { specification.fill = " " }
        text += try convert(named ?? nextValue(), type, specification)
    }

    // MARK: Values

    private mutating func readKey() throws -> PythonValue? {
        guard format.first == "(" else { return nil }
        format.removeFirst()
        var name = "", depth = 1
        while let scalar = format.popFirst() {
            if scalar == "(" { depth += 1 }
            if scalar == ")" { depth -= 1 }
            if depth == 0 { break }
            name.unicodeScalars.append(scalar)
        }
        guard depth == 0, case .dictionary(let dictionary) = values else {
            throw runtime.failure("a format with names needs a dictionary")
        }
        guard let value = dictionary[name] else { throw runtime.failure("a format finds no '\(name)'") }
        usesNames = true
        return value
    }

    private mutating func nextValue() throws -> PythonValue {
        defer { taken += 1 }
        if case .tuple(let tuple) = values {
            guard taken < tuple.elements.count else { throw runtime.failure("a format has too few values") }
            return tuple.elements[taken]
        }
        guard taken == 0, !usesNames else { throw runtime.failure("a format has too few values") }
        return values
    }

    private mutating func readSize() throws -> Int? {
        guard format.first == "*" else {
            return try PythonFormatSpecification.number(&format, PythonFormatSpecification.maximumWidth, runtime)
        }
        format.removeFirst()
        guard let size = try nextValue().asInteger else { throw runtime.failure("'*' needs a whole number") }
        guard abs(Double(size)) <= Double(PythonFormatSpecification.maximumWidth) else {
            throw runtime.limit("a format is wider than \(PythonFormatSpecification.maximumWidth) characters")
        }
        return size
    }

    // MARK: Directives

    private func convert(
        _ value: PythonValue, _ type: Unicode.Scalar, _ specification: PythonFormatSpecification
    ) throws -> String {
        var specification = specification
        switch type {
        case "s", "r", "a":
            var text: String
            switch type {
            case "s": text = escapes ? try runtime.escaped(value) : try runtime.text(of: value)
            case "r": text = try runtime.representation(of: value)
            default: text = PythonText.ascii(try runtime.representation(of: value))
            }
            if escapes, type != "s" { text = PythonText.escaped(text) }
            if let precision = specification.precision { text = String(text.unicodeScalars.prefix(precision)) }
            specification.fill = " "
            if specification.alignment == "=" { specification.alignment = ">" }
            return specification.padded(text, default: ">")
        case "c": return try character(value, specification)
        case "d", "i", "u", "o", "x", "X": return try whole(value, type, specification)
        case "e", "E", "f", "F", "g", "G":
            if case .undefined(let undefined) = value { throw runtime.undefinedFailure(undefined) }
            guard let number = value.asFloat else {
                throw runtime.failure("'%\(type)' needs a number, not \(value.kind)")
            }
            if value.asWhole != nil, number.isInfinite { throw runtime.failure("a number is too large for a float") }
            specification.type = type
            if specification.fill == "0", !number.isFinite { specification.fill = "0" }
            return try runtime.formatted(number, specification)
        default: throw runtime.failure("a format has no '%\(type)'")
        }
    }

    private func character(_ value: PythonValue, _ specification: PythonFormatSpecification) throws -> String {
        var specification = specification
        specification.fill = " "
        if specification.alignment == "=" { specification.alignment = ">" }
        if let text = value.text, text.unicodeScalars.count == 1 { return specification.padded(text, default: ">") }
        guard let number = value.asInteger, let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else {
            throw runtime.failure("'%c' needs a character")
        }
        return specification.padded(String(scalar), default: ">")
    }

    private func whole(
        _ value: PythonValue, _ type: Unicode.Scalar, _ specification: PythonFormatSpecification
    ) throws -> String {
        if case .undefined(let undefined) = value { throw runtime.undefinedFailure(undefined) }
        var number = value.asWhole
        if case .float(let real) = value, "diu".unicodeScalars.contains(type) {
            number = PythonNumber.whole(real)?.asWhole
        }
        guard let number else { throw runtime.failure("'%\(type)' needs a whole number, not \(value.kind)") }
        let magnitude = BigInt(number.magnitude)
        let base = type == "o" ? 8 : type == "x" || type == "X" ? 16 : 10
        var digits =
            base == 10
            ? try runtime.digits(of: magnitude) : String(magnitude, radix: base, uppercase: type == "X")
        if let precision = specification.precision, digits.count < precision {
            digits = String(repeating: "0", count: precision - digits.count) + digits
        }
        let prefix = base == 10 || !specification.isAlternate ? "" : "0\(type)"
        return specification.number(isNegative: number < 0, prefix: prefix, digits: digits)
    }
}

extension PythonText {
    /// A text with all non-ASCII characters escaped.
    static func ascii(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII { result.unicodeScalars.append(scalar) } else { result += escape(scalar) }
        }
        return result
    }
}
