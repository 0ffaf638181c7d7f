/// The filters of Jinja that this interpreter knows.
enum TemplateFilter {
    static let names: Set<String> = [
        "abs", "attr", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "indent",
        "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
        "replace", "reverse", "round", "safe", "select", "selectattr", "sort", "string", "sum", "title", "tojson",
        "trim", "unique", "upper", "wordcount",
    ]
}

extension TemplateInterpreter {
    func apply(
        _ name: String, to value: TemplateValue, _ arguments: TemplateArguments, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        var call = try makeCall(name, arguments, line)
        return try apply(name, to: value, &call)
    }

    private func apply(
        _ name: String, to value: TemplateValue, _ call: inout TemplateCall
    ) throws(TemplateError)
        -> TemplateValue
    {
        let result =
            try TemplateFilter.textNames.contains(name)
            ? applyTextFilter(name, try text(of: value, call.line), &call)
            : applyValueFilter(name, value, &call)
        try call.finish()
        try charge(for: result, call.line)
        return result
    }

    // MARK: Text

    private func applyTextFilter(
        _ name: String, _ text: String, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        try charge(text.utf8.count / 64, call.line)
        switch name {
        case "upper": return .string(text.uppercased())
        case "lower": return .string(text.lowercased())
        case "title": return .string(PythonMethods.titled(text))
        case "capitalize": return .string(PythonMethods.capitalized(text))
        case "trim": return .string(PythonMethods.stripped(text, try call.string("chars"), left: true, right: true))
        case "escape", "e": return .string(Self.escaped(text))
        case "indent": return .string(try indented(text, &call))
        case "replace":
            let old = try call.requireString("old"), new = try call.requireString("new")
            try chargeSearch(for: old, in: text, call.line)
            return .string(try PythonMethods.replaced(text, old, new, try call.integer("count") ?? -1, call.line))
        case "wordcount":
            return .integer(text.unicodeScalars.split { !$0.isWordCharacter }.count)
        default: return .string(text)
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&#34;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func indented(_ text: String, _ call: inout TemplateCall) throws(TemplateError) -> String {
        let width = call.take("width") ?? .integer(4)
        let first = call.flag("first", default: false), blank = call.flag("blank", default: false)
        let margin: String
        switch width {
        case .string(let text): margin = text
        default:
            guard let count = width.asInteger, count <= 1000 else { throw call.failure("needs a small width") }
            margin = String(repeating: " ", count: max(0, count))
        }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        try TemplateArithmetic.checkSize(bytes: text.utf8.count + lines.count * margin.utf8.count, call.line)
        let indented = lines.enumerated().map { index, line in
            let isIndented = index == 0 ? first : blank || !line.isEmpty
            return (isIndented ? margin : "") + String(line)
        }
        return indented.joined(separator: "\n")
    }

    // MARK: Values

    private func applyValueFilter(
        _ name: String, _ value: TemplateValue, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "default", "d":
            let fallback = call.take("default_value") ?? .string("")
            let replacesFalse = call.flag("boolean", default: false)
            if case .undefined = value { return fallback }
            return replacesFalse && !value.isTrue ? fallback : value
        case "tojson": return .string(try json(value, &call))
        case "length", "count": return .integer(try length(of: value, call))
        case "int", "float", "abs", "round": return try applyNumberFilter(name, value, &call)
        case "items":
            guard case .object(let object) = value else {
                if case .undefined = value { return .array([]) }
                throw call.failure("needs a dict, not \(value.kind)")
            }
            return try PythonMethods.call("items", on: object, &call) ?? .undefined
        case "attr":
            // Attributes alone, not members: of what templates handle, only namespaces have any.
            let name = try call.requireString("name")
            guard case .reference(let reference) = value, case .namespace(let index) = reference.kind else {
                return .undefined
            }
            return namespaces[index][name] ?? .undefined
        case "join":
            let separator = try call.string("d") ?? "", path = try call.string("attribute")
            let elements = try elements(of: value, call.line)
            return .string(try join(.array(elements.map { Self.member(path, of: $0) }), with: separator, call.line))
        default: return try applyListFilter(name, value, &call)
        }
    }

    private func json(_ value: TemplateValue, _ call: inout TemplateCall) throws(TemplateError) -> String {
        if let ascii = call.takeNamed("ensure_ascii"), ascii.isTrue {
            throw TemplateError(
                code: .unsupported, line: call.line, message: "'tojson' with 'ensure_ascii' is not supported.")
        }
        let indent = try call.integer("indent")
        guard indent.map({ (0...64).contains($0) }) ?? true else { throw call.failure("needs a small indent") }
        guard let text = PythonText.json(value, indent: indent) else {
            throw call.failure("does not apply to \(value.kind)")
        }
        return text
    }

    private func length(of value: TemplateValue, _ call: TemplateCall) throws(TemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text): return text.unicodeScalars.count
        case .array(let elements): return elements.count
        case .object(let object): return object.count
        default: throw call.failure("does not apply to \(value.kind)")
        }
    }

    private func applyNumberFilter(
        _ name: String, _ value: TemplateValue, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "int":
            let fallback = try call.integer("default") ?? 0
            return .integer(Self.integer(value) ?? fallback)
        case "float":
            let fallback = call.take("default") ?? .number(0)
            if case .string(let text) = value {
                return Double(PythonMethods.stripped(text, nil, left: true, right: true)).map { .number($0) }
                    ?? fallback
            }
            return value.asNumber.map { .number($0) } ?? fallback
        case "abs":
            if let integer = value.asInteger, integer != .min { return .integer(abs(integer)) }
            guard let number = value.asNumber else { throw call.failure("does not apply to \(value.kind)") }
            return .number(abs(number))
        default:
            let digits = try call.integer("precision") ?? 0
            guard let number = value.asNumber, abs(digits) <= 15 else { throw call.failure("needs a number") }
            let scale = PythonText.power(10, Double(digits))
            return .number((number * scale).rounded(.toNearestOrEven) / scale)
        }
    }

    private static func integer(_ value: TemplateValue) -> Int? {
        if let integer = value.asInteger { return integer }
        if let number = value.asNumber { return Int(exactly: number.rounded(.towardZero)) }
        guard case .string(let text) = value else { return nil }
        let trimmed = PythonMethods.stripped(text, nil, left: true, right: true)
        return Int(trimmed) ?? Double(trimmed).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    }

    // MARK: Lists

    private func applyListFilter(
        _ name: String, _ value: TemplateValue, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        if name == "reverse", case .string(let text) = value {
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        }
        if name == "dictsort" { return try sortedItems(value, call) }
        let elements = try elements(of: value, call.line)
        try charge(elements.count, call.line)
        switch name {
        case "list": return .array(elements)
        case "first": return elements.first ?? .undefined
        case "last": return elements.last ?? .undefined
        case "reverse": return .array(elements.reversed())
        case "sum": return try sum(elements, &call)
        case "map": return .array(try map(elements, &call))
        case "select", "reject", "selectattr", "rejectattr": return .array(try select(name, elements, &call))
        case "unique": return .array(try unique(elements, &call))
        default: return try order(name, elements, &call)
        }
    }

    func join(_ value: TemplateValue, with separator: String, _ line: Int) throws(TemplateError) -> String {
        let elements = try elements(of: value, line)
        var size = 0
        var texts: [String] = []
        for element in elements {
            texts.append(try text(of: element, line))
            size += texts[texts.count - 1].utf8.count + separator.utf8.count
            try TemplateArithmetic.checkSize(bytes: size, line)
        }
        try charge(elements.count + size / 64, line)
        return texts.joined(separator: separator)
    }

    private func sum(_ elements: [TemplateValue], _ call: inout TemplateCall) throws(TemplateError) -> TemplateValue {
        let path = try call.string("attribute")
        var total = call.take("start") ?? .integer(0)
        for element in elements {
            total = try TemplateArithmetic.apply(.add, total, Self.member(path, of: element), call.line)
        }
        return total
    }

    private func map(_ elements: [TemplateValue], _ call: inout TemplateCall) throws(TemplateError) -> [TemplateValue] {
        if let path = call.takeNamed("attribute") {
            guard case .string(let path) = path else { throw call.failure("needs the name of an attribute") }
            let fallback = call.takeNamed("default") ?? .undefined
            return elements.map { element in
                let member = Self.member(path, of: element)
                if case .undefined = member { return fallback }
                return member
            }
        }
        let name = try call.requireString("filter")
        guard TemplateFilter.names.contains(name) else {
            throw TemplateError(code: .unsupported, line: call.line, message: "the filter '\(name)' is not supported.")
        }
        let rest = call.takeAll()
        var mapped: [TemplateValue] = []
        for element in elements {
            var inner = TemplateCall(name: name, line: call.line, positional: rest.positional, named: rest.named)
            mapped.append(try nested(call.line) { () throws(TemplateError) in try apply(name, to: element, &inner) })
        }
        return mapped
    }

    private func select(
        _ name: String, _ elements: [TemplateValue], _ call: inout TemplateCall
    ) throws(TemplateError) -> [TemplateValue] {
        let path = name.hasSuffix("attr") ? try call.requireString("attribute") : nil
        let testName = try call.string("test")
        if let testName, !TemplateTest.names.contains(testName) {
            throw TemplateError(
                code: .unsupported, line: call.line, message: "the test '\(testName)' is not supported.")
        }
        let rest = call.takeAll().positional
        var selected: [TemplateValue] = []
        for element in elements {
            let subject = Self.member(path, of: element)
            let passes =
                try testName.map { name throws(TemplateError) in
                    try test(name, subject, rest, call.line)
                } ?? subject.isTrue
            if passes == name.hasPrefix("select") { selected.append(element) }
        }
        return selected
    }

    /// A member by a path such as "function.name"; the value itself for no path.
    private static func member(_ path: String?, of value: TemplateValue) -> TemplateValue {
        guard let path else { return value }
        return path.split(separator: ".").reduce(value) { value, name in
            switch value {
            case .object(let object): object[String(name)] ?? .undefined
            case .array(let elements):
                Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil } ?? .undefined
            default: .undefined
            }
        }
    }

    // MARK: Order

    private func unique(
        _ elements: [TemplateValue], _ call: inout TemplateCall
    ) throws(TemplateError) -> [TemplateValue] {
        let isCaseSensitive = call.flag("case_sensitive", default: false)
        var seen: [TemplateValue] = []
        var unique: [TemplateValue] = []
        for element in elements {
            try charge(seen.count, call.line)
            let key = isCaseSensitive ? element : element.foldingCase
            guard !seen.contains(where: { $0.isEqual(to: key) }) else { continue }
            seen.append(key)
            unique.append(element)
        }
        return unique
    }

    private func order(
        _ name: String, _ elements: [TemplateValue], _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        let isReversed = name == "sort" && call.flag("reverse", default: false)
        let isCaseSensitive = call.flag("case_sensitive", default: false)
        let path = try call.string("attribute")
        let keyed = elements.map { element in
            let key = Self.member(path, of: element)
            return (key: isCaseSensitive ? key : key.foldingCase, element: element)
        }
        let sorted = try stableSort(keyed, isReversed: isReversed, call.line)
        switch name {
        case "min": return sorted.first ?? .undefined
        case "max":
            // The first of the greatest, as in Python.
            return try stableSort(keyed, isReversed: true, call.line).first ?? .undefined
        default: return .array(sorted)
        }
    }

    private func sortedItems(_ value: TemplateValue, _ call: TemplateCall) throws(TemplateError) -> TemplateValue {
        guard case .object(let object) = value else { throw call.failure("needs a dict, not \(value.kind)") }
        let keyed = object.members.map { member in
            (
                key: TemplateValue.string(member.key).foldingCase,
                element: TemplateValue.array([.string(member.key), member.value])
            )
        }
        return .array(try stableSort(keyed, isReversed: false, call.line))
    }

    /// Merge sort, since Swift's sort promises no order of equals and cannot throw a typed error.
    private func stableSort(
        _ items: [(key: TemplateValue, element: TemplateValue)], isReversed: Bool, _ line: Int
    ) throws(TemplateError) -> [TemplateValue] {
        var current = items
        var width = 1
        while width < current.count {
            var merged: [(key: TemplateValue, element: TemplateValue)] = []
            for start in stride(from: 0, to: current.count, by: 2 * width) {
                let middle = min(start + width, current.count)
                var left = current[start..<middle], right = current[middle..<min(start + 2 * width, current.count)]
                while let first = left.first, let second = right.first {
                    try charge(1, line)
                    let takesRight =
                        try isReversed
                        ? TemplateArithmetic.isLess(first.key, second.key, line)
                        : TemplateArithmetic.isLess(second.key, first.key, line)
                    merged.append(takesRight ? right.removeFirst() : left.removeFirst())
                }
                merged += left
                merged += right
            }
            current = merged
            width *= 2
        }
        return current.map(\.element)
    }
}

extension TemplateFilter {
    /// Filters that work on a value's text.
    fileprivate static let textNames: Set<String> = [
        "upper", "lower", "title", "capitalize", "trim", "escape", "e", "indent", "replace", "wordcount", "string",
        "safe",
    ]
}

extension TemplateValue {
    /// What sorting compares unless told to mind the case.
    fileprivate var foldingCase: TemplateValue {
        if case .string(let text) = self { .string(text.lowercased()) } else { self }
    }
}
