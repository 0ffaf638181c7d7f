internal import OrderedCollections

/// Renders a template's statements once.
///
/// A class because expressions, filters and macros all write to it; it never leaves the call that made it. Expressions
/// are in `TemplateInterpreter+Expressions.swift`, calls in `TemplateInterpreter+Calls.swift`, filters and tests in
/// `TemplateFilters*.swift` and `TemplateTests.swift`.
final class TemplateInterpreter {
    /// What a statement does to the loop around it.
    enum Outcome { case normal, leave, next }

    let runtime: PythonRuntime
    let binding: TemplateBinding
    /// Formats the current time for `strftime_now`.
    let formatNow: (String) -> String
    /// The function being run.
    var activation: TemplateActivation
    /// Whether filters and macros produce markup, as set by the enclosing `autoescape`.
    var isEscaping = false
    private var output = ""
    /// The variables given to the template, and those its outermost statements have set since.
    private var variables: [String: PythonValue]
    /// Break possible reference cycles once rendering is over.
    private var releases: [() -> Void] = []

    init(
        _ binding: TemplateBinding, variables: [String: PythonValue], _ runtime: PythonRuntime,
        formatNow: @escaping (String) -> String
    ) {
        self.binding = binding
        self.variables = variables
        self.runtime = runtime
        self.formatNow = formatNow
        activation = TemplateActivation(parent: nil, depth: 0, slotCount: binding.slotCounts[0])
    }

    func render(_ body: TemplateBody) throws -> String {
        defer {
            activation.clear()
            for release in releases { release() }
            releases = []
        }
        enter(binding.scopes[body.scope])
        _ = try execute(body.statements)
        return output
    }

    /// Registers something that may be part of a reference cycle.
    func keep(_ release: @escaping () -> Void) { releases.append(release) }

    // MARK: Names

    func value(of name: TemplateName) -> PythonValue {
        activation[binding.names[name.id]] ?? .undefined(.name(name.name))
    }

    /// The variable given to the template under a name, or Jinja's own.
    private func resolve(_ name: String) -> PythonValue? {
        variables[name] ?? TemplateFunction(rawValue: name).map { .function($0) }
    }

    func set(_ name: TemplateName, to value: PythonValue) {
        let slot = binding.names[name.id]
        activation[slot] = value
        if slot.isExported { variables[name.name] = value }
    }

    func assign(_ value: PythonValue, to target: TemplateTarget) throws {
        switch target {
        case .name(let name): set(name, to: value)
        case .attribute(let name, let member):
            guard case .namespace(let namespace) = self.value(of: name) else {
                throw runtime.failure("'\(name.name).\(member)' can be set only if '\(name.name)' is a namespace")
            }
            try checkMember(member)
            namespace.attributes[PythonKey(member)] = value
        case .unpacking(let targets):
            let values = try runtime.elements(of: value)
            guard values.count == targets.count else {
                throw runtime.failure("\(values.count) values cannot fill \(targets.count) names")
            }
            for (target, value) in zip(targets, values) { try assign(value, to: target) }
        }
    }

    // MARK: Scopes

    /// Initializes a scope's variables.
    func enter(_ scope: TemplateScope) {
        for (slot, load) in scope.loads {
            switch load {
            case .parameter: break
            case .resolve(let name): activation[slot] = resolve(name)
            case .copy(let other): activation[slot] = activation[other]
            case .undefined: activation[slot] = nil
            }
        }
    }

    private func leave(_ scope: TemplateScope) {
        for (slot, _) in scope.loads { activation[slot] = nil }
    }

    /// Runs a body in its own scope.
    private func run(_ body: TemplateBody) throws -> Outcome {
        let scope = binding.scopes[body.scope]
        enter(scope)
        let outcome = try execute(body.statements)
        if outcome == .normal { leave(scope) }
        return outcome
    }

    /// Runs `body` in a function defined inside `closure`.
    func inFunction<R>(
        _ scope: TemplateScope, inside closure: TemplateActivation?, _ body: () throws -> R
    ) throws -> R {
        let outer = activation
        activation = TemplateActivation(
            parent: closure, depth: scope.depth, slotCount: binding.slotCounts[scope.function])
        try runtime.charge(1 + binding.slotCounts[scope.function] / 4)
        defer {
            // What macros, loops or iterators still reference is released at the end.
            if !isKnownUniquelyReferenced(&activation) { keep(activation.clear) }
            activation = outer
        }
        return try runtime.nested(body)
    }

    // MARK: Output

    func write(_ text: String) throws {
        try runtime.charge(bytes: text.utf8.count)
        output += text
        guard output.utf8.count <= PythonRuntime.Limits.outputBytes else {
            throw runtime.limit("the result is longer than \(PythonRuntime.Limits.outputBytes) bytes")
        }
    }

    private func write(_ value: PythonValue, _ escaping: TemplateEscaping) throws {
        try write(escapes(escaping) ? runtime.escaped(value) : runtime.text(of: value))
    }

    /// Writes a block's result without escaping it.
    private func writeResult(_ value: PythonValue, of block: String) throws {
        guard let text = value.text else { throw runtime.failure("\(block) must give a string, not \(value.kind)") }
        try write(text)
    }

    func escapes(_ escaping: TemplateEscaping) -> Bool {
        switch escaping {
        case .off: false
        case .on: true
        case .asRunning: isEscaping
        }
    }

    /// Collects what `body` writes.
    func capturing(_ body: () throws -> Void) throws -> String {
        let outer = output
        output = ""
        defer { output = outer }
        try body()
        return output
    }

    // MARK: Statements

    func execute(_ statements: [TemplateStatement]) throws -> Outcome {
        for statement in statements {
            let outcome = try execute(statement)
            if outcome != .normal { return outcome }
        }
        return .normal
    }

    private func execute(_ statement: TemplateStatement) throws -> Outcome {
        runtime.line = statement.line
        try runtime.charge(1)
        switch statement.kind {
        case .text(let text): try write(text)
        case .output(let values, let escaping): for value in values { try write(try evaluate(value), escaping) }
        case .assignment(let target, let value): try assign(try evaluate(value), to: target)
        case .macro(let name, let macro): set(name, to: makeMacro(macro))
        case .leave: return .leave
        case .next: return .next
        case .refused(let message): throw TemplateError(code: .unsupported, line: statement.line, message: message)
        default: return try runtime.nested { try executeBlock(statement) }
        }
        return .normal
    }

    private func executeBlock(_ statement: TemplateStatement) throws -> Outcome {
        switch statement.kind {
        case .condition(let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition).isTrue { return try execute(branch.body) }
            return try execute(otherwise)
        case .loop(let loop): return try execute(loop)
        case .with(let bindings, let body): return try execute(bindings, body)
        case .autoescape(let value, let body): return try execute(value, body)
        case .capture(let target, let filters, let body):
            let (outcome, value) = try filtered(body, filters, isMarkup: isEscaping, isCapture: true)
            guard let value else { return outcome }
            try assign(value, to: target)
        case .filtered(let filters, let body, let escaping):
            let (outcome, value) = try filtered(body, filters, isMarkup: escapes(escaping), isCapture: false)
            guard let value else { return outcome }
            try writeResult(value, of: "a 'filter' block")
        case .macroCall(let call, let macro):
            try writeResult(
                try evaluateCall(call, caller: .macro(TemplateMacroValue(macro, self))), of: "a 'call' block")
        case .marked(let macro):
            try write(try runtime.text(of: try call(TemplateMacroValue(macro, self), PythonArguments())))
        case .block(let block): try execute(block)
        default: break
        }
        return .normal
    }

    private func execute(_ bindings: [(TemplateTarget, TemplateExpression)], _ body: TemplateBody) throws -> Outcome {
        let scope = binding.scopes[body.scope]
        enter(scope)
        for (target, value) in bindings { try assign(try evaluate(value), to: target) }
        let outcome = try execute(body.statements)
        if outcome == .normal { leave(scope) }
        return outcome
    }

    private func execute(_ value: TemplateExpression, _ body: TemplateBody) throws -> Outcome {
        let scope = binding.scopes[body.scope]
        enter(scope)
        let outer = isEscaping
        isEscaping = try evaluate(value).isTrue
        defer { isEscaping = outer }
        let outcome = try execute(body.statements)
        if outcome == .normal { leave(scope) }
        return outcome
    }

    /// A body's text after its filters; nil if the body left an enclosing loop.
    private func filtered(
        _ body: TemplateBody, _ filters: [TemplateFilterCall], isMarkup: Bool, isCapture: Bool
    ) throws -> (Outcome, PythonValue?) {
        let scope = binding.scopes[body.scope]
        enter(scope)
        var outcome = Outcome.normal
        let text = try capturing { outcome = try execute(body.statements) }
        guard outcome == .normal else { return (outcome, nil) }
        var value = try runtime.string(text, isMarkup: isMarkup)
        for filter in filters {
            runtime.line = filter.line
            value = try apply(filter.name, to: value, try evaluate(filter.arguments))
        }
        leave(scope)
        guard isCapture, isMarkup, !value.isMarkup else { return (outcome, value) }
        return (outcome, .markup(try runtime.text(of: value)))
    }

    /// A block runs as a separate template, with what this one has set so far.
    private func execute(_ block: TemplateBlock) throws {
        let scope = binding.scopes[block.body.scope]
        let outer = variables
        for (name, slot) in scope.visible { if let value = activation[slot] { variables[name] = value } }
        defer { variables = outer }
        try inFunction(scope, inside: nil) {
            enter(scope)
            _ = try execute(block.body.statements)
        }
    }
}
