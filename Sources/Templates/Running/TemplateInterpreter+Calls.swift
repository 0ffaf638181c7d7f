internal import OrderedCollections

/// Calls of macros, functions and methods.
extension TemplateInterpreter {
    func evaluate(_ arguments: TemplateArguments) throws -> PythonArguments {
        var values = PythonArguments()
        for argument in arguments.positional { values.positional.append(try evaluate(argument)) }
        for argument in arguments.named { values.named.append((argument.name, try evaluate(argument.value))) }
        if let list = arguments.list {
            let more = try runtime.elements(of: try evaluate(list))
            try runtime.checkSize(elements: values.positional.count + more.count)
            values.positional += more
        }
        if let dictionary = arguments.dictionary {
            guard case .dictionary(let more) = try evaluate(dictionary) else {
                throw runtime.failure("'**' needs a dictionary")
            }
            try runtime.charge(more.count)
            for (key, value) in more.contents {
                guard let name = key.value.text else { throw runtime.failure("'**' needs names as keys") }
                values.named.append((name, value))
            }
        }
        let names = values.named.map(\.name)
        guard Set(names).count == names.count else { throw runtime.failure("an argument is given twice") }
        return values
    }

    /// - Parameter caller: The meaning of `caller()` inside the called macro, from a `call` block.
    func evaluateCall(_ expression: TemplateExpression, caller: PythonValue? = nil) throws -> PythonValue {
        guard case .call(let function, let arguments) = expression.kind else { return .none }
        let callee = try evaluate(function)
        var values = try evaluate(arguments)
        if let caller { values.named.append(("caller", caller)) }
        runtime.line = expression.line
        return try call(callee, values, function)
    }

    private func call(
        _ callee: PythonValue, _ arguments: PythonArguments, _ expression: TemplateExpression
    ) throws -> PythonValue {
        switch callee {
        case .macro(let macro): return try call(macro, arguments)
        case .function(let function): return try call(function, arguments)
        case .method(let method): return try runtime.call(method, arguments)
        case .joiner(let joiner):
            guard arguments.positional.isEmpty, arguments.named.isEmpty else {
                throw runtime.failure("a joiner takes no arguments")
            }
            return joiner.next()
        case .loop(let loop):
            guard let recurse = loop.recurse else { throw runtime.failure("only a recursive loop can be called") }
            let elements = try PythonParameters(arguments, of: "loop", ["iterable"], required: 1, runtime)["iterable"]
            return try recurse(elements ?? .none)
        case .undefined(let undefined): throw unknown(undefined, expression)
        default: throw runtime.failure("'\(expression.source)' is of type \(callee.kind) and cannot be called")
        }
    }

    /// An undefined name or method may be one of Jinja's or Python's that this program does not know.
    private func unknown(_ undefined: PythonUndefined, _ expression: TemplateExpression) -> TemplateError {
        switch undefined {
        case .name: runtime.unsupported("the function '\(expression.source)' is not supported")
        case .member(let kind, let name): runtime.unsupported("the \(kind) method '\(name)' is not supported")
        case .hint(let hint): runtime.failure(hint)
        }
    }

    // MARK: Macros

    func makeMacro(_ macro: TemplateMacro) -> PythonValue { .macro(TemplateMacroValue(macro, self)) }

    func call(_ macro: TemplateMacroValue, _ arguments: PythonArguments) throws -> PythonValue {
        let parameters = macro.macro.parameters
        let values = try bind(arguments, to: macro)
        let text = try capturing {
            try inFunction(macro.scope, inside: macro.closure) {
                for (parameter, value) in zip(parameters, values.parameters) {
                    activation[binding.names[parameter.id]] = value
                }
                if macro.scope.readsCaller, !parameters.contains(where: { $0.name == "caller" }) {
                    set(macro.macro.caller, to: values.caller)
                }
                if macro.scope.readsNamed { set(macro.macro.named, to: try runtime.dictionary(values.named)) }
                if macro.scope.readsPositional {
                    set(macro.macro.positional, to: try runtime.tuple(values.positional))
                }
                enter(macro.scope)
                try setDefaults(macro.macro)
                _ = try execute(macro.macro.body.statements)
            }
        }
        return try runtime.string(text, isMarkup: isEscaping)
    }

    /// A default is evaluated inside the macro, where it sees the parameters before it.
    private func setDefaults(_ macro: TemplateMacro) throws {
        let firstDefault = macro.parameters.count - macro.defaults.count
        for (index, parameter) in macro.parameters.enumerated() {
            guard activation[binding.names[parameter.id]] == nil else { continue }
            if index >= firstDefault {
                set(parameter, to: try evaluate(macro.defaults[index - firstDefault]))
            } else {
                set(parameter, to: .undefined(.hint("the parameter '\(parameter.name)' was not given")))
            }
        }
    }

    private struct MacroArguments {
        var parameters: [PythonValue?] = []
        var caller = PythonValue.undefined(.hint("'caller' is undefined: the macro was not called by a 'call' block"))
        var named: [(PythonValue, PythonValue)] = []
        var positional: [PythonValue] = []
    }

    private func bind(_ arguments: PythonArguments, to macro: TemplateMacroValue) throws -> MacroArguments {
        let parameters = macro.macro.parameters.map(\.name), name = macro.name ?? "caller"
        var rest = arguments
        var values = MacroArguments()
        values.parameters = arguments.positional.prefix(parameters.count).map { $0 }
        for parameter in parameters.dropFirst(values.parameters.count) {
            values.parameters.append(rest.take(parameter))
        }
        if macro.scope.readsCaller, !parameters.contains("caller"), let caller = rest.take("caller") {
            values.caller = caller
        }
        values.positional = Array(arguments.positional.dropFirst(parameters.count))
        values.named = rest.named.map { (.string($0.name), $0.value) }
        if !macro.scope.readsNamed, let extra = rest.named.first {
            throw runtime.failure("the macro '\(name)' takes no argument '\(extra.name)'")
        }
        if !macro.scope.readsPositional, !values.positional.isEmpty {
            throw runtime.failure("the macro '\(name)' takes at most \(parameters.count) arguments")
        }
        return values
    }
}

extension TemplateMacroValue {
    /// Creates a macro defined at the interpreter's current place.
    convenience init(_ macro: TemplateMacro, _ interpreter: TemplateInterpreter) {
        self.init(macro, interpreter.binding.scopes[macro.body.scope], closure: interpreter.activation)
    }
}
