/// Resolves the names of a template.
struct TemplateBinder {
    private var binding: TemplateBinding
    private var functions: [TemplateSymbols.Function] = []

    static func bind(_ source: TemplateSource) throws(TemplateError) -> TemplateBinding {
        var binder = TemplateBinder(source)
        let symbols = TemplateSymbols(function: binder.newFunction(depth: 0), parent: nil)
        symbols.visit(source.body.statements)
        binder.define(source.body.scope, symbols)
        try binder.bind(source.body.statements, symbols, isTopLevel: true)
        binder.binding.slotCounts = binder.functions.map(\.slots.count)
        return binder.binding
    }

    private init(_ source: TemplateSource) {
        binding = TemplateBinding(
            names: Array(repeating: TemplateSlot(), count: source.nameCount),
            scopes: Array(repeating: TemplateScope(), count: source.scopeCount))
    }

    private mutating func newFunction(depth: Int) -> TemplateSymbols.Function {
        functions.append(TemplateSymbols.Function(id: functions.count, depth: depth))
        return functions[functions.count - 1]
    }

    private mutating func newFunction(inside symbols: TemplateSymbols) -> TemplateSymbols.Function {
        newFunction(depth: symbols.function.depth + 1)
    }

    /// Records what a scope does when it is entered.
    private mutating func define(_ scope: Int, _ symbols: TemplateSymbols) {
        binding.scopes[scope].function = symbols.function.id
        binding.scopes[scope].depth = symbols.function.depth
        binding.scopes[scope].loads = symbols.loads.sorted { $0.key < $1.key }.compactMap { name, load in
            symbols.find(name).map { ($0, load) }
        }
    }

    // MARK: Names

    private mutating func bind(_ name: TemplateName, _ symbols: TemplateSymbols, isExported: Bool = false) {
        // Every name that is read was visited, so it is found.
        guard var slot = symbols.find(name.name) else { return }
        slot.isExported = isExported
        binding.names[name.id] = slot
    }

    private mutating func bind(_ expression: TemplateExpression, _ symbols: TemplateSymbols) {
        var names: [TemplateName] = []
        expression.forEachName { names.append($0) }
        for name in names { bind(name, symbols) }
    }

    private mutating func bind(_ expressions: [TemplateExpression], _ symbols: TemplateSymbols) {
        for expression in expressions { bind(expression, symbols) }
    }

    private mutating func bind(_ target: TemplateTarget, _ symbols: TemplateSymbols, isTopLevel: Bool = false) {
        switch target {
        case .name(let name): bind(name, symbols, isExported: isTopLevel)
        case .attribute(let name, _): bind(name, symbols)
        case .unpacking(let targets): for target in targets { bind(target, symbols, isTopLevel: isTopLevel) }
        }
    }

    private mutating func bind(_ filters: [TemplateFilterCall], _ symbols: TemplateSymbols) {
        for filter in filters { bind(filter.arguments.all, symbols) }
    }

    // MARK: Statements

    private mutating func bind(
        _ statements: [TemplateStatement], _ symbols: TemplateSymbols, isTopLevel: Bool = false
    ) throws(TemplateError) {
        for statement in statements { try bind(statement, symbols, isTopLevel) }
    }

    private mutating func bind(
        _ statement: TemplateStatement, _ symbols: TemplateSymbols, _ isTopLevel: Bool
    ) throws(TemplateError) {
        let line = statement.line
        switch statement.kind {
        case .text, .leave, .next, .refused: break
        case .output(let values, _): bind(values, symbols)
        case .condition(let branches, let otherwise):
            for branch in branches {
                bind(branch.condition, symbols)
                try bind(branch.body, symbols, isTopLevel: isTopLevel)
            }
            try bind(otherwise, symbols, isTopLevel: isTopLevel)
        case .loop(let loop): try bind(loop, symbols, line)
        case .assignment(let target, let value):
            bind(value, symbols)
            bind(target, symbols, isTopLevel: isTopLevel)
        case .capture(let target, let filters, let body):
            bind(target, symbols, isTopLevel: isTopLevel)
            try bind(body, filters, symbols)
        case .filtered(let filters, let body, _): try bind(body, filters, symbols)
        case .with(let bindings, let body): try bind(bindings, body, symbols)
        case .macro(let name, let macro):
            bind(name, symbols, isExported: isTopLevel)
            try bind(macro, symbols, line)
        case .macroCall(let call, let macro):
            bind(call, symbols)
            try bind(macro, symbols, line)
        case .marked(let macro): try bind(macro, symbols, line)
        case .autoescape(let value, let body):
            let inner = TemplateSymbols(function: symbols.function, parent: symbols)
            inner.visit(value)
            inner.visit(body.statements)
            define(body.scope, inner)
            bind(value, inner)
            try bind(body.statements, inner)
        case .block(let block): try bind(block, symbols)
        }
    }

    /// Binds a body whose text goes through filters.
    private mutating func bind(
        _ body: TemplateBody, _ filters: [TemplateFilterCall], _ symbols: TemplateSymbols
    ) throws(TemplateError) {
        let inner = TemplateSymbols(function: symbols.function, parent: symbols)
        inner.visit(body.statements)
        inner.visit(filters)
        define(body.scope, inner)
        bind(filters, inner)
        try bind(body.statements, inner)
    }

    private mutating func bind(
        _ bindings: [(TemplateTarget, TemplateExpression)], _ body: TemplateBody, _ symbols: TemplateSymbols
    ) throws(TemplateError) {
        let inner = TemplateSymbols(function: symbols.function, parent: symbols)
        for (target, _) in bindings { inner.declareParameters(target) }
        inner.visit(body.statements)
        define(body.scope, inner)
        for (target, value) in bindings {
            bind(target, inner)
            bind(value, symbols)
        }
        try bind(body.statements, inner)
    }

    private mutating func bind(
        _ loop: TemplateLoop, _ symbols: TemplateSymbols, _ line: Int
    ) throws(TemplateError) {
        if TemplateNameUses(["loop"], in: loop).isSet {
            throw TemplateError(code: .syntax, line: line, message: "'loop' cannot be set inside a loop.")
        }
        bind(loop.sequence, symbols)
        let function = loop.isRecursive ? newFunction(inside: symbols) : symbols.function
        let body = TemplateSymbols(function: function, parent: symbols)
        body.declareParameter("loop")
        body.declareParameters(loop.target)
        body.visit(loop.body.statements)
        define(loop.body.scope, body)
        bind(loop.target, body)
        bind(loop.loopName, body)
        try bind(loop.body.statements, body)

        let otherwise = TemplateSymbols(function: function, parent: symbols)
        otherwise.visit(loop.otherwise.statements)
        define(loop.otherwise.scope, otherwise)
        try bind(loop.otherwise.statements, otherwise)

        guard let condition = loop.condition else { return }
        let test = TemplateSymbols(function: newFunction(inside: symbols), parent: symbols)
        test.declareParameters(loop.conditionTarget)
        test.visit(condition)
        define(loop.conditionScope, test)
        bind(loop.conditionTarget, test)
        bind(condition, test)
    }

    private mutating func bind(
        _ macro: TemplateMacro, _ symbols: TemplateSymbols, _ line: Int
    ) throws(TemplateError) {
        let inner = TemplateSymbols(function: newFunction(inside: symbols), parent: symbols)
        for parameter in macro.parameters { inner.declareParameter(parameter.name) }
        let names = macro.parameters.map(\.name)
        let read = TemplateNameUses(["caller", "kwargs", "varargs"], in: macro.body.statements).read
        if let place = names.firstIndex(of: "caller"), read.contains("caller"),
            place < names.count - macro.defaults.count
        {
            throw TemplateError(
                code: .syntax, line: line, message: "a parameter 'caller' needs a default, or must be left out.")
        }
        for name in read.sorted() where !names.contains(name) { inner.declareParameter(name) }
        macro.defaults.forEach { inner.visit($0) }
        inner.visit(macro.body.statements)
        define(macro.body.scope, inner)
        binding.scopes[macro.body.scope].readsCaller = read.contains("caller")
        binding.scopes[macro.body.scope].readsNamed = read.contains("kwargs") && !names.contains("kwargs")
        binding.scopes[macro.body.scope].readsPositional = read.contains("varargs") && !names.contains("varargs")
        for name in macro.parameters + [macro.caller, macro.named, macro.positional] { bind(name, inner) }
        bind(macro.defaults, inner)
        try bind(macro.body.statements, inner)
    }

    /// A block sees only what the whole template has set, unless it is scoped.
    private mutating func bind(_ block: TemplateBlock, _ symbols: TemplateSymbols) throws(TemplateError) {
        let inner = TemplateSymbols(function: newFunction(depth: 0), parent: nil)
        inner.visit(block.body.statements)
        define(block.body.scope, inner)
        if block.isScoped { binding.scopes[block.body.scope].visible = symbols.visible }
        try bind(block.body.statements, inner)
    }
}
