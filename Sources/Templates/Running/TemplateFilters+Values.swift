internal import BigInt

/// Filters on single values.
extension TemplateInterpreter {
    static let valueFilters: [String: Filter] = [
        "default": { interpreter, value, arguments in
            let parameters = try interpreter.parameters(arguments, "default", ["default_value", "boolean"])
            let isReplaced = value.isUndefined || (parameters.flag("boolean") && !value.isTrue)
            return isReplaced ? parameters["default_value"] ?? .string("") : value
        },
        "attr": { interpreter, value, arguments in
            let name = try interpreter.parameters(arguments, "attr", ["name"], required: 1).requiredString("name")
            if case .undefined(let undefined) = value, !PythonText.isReserved(name) {
                throw interpreter.runtime.undefinedFailure(undefined)
            }
            return try interpreter.runtime.ownAttribute(name, of: value)
                ?? .undefined(.member(kind: value.kind, name: name))
        },
        "length": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "length")
            guard let length = try interpreter.runtime.length(of: value) else {
                throw interpreter.runtime.failure("a value of type \(value.kind) has no length")
            }
            return .integer(length)
        },
        "tojson": { try $0.json($1, $2) },
        "int": { try $0.whole($1, $2) },
        "float": { interpreter, value, arguments in
            let fallback = try interpreter.parameters(arguments, "float", ["default"])["default"] ?? .float(0)
            if case .undefined(let undefined) = value { throw interpreter.runtime.undefinedFailure(undefined) }
            if let text = value.text { return PythonNumber.float(text).map { .float($0) } ?? fallback }
            guard let number = value.asFloat else { return fallback }
            guard number.isFinite || value.asWhole == nil else {
                throw interpreter.runtime.failure("a whole number is too large for a float")
            }
            return .float(number)
        },
        "abs": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "abs")
            if case .float(let number) = value { return .float(number.magnitude) }
            guard let number = value.asWhole else {
                throw interpreter.runtime.failure("'abs' needs a number, not \(value.kind)")
            }
            return .whole(BigInt(number.magnitude))
        },
        "round": { try $0.rounded($1, $2) },
        "filesizeformat": { try $0.fileSize($1, $2) },
        "items": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "items")
            switch value {
            case .undefined: return .iterator(PythonIterator("generator", over: [], depth: 1))
            case .dictionary(let dictionary):
                try interpreter.runtime.charge(dictionary.count)
                return .iterator(
                    PythonIterator("generator", over: dictionary.items, depth: dictionary.extent.depth + 1))
            default:
                let runtime = interpreter.runtime
                let failure = runtime.failure("'items' needs a dictionary, not \(value.kind)")
                return .iterator(PythonIterator("generator", depth: 1) { throw failure })
            }
        },
        "pprint": { interpreter, value, arguments in
            _ = try interpreter.parameters(arguments, "pprint")
            return try interpreter.runtime.string(try PythonPrettyPrinter(interpreter.runtime).write(value))
        },
        "random": { interpreter, _, _ in
            throw interpreter.runtime.unsupported(
                "the filter 'random' is not supported: a chat must render the same way each time")
        },
    ]

    // MARK: JSON

    /// The transformers version: characters that would need escaping in HTML are left unchanged.
    fileprivate func json(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let names = ["ensure_ascii", "indent", "separators", "sort_keys"]
        let parameters = try parameters(arguments, "tojson", names)
        let text = try runtime.json(
            value, indent: try indentation(parameters), separators: try separators(parameters),
            isASCII: parameters.flag("ensure_ascii"), sortsKeys: parameters.flag("sort_keys"))
        return .string(text)
    }

    private func indentation(_ parameters: PythonParameters) throws -> String? {
        guard let value = parameters.optional("indent") else { return nil }
        if let text = value.text { return text }
        let width = try parameters.integer("indent", default: 0)
        guard width <= 1000 else { throw runtime.limit("'tojson' indents by more than 1000 characters") }
        return String(repeating: " ", count: max(0, width))
    }

    private func separators(_ parameters: PythonParameters) throws -> (item: String, key: String)? {
        guard let value = parameters.optional("separators") else { return nil }
        let parts = try runtime.elements(of: value)
        guard parts.count == 2, let item = parts[0].text, let key = parts[1].text else {
            throw runtime.failure("'separators' of 'tojson' must be two strings")
        }
        return (item, key)
    }

    // MARK: Numbers

    fileprivate func whole(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "int", ["default", "base"])
        let fallback = parameters["default"] ?? .integer(0)
        if case .undefined(let undefined) = value { throw runtime.undefinedFailure(undefined) }
        if let number = value.asWhole { return .whole(number) }
        if case .float(let number) = value {
            if number.isInfinite { throw runtime.failure("an infinite number is not a whole number") }
            return PythonNumber.whole(number) ?? fallback
        }
        guard let text = value.text else { return fallback }
        let base = try parameters.integer("base", default: 10)
        try runtime.charge(PythonNumber.maximumDigits / 16)
        if base == 0 || (2...36).contains(base), let number = PythonNumber.whole(text, base: base) {
            return try runtime.bounded(number)
        }
        return PythonNumber.float(text).flatMap(PythonNumber.whole) ?? fallback
    }

    fileprivate func rounded(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = try parameters(arguments, "round", ["precision", "method"])
        let method = try parameters.string("method") ?? "common"
        guard ["common", "ceil", "floor"].contains(method) else {
            throw runtime.failure("the method of 'round' must be common, ceil or floor")
        }
        if case .undefined(let undefined) = value { throw runtime.undefinedFailure(undefined) }
        guard value.isNumber else { throw runtime.failure("'round' needs a number, not \(value.kind)") }
        let digits = parameters["precision"] ?? .integer(0)
        if method == "common" { return try roundedToNearest(value, digits) }
        let unit = try runtime.apply(.power, .integer(10), digits)
        let scaled = try runtime.apply(.multiply, value, unit)
        guard case .float(let number) = scaled else { return try runtime.apply(.divide, scaled, unit) }
        guard let whole = PythonNumber.whole(number.rounded(method == "ceil" ? .up : .down)) else {
            throw runtime.failure("'round' needs a finite number")
        }
        return try runtime.apply(.divide, whole, unit)
    }

    /// Rounds to a given number of digits; a float stays a float.
    private func roundedToNearest(_ value: PythonValue, _ digits: PythonValue) throws -> PythonValue {
        if digits.isNone {
            if let whole = value.asWhole { return .whole(whole) }
            guard case .float(let number) = value, let whole = PythonNumber.whole(number.rounded(.toNearestOrEven))
            else {
                throw runtime.failure("'round' needs a finite number")
            }
            return whole
        }
        guard let digits = digits.asInteger else { throw runtime.failure("'round' needs a whole number of digits") }
        guard abs(Double(digits)) <= 5000 else { throw runtime.limit("'round' rounds to more than 5000 digits") }
        if case .float(let number) = value {
            let result = PythonNumber.rounded(number, digits: digits)
            guard result.isFinite || !number.isFinite else { throw runtime.failure("a rounded number is too large") }
            return .float(result)
        }
        try runtime.charge(max(0, -digits))
        return .whole(PythonNumber.rounded(value.asWhole ?? 0, digits: digits))
    }

    fileprivate func fileSize(_ value: PythonValue, _ arguments: PythonArguments) throws -> PythonValue {
        let isBinary = try parameters(arguments, "filesizeformat", ["binary"]).flag("binary")
        guard let bytes = value.text.map(PythonNumber.float) ?? value.asFloat, bytes.isFinite else {
            throw runtime.failure("'filesizeformat' needs a number, not \(value.kind)")
        }
        let base = isBinary ? 1024.0 : 1000.0
        if bytes == 1 { return .string("1 Byte") }
        if bytes < base { return .string("\(PythonNumber.whole(bytes).flatMap(\.asWhole) ?? 0) Bytes") }
        var unit = base
        let letters = isBinary ? Array("KMGTPEZY") : Array("kMGTPEZY")
        var name = ""
        for letter in letters {
            unit *= base
            name = "\(letter)\(isBinary ? "i" : "")B"
            if bytes < unit { break }
        }
        var specification = PythonFormatSpecification()
        (specification.precision, specification.type) = (1, "f")
        return .string("\(try runtime.formatted(base * bytes / unit, specification)) \(name)")
    }
}
