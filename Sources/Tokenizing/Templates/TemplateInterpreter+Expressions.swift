/// Values of expressions, by Python's rules.
extension TemplateInterpreter {
    func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        let line = expression.line
        try charge(1, line)
        return try nested(line) { () throws(TemplateError) in
            switch expression.kind {
            case .constant(let value): return value
            case .name(let name): return lookUp(name) ?? .undefined
            case .list(let items): return try evaluateList(items, line)
            case .dictionary(let items): return try evaluateDictionary(items, line)
            case .attribute(let base, let name): return try attribute(name, of: base, line)
            case .element(let base, let index): return try element(index, of: base, line)
            case .slice(let base, let start, let stop, let step):
                return try slice(try evaluate(base), [start, stop, step], line)
            case .call: return try evaluateCall(expression, caller: nil)
            case .filter(let value, let name, let arguments):
                return try apply(name, to: try evaluate(value), arguments, line)
            case .test(let value, let name, let arguments):
                return .bool(try test(name, try evaluate(value), arguments, line))
            default: return try evaluateOperation(expression)
            }
        }
    }

    private func evaluateOperation(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        let line = expression.line
        switch expression.kind {
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .negative(let operand):
            let number = try evaluateNumber(operand, "-")
            if case .number(let real) = number { return .number(-real) }
            return try TemplateArithmetic.apply(.subtract, .integer(0), number, line)
        case .positive(let operand): return try evaluateNumber(operand, "+")
        case .arithmetic(let left, let symbol, let right):
            let values = (try evaluate(left), try evaluate(right))
            let result = try TemplateArithmetic.apply(symbol, values.0, values.1, line)
            try charge(for: result, line)
            return result
        case .concatenation(let parts): return try concatenate(parts, line)
        case .comparison(let first, let rest): return try compare(first, rest)
        case .and(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? try evaluate(right) : value
        case .or(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? value : try evaluate(right)
        case .conditional(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            guard let otherwise else { return .undefined }
            return try evaluate(otherwise)
        default: return .undefined
        }
    }

    /// Counts the size of a value just made and bounds it.
    func charge(for value: TemplateValue, _ line: Int) throws(TemplateError) {
        switch value {
        case .string(let text): try charge(text.utf8.count / 64, line)
        case .array(let elements): try charge(elements.count, line)
        default: break
        }
    }

    /// Counts the work of looking for `part` everywhere in `text`.
    func chargeSearch(for part: String, in text: String, _ line: Int) throws(TemplateError) {
        let (steps, overflows) = (text.utf8.count / 64 + 1).multipliedReportingOverflow(by: part.utf8.count / 8 + 1)
        try charge(overflows ? Limits.steps : min(steps, Limits.steps), line)
    }

    private func evaluateNumber(_ operand: TemplateExpression, _ sign: String) throws(TemplateError) -> TemplateValue {
        let value = try evaluate(operand)
        guard value.asNumber != nil else { throw failure("'\(sign)' does not apply to \(value.kind)", operand.line) }
        if let integer = value.asInteger { return .integer(integer) }
        return value
    }

    private func concatenate(_ parts: [TemplateExpression], _ line: Int) throws(TemplateError) -> TemplateValue {
        var joined = ""
        for part in parts { joined += try text(of: try evaluate(part), line) }
        try TemplateArithmetic.checkSize(bytes: joined.utf8.count, line)
        try charge(for: .string(joined), line)
        return .string(joined)
    }

    // MARK: Containers

    private func evaluateList(_ items: [TemplateExpression], _ line: Int) throws(TemplateError) -> TemplateValue {
        var values: [TemplateValue] = []
        for item in items {
            let value = try evaluate(item)
            try checkDepth(of: value, line)
            values.append(value)
        }
        return .array(values)
    }

    private func evaluateDictionary(
        _ items: [(key: TemplateExpression, value: TemplateExpression)], _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        var object = TemplateObject()
        for item in items {
            guard case .string(let key) = try evaluate(item.key) else {
                throw TemplateError(
                    code: .unsupported, line: line, message: "a key that is not a string is not supported.")
            }
            let value = try evaluate(item.value)
            try checkDepth(of: value, line)
            object[key] = value
        }
        return .object(object)
    }

    /// Refuses to wrap containers ever deeper: walking or freeing them would overflow the stack.
    func checkDepth(of value: TemplateValue, _ line: Int, _ depth: Int = 1) throws(TemplateError) {
        let children: [TemplateValue]
        switch value {
        case .array(let elements): children = elements
        case .object(let object): children = object.values
        default: return
        }
        guard depth < Limits.depth / 2 else {
            throw TemplateError(code: .limit, line: line, message: "lists nest deeper than \(Limits.depth / 2) levels.")
        }
        try charge(children.count, line)
        for child in children { try checkDepth(of: child, line, depth + 1) }
    }

    /// What a loop over a value visits: elements, keys, or characters.
    func elements(of value: TemplateValue, _ line: Int) throws(TemplateError) -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .array(let elements): return elements
        case .object(let object): return object.keys.map { .string($0) }
        case .string(let text):
            let characters = text.unicodeScalars.map { TemplateValue.string(String($0)) }
            try charge(characters.count, line)
            return characters
        default: throw failure("\(value.kind) cannot be looped over", line)
        }
    }

    // MARK: Members

    private func attribute(
        _ name: String, of base: TemplateExpression, _ line: Int
    ) throws(TemplateError)
        -> TemplateValue
    {
        let value = try evaluate(base)
        switch value {
        case .undefined: throw failure("'\(base.source)' is undefined, so it has no '\(name)'", line)
        case .object(let object): return object[name] ?? .undefined
        case .reference(let reference):
            switch reference.kind {
            case .namespace(let index): return namespaces[index][name] ?? .undefined
            case .loop(let index): return loopMember(name, index)
            default: return .undefined
            }
        default: return .undefined
        }
    }

    private func element(
        _ index: TemplateExpression, of base: TemplateExpression, _ line: Int
    ) throws(TemplateError)
        -> TemplateValue
    {
        let key = try evaluate(index)
        if case .string(let name) = key { return try attribute(name, of: base, line) }
        let value = try evaluate(base)
        guard let number = key.asInteger else {
            if case .undefined = value { throw failure("'\(base.source)' is undefined", line) }
            return .undefined
        }
        switch value {
        case .undefined: throw failure("'\(base.source)' is undefined", line)
        case .array(let elements):
            return Self.position(number, in: elements.count).map { elements[$0] } ?? .undefined
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            try charge(scalars.count / 16, line)
            return Self.position(number, in: scalars.count).map { .string(String(scalars[$0])) } ?? .undefined
        default: return .undefined
        }
    }

    private static func position(_ index: Int, in count: Int) -> Int? {
        let position = index < 0 ? index + count : index
        return (0..<count).contains(position) ? position : nil
    }

    private func loopMember(_ name: String, _ number: Int) -> TemplateValue {
        guard loops.indices.contains(number) else { return .undefined }
        let index = loops[number].index, items = loops[number].items
        return switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(items.count - index)
        case "revindex0": .integer(items.count - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(index == items.count - 1)
        case "length": .integer(items.count)
        case "depth": .integer(1)
        case "depth0": .integer(0)
        case "previtem": index > 0 ? items[index - 1] : .undefined
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined
        default: .undefined
        }
    }

    // MARK: Slices

    private func slice(
        _ value: TemplateValue, _ bounds: [TemplateExpression?], _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        var numbers: [Int?] = []
        for bound in bounds {
            if let bound { numbers.append(try sliceBound(bound)) } else { numbers.append(nil) }
        }
        let step = numbers[2] ?? 1
        guard step != 0 else { throw failure("a slice cannot have step 0", line) }
        switch value {
        case .array(let elements):
            try charge(elements.count, line)
            return .array(Self.slice(elements, numbers[0], numbers[1], step))
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            try charge(scalars.count / 16, line)
            return .string(String(String.UnicodeScalarView(Self.slice(scalars, numbers[0], numbers[1], step))))
        default: throw failure("\(value.kind) has no slices", line)
        }
    }

    private func sliceBound(_ expression: TemplateExpression) throws(TemplateError) -> Int? {
        let value = try evaluate(expression)
        if case .none = value { return nil }
        guard let number = value.asInteger else {
            throw failure("a slice needs whole numbers, not \(value.kind)", expression.line)
        }
        return number
    }

    /// Python's slice: bounds count from the end when negative and are cut to the sequence.
    private static func slice<Element>(_ elements: [Element], _ start: Int?, _ stop: Int?, _ step: Int) -> [Element] {
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? elements.count : elements.count - 1
        func clamped(_ bound: Int) -> Int {
            let position = bound < 0 ? bound + elements.count : bound
            return min(max(position, lowest), highest)
        }
        let first = start.map(clamped) ?? (step > 0 ? lowest : highest)
        let end = stop.map(clamped) ?? (step > 0 ? highest : lowest)
        // No step is longer than the sequence; this keeps the sums below from overflowing.
        let bounded = min(max(step, -elements.count - 1), elements.count + 1)
        return stride(from: first, to: end, by: bounded).map { elements[$0] }
    }

    // MARK: Comparison

    private func compare(
        _ first: TemplateExpression, _ rest: [TemplateComparisonStep]
    ) throws(TemplateError) -> TemplateValue {
        var left = try evaluate(first)
        for step in rest {
            let right = try evaluate(step.value)
            guard try compare(left, step.comparison, right, step.value.line) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    func compare(
        _ left: TemplateValue, _ comparison: TemplateComparison, _ right: TemplateValue, _ line: Int
    ) throws(TemplateError) -> Bool {
        switch comparison {
        case .equal: return left.isEqual(to: right)
        case .notEqual: return !left.isEqual(to: right)
        case .contained: return try contains(right, left, line)
        case .notContained: return !(try contains(right, left, line))
        case .less: return try TemplateArithmetic.isLess(left, right, line)
        case .greater: return try TemplateArithmetic.isLess(right, left, line)
        case .lessOrEqual: return try TemplateArithmetic.isLess(left, right, line) || left.isEqual(to: right)
        case .greaterOrEqual: return try TemplateArithmetic.isLess(right, left, line) || left.isEqual(to: right)
        }
    }

    private func contains(_ container: TemplateValue, _ value: TemplateValue, _ line: Int) throws(TemplateError) -> Bool
    {
        switch container {
        case .undefined: return false
        case .array(let elements):
            try charge(elements.count, line)
            return elements.contains { $0.isEqual(to: value) }
        case .object(let object):
            guard case .string(let key) = value else { return false }
            return object[key] != nil
        case .string(let text):
            guard case .string(let part) = value else {
                throw failure("a string cannot contain \(value.kind)", line)
            }
            try chargeSearch(for: part, in: text, line)
            return PythonText.firstIndex(of: Array(part.utf8), in: Array(text.utf8)) != nil
        default: throw failure("'in' does not apply to \(container.kind)", line)
        }
    }

    // MARK: Text

    /// A value as `{{ }}` prints it, which is Python's `str`.
    func text(of value: TemplateValue, _ line: Int) throws(TemplateError) -> String {
        switch value {
        case .undefined: return ""
        case .string(let text): return text
        default:
            let text = PythonText.representation(of: value)
            try charge(for: .string(text), line)
            return text
        }
    }
}

extension TemplateExpression {
    /// The expression as a reader would write it, as far as it names something.
    var source: String {
        switch kind {
        case .name(let name): name
        case .attribute(let base, let name): "\(base.source).\(name)"
        case .element(let base, let index): "\(base.source)[\(index.source)]"
        case .constant(let value): PythonText.representation(of: value)
        case .call(let function, _): "\(function.source)(…)"
        default: "…"
        }
    }
}
