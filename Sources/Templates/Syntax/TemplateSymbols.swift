/// The variables of one scope during name binding; the rules are those of Jinja's compiler.
final class TemplateSymbols {
    /// A function's variables, by scope level and name: sibling scopes share them.
    final class Function {
        struct Variable: Hashable {
            let level: Int
            let name: String
        }

        let id: Int
        let depth: Int
        private(set) var slots: [Variable: Int] = [:]

        init(id: Int, depth: Int) {
            self.id = id
            self.depth = depth
        }

        func slot(_ variable: Variable) -> TemplateSlot {
            let index = slots[variable] ?? slots.count
            slots[variable] = index
            return TemplateSlot(depth: depth, index: index)
        }
    }

    let function: Function
    let parent: TemplateSymbols?
    private let level: Int
    private(set) var loads: [String: TemplateScope.Load] = [:]
    private(set) var stores: Set<String> = []

    init(function: Function, parent: TemplateSymbols?) {
        self.function = function
        self.parent = parent
        level = parent.map { $0.level + 1 } ?? 0
    }

    private init(copying other: TemplateSymbols) {
        function = other.function
        parent = other.parent
        level = other.level
        loads = other.loads
        stores = other.stores
    }

    func copy() -> TemplateSymbols { TemplateSymbols(copying: self) }

    /// Finds a name from this scope.
    func find(_ name: String) -> TemplateSlot? {
        loads[name] == nil ? parent?.find(name) : function.slot(Function.Variable(level: level, name: name))
    }

    func declareParameter(_ name: String) {
        stores.insert(name)
        loads[name] = .parameter
    }

    func load(_ name: String) {
        if find(name) == nil { loads[name] = .resolve(name) }
    }

    func store(_ name: String) {
        stores.insert(name)
        if loads[name] == nil { loads[name] = parent?.find(name).map { .copy($0) } ?? .undefined }
    }

    /// Merges the branches of a condition: a name set by only some of them keeps its previous value.
    func update(from branches: [TemplateSymbols]) {
        let stored = branches.reduce(into: Set<String>()) { $0.formUnion($1.stores) }.subtracting(stores)
        for branch in branches {
            loads.merge(branch.loads) { $1 }
            stores.formUnion(branch.stores)
        }
        for name in stored { loads[name] = parent?.find(name).map { .copy($0) } ?? .resolve(name) }
    }

    /// All variables set here or in enclosing scopes.
    var visible: [(name: String, slot: TemplateSlot)] {
        var names = stores
        var symbols = parent
        while let outer = symbols {
            names.formUnion(outer.stores)
            symbols = outer.parent
        }
        return names.sorted().compactMap { name in find(name).map { (name, $0) } }
    }
}

/// Collects what statements do to the variables of their own scope; nested scopes are left alone.
extension TemplateSymbols {
    func visit(_ statements: [TemplateStatement]) {
        for statement in statements { visit(statement) }
    }

    private func visit(_ statement: TemplateStatement) {
        switch statement.kind {
        case .text, .leave, .next, .refused, .marked, .autoescape, .block: break
        case .output(let values, _): values.forEach(visit)
        case .condition(let branches, let otherwise): visit(branches, otherwise)
        case .loop(let loop): visit(loop.sequence)
        case .assignment(let target, let value):
            visit(value)
            visit(target)
        case .capture(let target, _, _): visit(target)
        case .filtered(let filters, _, _): visit(filters)
        case .with(let bindings, _): bindings.forEach { visit($0.1) }
        case .macro(let name, _): store(name.name)
        case .macroCall(let call, _): visit(call)
        }
    }

    private func visit(_ branches: [TemplateBranch], _ otherwise: [TemplateStatement]) {
        guard let first = branches.first else { return }
        visit(first.condition)
        let body = copy(), others = copy(), last = copy()
        body.visit(first.body)
        for branch in branches.dropFirst() { others.visit([branch], []) }
        last.visit(otherwise)
        update(from: [body, others, last])
    }

    func visit(_ target: TemplateTarget) {
        switch target {
        case .name(let name): store(name.name)
        case .attribute(let name, _): load(name.name)
        case .unpacking(let targets): targets.forEach { visit($0) }
        }
    }

    func declareParameters(_ target: TemplateTarget) {
        switch target {
        case .name(let name): declareParameter(name.name)
        case .attribute: break
        case .unpacking(let targets): targets.forEach(declareParameters)
        }
    }

    func visit(_ filters: [TemplateFilterCall]) {
        for filter in filters { filter.arguments.all.forEach(visit) }
    }

    func visit(_ expression: TemplateExpression) {
        expression.forEachName { load($0.name) }
    }
}

extension TemplateExpression {
    /// Visits every name in the expression.
    func forEachName(_ visit: (TemplateName) -> Void) {
        if case .name(let name) = kind { visit(name) }
        for child in children { child.forEachName(visit) }
    }

    var children: [TemplateExpression] {
        switch kind {
        case .constant, .name, .refused: []
        case .list(let items), .tuple(let items), .concatenation(let items, _): items
        case .dictionary(let items): items.flatMap { [$0.key, $0.value] }
        case .attribute(let base, _), .not(let base), .negative(let base), .positive(let base): [base]
        case .element(let base, let key): [base, key]
        case .slice(let base, let start, let stop, let step): [base] + [start, stop, step].compactMap { $0 }
        case .call(let base, let arguments), .filter(let base, _, let arguments), .test(let base, _, let arguments):
            [base] + arguments.all
        case .arithmetic(let left, _, let right), .and(let left, let right), .or(let left, let right): [left, right]
        case .comparison(let first, let rest): [first] + rest.map(\.value)
        case .conditional(let value, let condition, let otherwise):
            [condition, value] + [otherwise].compactMap { $0 }
        }
    }
}
