/// The tests of Jinja (`x is …`) that this interpreter knows.
enum TemplateTest {
    static let names: Set<String> = [
        "boolean", "callable", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "greaterthan",
        "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd",
        "sameas", "sequence", "string", "true", "undefined", "upper",
    ]

    private static let comparisons: [String: TemplateComparison] = [
        "eq": .equal, "equalto": .equal, "ne": .notEqual, "lt": .less, "lessthan": .less, "le": .lessOrEqual,
        "gt": .greater, "greaterthan": .greater, "ge": .greaterOrEqual, "in": .contained,
    ]

    /// The comparison a test with one argument stands for.
    static func comparison(_ name: String) -> TemplateComparison? { comparisons[name] }

    /// Tests of what a value is; nil for tests of another sort.
    static func kind(_ name: String, _ value: TemplateValue) -> Bool? {
        switch (name, value) {
        case ("defined", .undefined): false
        case ("defined", _): true
        case ("undefined", .undefined), ("none", .none), ("boolean", .bool), ("integer", .integer), ("float", .number),
            ("number", .integer), ("number", .number), ("number", .bool), ("string", .string), ("mapping", .object),
            ("iterable", .undefined), ("iterable", .string), ("iterable", .array), ("iterable", .object),
            ("sequence", .undefined), ("sequence", .string), ("sequence", .array), ("sequence", .object),
            ("true", .bool(true)), ("false", .bool(false)):
            true
        case ("callable", .reference(let reference)):
            switch reference.kind {
            case .macro, .function: true
            case .namespace, .loop: false
            }
        case ("upper", .string(let text)):
            text.contains { $0.isCased } && text.uppercased().utf8.elementsEqual(text.utf8)
        case ("lower", .string(let text)):
            text.contains { $0.isCased } && text.lowercased().utf8.elementsEqual(text.utf8)
        case ("undefined", _), ("none", _), ("boolean", _), ("integer", _), ("float", _), ("number", _), ("string", _),
            ("mapping", _), ("iterable", _), ("sequence", _), ("true", _), ("false", _), ("callable", _), ("upper", _),
            ("lower", _):
            false
        default: nil
        }
    }
}

extension TemplateInterpreter {
    func test(
        _ name: String, _ value: TemplateValue, _ arguments: TemplateArguments, _ line: Int
    ) throws(TemplateError) -> Bool {
        var call = try makeCall(name, arguments, line)
        return try test(name, value, call.takeAll().positional, line)
    }

    func test(
        _ name: String, _ value: TemplateValue, _ arguments: [TemplateValue], _ line: Int
    ) throws(TemplateError) -> Bool {
        if let answer = TemplateTest.kind(name, value) { return answer }
        if name == "even" || name == "odd" {
            guard let number = value.asInteger else { throw failure("'\(name)' does not apply to \(value.kind)", line) }
            return (number % 2 == 0) == (name == "even")
        }
        guard let argument = arguments.first else { throw failure("the test '\(name)' needs an argument", line) }
        if let comparison = TemplateTest.comparison(name) { return try compare(value, comparison, argument, line) }
        if name == "sameas" { return value.kind == argument.kind && value.isEqual(to: argument) }
        guard let number = value.asInteger, let divisor = argument.asInteger, divisor != 0 else {
            throw failure("'\(name)' needs whole numbers other than zero", line)
        }
        return divisor == -1 || number % divisor == 0
    }
}
