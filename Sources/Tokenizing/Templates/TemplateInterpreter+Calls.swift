/// Functions that every template can call.
enum TemplateFunction: String, Sendable {
    case range
    case namespace
    case dict
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
}

/// The arguments of a call, evaluated and taken one by one.
struct TemplateCall {
    let name: String
    let line: Int
    private var positional: ArraySlice<TemplateValue>
    private var named: [(name: String, value: TemplateValue)]

    init(name: String, line: Int, positional: [TemplateValue], named: [(name: String, value: TemplateValue)]) {
        self.name = name
        self.line = line
        self.positional = positional[...]
        self.named = named
    }

    /// The next argument by position, else the one of that name.
    mutating func take(_ parameter: String) -> TemplateValue? {
        if let value = positional.popFirst() { return value }
        return takeNamed(parameter)
    }

    mutating func takeNamed(_ parameter: String) -> TemplateValue? {
        guard let index = named.firstIndex(where: { $0.name == parameter }) else { return nil }
        return named.remove(at: index).value
    }

    mutating func require(_ parameter: String) throws(TemplateError) -> TemplateValue {
        guard let value = take(parameter) else { throw failure("needs '\(parameter)'") }
        return value
    }

    mutating func string(_ parameter: String) throws(TemplateError) -> String? {
        switch take(parameter) {
        case nil, TemplateValue.none?: return nil
        case .string(let text)?: return text
        case let other?: throw failure("'\(parameter)' must be a string, it is \(other.kind)")
        }
    }

    mutating func requireString(_ parameter: String) throws(TemplateError) -> String {
        guard let text = try string(parameter) else { throw failure("needs the string '\(parameter)'") }
        return text
    }

    mutating func integer(_ parameter: String) throws(TemplateError) -> Int? {
        switch take(parameter) {
        case nil, TemplateValue.none?: return nil
        case let value?:
            guard let number = value.asInteger else {
                throw failure("'\(parameter)' must be a whole number, it is \(value.kind)")
            }
            return number
        }
    }

    mutating func flag(_ parameter: String, default fallback: Bool) -> Bool {
        take(parameter)?.isTrue ?? fallback
    }

    /// All arguments that are left.
    mutating func takeAll() -> (positional: [TemplateValue], named: [(name: String, value: TemplateValue)]) {
        defer {
            positional = []
            named = []
        }
        return (Array(positional), named)
    }

    /// Refuses arguments that nothing took.
    func finish() throws(TemplateError) {
        if !positional.isEmpty { throw failure("takes fewer arguments") }
        if let extra = named.first {
            throw TemplateError(
                code: .unsupported, line: line, message: "'\(name)' with '\(extra.name)' is not supported.")
        }
    }

    func failure(_ message: String) -> TemplateError {
        TemplateError(code: .invalid, line: line, message: "'\(name)' \(message).")
    }
}

/// Calls of macros, functions and methods.
extension TemplateInterpreter {
    func makeCall(_ name: String, _ arguments: TemplateArguments, _ line: Int) throws(TemplateError) -> TemplateCall {
        var positional: [TemplateValue] = []
        for argument in arguments.positional { positional.append(try evaluate(argument)) }
        var named: [(name: String, value: TemplateValue)] = []
        for argument in arguments.named { named.append((argument.name, try evaluate(argument.value))) }
        return TemplateCall(name: name, line: line, positional: positional, named: named)
    }

    /// - Parameter caller: What `caller()` is inside the macro called, from a `call` block.
    func evaluateCall(_ expression: TemplateExpression, caller: TemplateValue?) throws(TemplateError) -> TemplateValue {
        guard case .call(let function, let arguments) = expression.kind else { return .undefined }
        let line = expression.line
        var call = try makeCall(function.source, arguments, line)
        if case .attribute(let base, let name) = function.kind, let result = try callMethod(name, of: base, &call) {
            try call.finish()
            try charge(for: result, line)
            return result
        }
        guard case .reference(let reference) = try evaluate(function) else {
            throw unknownFunction(function)
        }
        let result = try callReference(reference.kind, &call, caller)
        try call.finish()
        return result
    }

    private func unknownFunction(_ function: TemplateExpression) -> TemplateError {
        let message = "the function '\(function.source)' is not supported."
        return TemplateError(code: .unsupported, line: function.line, message: message)
    }

    private func callReference(
        _ kind: TemplateReference.Kind, _ call: inout TemplateCall, _ caller: TemplateValue?
    ) throws(TemplateError) -> TemplateValue {
        switch kind {
        case .macro(let index): return .string(try callMacro(macros[index], &call, caller))
        case .function(let function): return try callFunction(function, &call)
        case .namespace, .loop: throw call.failure("cannot be called")
        }
    }

    private func callMacro(
        _ macro: Macro, _ call: inout TemplateCall, _ caller: TemplateValue?
    ) throws(TemplateError) -> String {
        var scope: [String: TemplateValue] = [:]
        if let caller { scope["caller"] = caller }
        for parameter in macro.definition.parameters {
            if let value = call.take(parameter.name) {
                scope[parameter.name] = value
            } else if let fallback = parameter.fallback {
                scope[parameter.name] = try evaluate(fallback)
            } else {
                scope[parameter.name] = .undefined
            }
        }
        return try nested(call.line) { () throws(TemplateError) in
            try capturing(outermost: macro.scopeCount) { () throws(TemplateError) in
                _ = try withScope(scope) { () throws(TemplateError) in try execute(macro.definition.body) }
            }
        }
    }

    private func callFunction(
        _ function: TemplateFunction, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue {
        switch function {
        case .range: return try range(&call)
        case .namespace:
            namespaces.append(try objectFromArguments(&call))
            return .reference(TemplateReference(kind: .namespace(namespaces.count - 1)))
        case .dict: return .object(try objectFromArguments(&call))
        case .raiseException:
            let message = try text(of: try call.require("message"), call.line)
            throw TemplateError(code: .raised, line: call.line, message: message)
        case .strftimeNow: return .string(formatNow(try call.requireString("format")))
        }
    }

    private func range(_ call: inout TemplateCall) throws(TemplateError) -> TemplateValue {
        guard let first = try call.integer("start") else { throw call.failure("needs a whole number") }
        let second = try call.integer("stop")
        let step = try call.integer("step") ?? 1
        guard step != 0 else { throw call.failure("cannot have step 0") }
        let numbers = stride(from: second == nil ? 0 : first, to: second ?? first, by: step)
        var values: [TemplateValue] = []
        for number in numbers {
            values.append(.integer(number))
            try TemplateArithmetic.checkSize(elements: values.count, call.line)
        }
        try charge(values.count, call.line)
        return .array(values)
    }

    private func objectFromArguments(_ call: inout TemplateCall) throws(TemplateError) -> TemplateObject {
        let arguments = call.takeAll()
        var object = TemplateObject()
        for value in arguments.positional {
            guard case .object(let other) = value else { throw call.failure("takes a dict, not \(value.kind)") }
            object = other
        }
        for (name, value) in arguments.named {
            try checkDepth(of: value, call.line)
            object[name] = value
        }
        return object
    }

    // MARK: Methods

    /// Nil where `base` has no methods, so that the member itself is called.
    private func callMethod(
        _ name: String, of base: TemplateExpression, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue? {
        let value = try evaluate(base)
        switch value {
        case .string(let text): return try PythonMethods.call(name, on: text, &call, self)
        case .object(let object): return try PythonMethods.call(name, on: object, &call)
        case .array(let elements): return try PythonMethods.call(name, on: elements, &call)
        case .reference(let reference):
            guard case .loop(let index) = reference.kind else { return nil }
            return try callLoop(name, index, &call)
        case .undefined:
            throw failure("'\(base.source)' is undefined, so it has no '\(name)'", call.line)
        default: return nil
        }
    }

    private func callLoop(
        _ name: String, _ index: Int, _ call: inout TemplateCall
    ) throws(TemplateError)
        -> TemplateValue?
    {
        guard loops.indices.contains(index) else { return nil }
        let arguments = call.takeAll().positional
        switch name {
        case "cycle":
            guard !arguments.isEmpty else { throw call.failure("needs a value") }
            return arguments[loops[index].index % arguments.count]
        case "changed":
            let last = loops[index].lastChanged
            loops[index].lastChanged = arguments
            return .bool(last.map { !TemplateValue.array($0).isEqual(to: .array(arguments)) } ?? true)
        default: return nil
        }
    }
}
