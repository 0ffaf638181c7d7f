/// Refuses filters and tests that neither Jinja nor this program knows, if Jinja does so before rendering anything.
///
/// In conditions and their branches, Jinja objects to such a name only when it is reached, so that a template can ask
/// whether a filter exists; this does not extend to loops, macros and other blocks inside them.
enum TemplateUnknownNames {
    static func refuse(in statements: [TemplateStatement], isConditional: Bool = false) throws(TemplateError) {
        for statement in statements { try refuse(in: statement, isConditional) }
    }

    private static func refuse(in statement: TemplateStatement, _ isConditional: Bool) throws(TemplateError) {
        switch statement.kind {
        case .text, .leave, .next, .refused: break
        case .output(let values, _): try refuse(in: values, isConditional)
        case .assignment(_, let value): try refuse(in: [value], isConditional)
        case .condition(let branches, let otherwise):
            for branch in branches {
                try refuse(in: [branch.condition], true)
                try refuse(in: branch.body, isConditional: true)
            }
            try refuse(in: otherwise, isConditional: true)
        case .loop(let loop):
            try refuse(in: [loop.sequence], isConditional)
            try refuse(in: [loop.condition].compactMap { $0 }, false)
            try refuse(in: loop.body.statements)
            try refuse(in: loop.otherwise.statements)
        case .capture(_, let filters, let body), .filtered(let filters, let body, _):
            try refuse(in: filters)
            try refuse(in: body.statements)
        case .with(let bindings, let body):
            try refuse(in: bindings.map(\.1), isConditional)
            try refuse(in: body.statements)
        case .macro(_, let macro), .marked(let macro): try refuse(in: macro)
        case .macroCall(let call, let macro):
            try refuse(in: [call], isConditional)
            try refuse(in: macro)
        case .autoescape(let value, let body):
            try refuse(in: [value], false)
            try refuse(in: body.statements)
        case .block(let block): try refuse(in: block.body.statements)
        }
    }

    private static func refuse(in macro: TemplateMacro) throws(TemplateError) {
        try refuse(in: macro.defaults, false)
        try refuse(in: macro.body.statements)
    }

    private static func refuse(in filters: [TemplateFilterCall]) throws(TemplateError) {
        for filter in filters {
            try check(filter: filter.name, filter.line)
            try refuse(in: filter.arguments.all, false)
        }
    }

    private static func refuse(
        in expressions: [TemplateExpression], _ isConditional: Bool
    ) throws(TemplateError) {
        for expression in expressions {
            switch expression.kind {
            // Everything in it is conditional.
            case .conditional: continue
            case .filter(_, let name, _) where !isConditional: try check(filter: name, expression.line)
            case .test(_, let name, _) where !isConditional: try check(test: name, expression.line)
            default: break
            }
            try refuse(in: expression.children, isConditional)
        }
    }

    private static func check(filter name: String, _ line: Int) throws(TemplateError) {
        guard TemplateInterpreter.filters[name] == nil else { return }
        throw .unknown("filter", name, line: line)
    }

    private static func check(test name: String, _ line: Int) throws(TemplateError) {
        guard !TemplateInterpreter.isTest(name) else { return }
        throw .unknown("test", name, line: line)
    }
}

extension TemplateError {
    /// - Parameter what: "filter" or "test".
    static func unknown(_ what: String, _ name: String, line: Int) -> TemplateError {
        TemplateError(code: .unsupported, line: line, message: "the \(what) '\(name)' is not supported.")
    }
}
