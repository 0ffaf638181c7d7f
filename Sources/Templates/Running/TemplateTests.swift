/// Jinja's tests: `x is …`.
extension TemplateInterpreter {
    private static let comparisons: [String: TemplateComparison] = [
        "==": .equal, "eq": .equal, "equalto": .equal, "!=": .notEqual, "ne": .notEqual, "<": .less, "lt": .less,
        "lessthan": .less, "<=": .lessOrEqual, "le": .lessOrEqual, ">": .greater, "gt": .greater,
        "greaterthan": .greater, ">=": .greaterOrEqual, "ge": .greaterOrEqual, "in": .contained,
    ]
    private static let kinds: Set<String> = [
        "boolean", "callable", "defined", "escaped", "even", "false", "filter", "float", "integer", "iterable", "lower",
        "mapping", "none", "number", "odd", "sequence", "string", "test", "true", "undefined", "upper",
    ]

    static func isTest(_ name: String) -> Bool {
        kinds.contains(name) || comparisons[name] != nil || name == "divisibleby" || name == "sameas"
    }

    func test(_ name: String, _ value: PythonValue, _ arguments: PythonArguments) throws -> Bool {
        guard Self.isTest(name) else {
            throw TemplateError.unknown("test", name, line: runtime.line)
        }
        if Self.kinds.contains(name) {
            _ = try PythonParameters(arguments, of: name, [], runtime)
            return try kindTest(name, value)
        }
        let parameter = ["divisibleby": "num", "sameas": "other", "in": "seq"][name] ?? "b"
        let parameters = try PythonParameters(arguments, of: name, [parameter], required: 1, runtime)
        let other = parameters[parameter] ?? .none
        if let comparison = Self.comparisons[name] { return try runtime.compare(value, comparison, other) }
        if name == "sameas" { return try isSame(value, other) }
        return try runtime.isEqual(try runtime.apply(.remainder, value, other), .integer(0))
    }

    private func kindTest(_ name: String, _ value: PythonValue) throws -> Bool {
        switch name {
        case "defined": return !value.isUndefined
        case "undefined": return value.isUndefined
        case "none": return value.isNone
        case "string": return value.text != nil
        case "escaped": return value.isMarkup
        case "number": return value.isNumber
        case "iterable": return runtime.isIterable(value)
        case "odd", "even":
            let remainder = try runtime.apply(.remainder, value, .integer(2))
            return try runtime.isEqual(remainder, .integer(name == "odd" ? 1 : 0))
        case "upper", "lower": return PythonText.classify("is" + name, try runtime.text(of: value))
        case "filter", "test":
            // Performs the dictionary lookup, which refuses values that cannot be keys.
            _ = try runtime.key(value)
            return value.text.map { name == "test" ? Self.isTest($0) : Self.filters[$0] != nil } ?? false
        default: return Self.isKind(name, value)
        }
    }

    private static func isKind(_ name: String, _ value: PythonValue) -> Bool {
        switch (name, value) {
        case ("boolean", .bool), ("true", .bool(true)), ("false", .bool(false)), ("integer", .integer),
            ("integer", .big),
            ("float", .float), ("mapping", .dictionary), ("callable", .macro), ("callable", .function),
            ("callable", .method), ("callable", .joiner), ("callable", .loop), ("callable", .undefined),
            ("sequence", .undefined), ("sequence", .string), ("sequence", .markup), ("sequence", .list),
            ("sequence", .tuple), ("sequence", .dictionary), ("sequence", .range):
            true
        default: false
        }
    }

    /// Python's `is`; containers with the same contents count as identical, since their addresses are not tracked.
    private func isSame(_ left: PythonValue, _ right: PythonValue) throws -> Bool {
        try left.kind == right.kind && runtime.isEqual(left, right)
    }
}
