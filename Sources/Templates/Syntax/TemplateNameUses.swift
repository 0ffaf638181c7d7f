/// Finds which of the given names statements read before setting them, including in nested scopes.
struct TemplateNameUses {
    private(set) var read: Set<String> = []
    /// Whether any of the names is set.
    private(set) var isSet = false
    private var names: Set<String>

    init(_ names: Set<String>, in statements: [TemplateStatement]) {
        self.names = names
        visit(statements)
    }

    init(_ names: Set<String>, in loop: TemplateLoop) {
        self.names = names
        visit(loop)
    }

    private mutating func set(_ name: String) {
        if names.remove(name) != nil { isSet = true }
    }

    private mutating func visit(_ expressions: [TemplateExpression]) {
        for expression in expressions {
            expression.forEachName { if names.contains($0.name) { read.insert($0.name) } }
        }
    }

    private mutating func visit(_ target: TemplateTarget) {
        switch target {
        case .name(let name): set(name.name)
        case .attribute: break
        case .unpacking(let targets): for target in targets { visit(target) }
        }
    }

    private mutating func visit(_ filters: [TemplateFilterCall]) {
        for filter in filters { visit(filter.arguments.all) }
    }

    private mutating func visit(_ statements: [TemplateStatement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visit(_ loop: TemplateLoop) {
        visit(loop.target)
        visit([loop.sequence])
        visit(loop.body.statements)
        visit(loop.otherwise.statements)
        visit([loop.condition].compactMap { $0 })
    }

    private mutating func visit(_ macro: TemplateMacro) {
        for parameter in macro.parameters { set(parameter.name) }
        visit(macro.defaults)
        visit(macro.body.statements)
    }

    private mutating func visit(_ statement: TemplateStatement) {
        switch statement.kind {
        case .text, .leave, .next, .refused, .block: break
        case .output(let values, _): visit(values)
        case .condition(let branches, let otherwise):
            for branch in branches {
                visit([branch.condition])
                visit(branch.body)
            }
            visit(otherwise)
        case .loop(let loop): visit(loop)
        case .assignment(let target, let value):
            visit(target)
            visit([value])
        case .capture(let target, let filters, let body):
            visit(target)
            visit(filters)
            visit(body.statements)
        case .filtered(let filters, let body, _):
            visit(body.statements)
            visit(filters)
        case .with(let bindings, let body):
            for (target, _) in bindings { visit(target) }
            visit(bindings.map(\.1))
            visit(body.statements)
        case .macro(_, let macro), .marked(let macro): visit(macro)
        case .macroCall(let call, let macro):
            visit([call])
            visit(macro)
        case .autoescape(let value, let body):
            visit([value])
            visit(body.statements)
        }
    }
}
