internal import BigInt

/// Values of expressions, by Python's rules.
extension TemplateInterpreter {
    func evaluate(_ expression: TemplateExpression) throws -> PythonValue {
        runtime.line = expression.line
        try runtime.charge(1)
        switch expression.kind {
        case .constant(let constant): return PythonValue(constant)
        case .name(let name): return value(of: name)
        default: return try runtime.nested { try evaluateCompound(expression) }
        }
    }

    private func evaluateCompound(_ expression: TemplateExpression) throws -> PythonValue {
        switch expression.kind {
        case .list(let items): return try runtime.list(try items.map(evaluate))
        case .tuple(let items): return try runtime.tuple(try items.map(evaluate))
        case .dictionary(let items):
            return try runtime.dictionary(try items.map { (try evaluate($0.key), try evaluate($0.value)) })
        case .attribute, .element, .slice: return try evaluateMember(expression)
        case .call: return try evaluateCall(expression)
        case .filter(let value, let name, let arguments):
            let value = try evaluate(value), arguments = try evaluate(arguments)
            runtime.line = expression.line
            return try apply(name, to: value, arguments)
        case .test(let value, let name, let arguments):
            let value = try evaluate(value), arguments = try evaluate(arguments)
            runtime.line = expression.line
            return .bool(try test(name, value, arguments))
        default: return try evaluateOperation(expression)
        }
    }

    private func evaluateMember(_ expression: TemplateExpression) throws -> PythonValue {
        switch expression.kind {
        case .attribute(let base, let name):
            let value = try evaluate(base)
            runtime.line = expression.line
            try check(value, base, "it has no '\(name)'")
            return try runtime.attribute(name, of: value)
        case .element(let base, let key):
            let value = try evaluate(base), key = try evaluate(key)
            runtime.line = expression.line
            try check(value, base, "it has no elements")
            return try runtime.element(key, of: value)
        case .slice(let base, let start, let stop, let step):
            let value = try evaluate(base)
            let bounds = try [start, stop, step].map { bound in try bound.map(evaluate) }
            runtime.line = expression.line
            return try runtime.slice(value, bounds)
        default: return .none
        }
    }

    /// Refuses members of an undefined value, naming it as the template does.
    private func check(_ value: PythonValue, _ expression: TemplateExpression, _ consequence: String) throws {
        guard value.isUndefined else { return }
        throw runtime.failure("'\(expression.source)' is undefined, so \(consequence)")
    }

    private func evaluateOperation(_ expression: TemplateExpression) throws -> PythonValue {
        switch expression.kind {
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .negative(let operand): return try runtime.negative(try evaluate(operand))
        case .positive(let operand): return try runtime.positive(try evaluate(operand))
        case .arithmetic(let left, let symbol, let right):
            let left = try evaluate(left), right = try evaluate(right)
            runtime.line = expression.line
            return try runtime.apply(symbol, left, right)
        case .concatenation(let parts, let escaping): return try concatenate(parts, escaping)
        case .comparison(let first, let rest): return try compare(first, rest)
        case .and(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? try evaluate(right) : value
        case .or(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? value : try evaluate(right)
        case .conditional(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            guard let otherwise else { return .undefined(.hint("a condition is not met and has no 'else'")) }
            return try evaluate(otherwise)
        case .refused(let message):
            throw TemplateError(code: .unsupported, line: expression.line, message: message)
        default: return .none
        }
    }

    private func concatenate(_ parts: [TemplateExpression], _ escaping: TemplateEscaping) throws -> PythonValue {
        let values = try parts.map(evaluate)
        // Markup among the parts makes the whole markup only if escaping is on.
        let joinsMarkup = escaping != .off && values.contains { $0.isMarkup }
        var joined = ""
        for value in values {
            joined += joinsMarkup ? try runtime.escaped(value) : try runtime.text(of: value)
            try runtime.checkSize(bytes: joined.utf8.count)
        }
        return try runtime.string(joined, isMarkup: joinsMarkup)
    }

    private func compare(_ first: TemplateExpression, _ rest: [TemplateComparisonStep]) throws -> PythonValue {
        var left = try evaluate(first)
        for step in rest {
            let right = try evaluate(step.value)
            guard try runtime.compare(left, step.comparison, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }
}

extension PythonValue {
    init(_ constant: TemplateConstant) {
        switch constant {
        case .none: self = .none
        case .bool(let flag): self = .bool(flag)
        case .whole(let number): self = .whole(number)
        case .number(let number): self = .float(number)
        case .string(let text): self = .string(text)
        }
    }
}

extension TemplateExpression {
    /// The expression as source text, as far as it names something.
    var source: String {
        switch kind {
        case .name(let name): name.name
        case .attribute(let base, let name): "\(base.source).\(name)"
        case .element(let base, let key): "\(base.source)[\(key.source)]"
        case .constant(.string(let text)): PythonText.quoted(String(text.prefix(40)))
        case .constant(.whole(let number)): number.bitWidth <= 64 ? "\(number)" : "…"
        case .call(let function, _): "\(function.source)(…)"
        default: "…"
        }
    }
}
