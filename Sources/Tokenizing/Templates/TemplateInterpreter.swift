/// Renders a template's statements once.
///
/// A class because expressions, filters and macros all write to it; it never leaves the call that made it.
/// Expressions are in `TemplateInterpreter+Expressions.swift`, calls in `TemplateInterpreter+Calls.swift`.
final class TemplateInterpreter {
    /// What one rendering may cost.
    ///
    /// Far above what any conversation needs, low enough to end soon.
    enum Limits {
        static let steps = 5_000_000
        static let outputBytes = 64 << 20
        static let valueBytes = 64 << 20
        static let elements = 1_000_000
        /// Statements, expressions and macros inside each other, and lists inside lists.
        static let depth = 100
    }

    struct Loop {
        var items: [TemplateValue]
        var index = 0
        /// What `loop.changed` was given last.
        var lastChanged: [TemplateValue]?
    }

    struct Macro {
        var definition: TemplateMacro
        /// How many scopes it sees: those around its definition.
        var scopeCount: Int
    }

    /// What a statement does to the loop around it.
    enum Outcome { case normal, leave, next }

    private var output = ""
    private var scopes: [[String: TemplateValue]]
    private var steps = 0
    private var depth = 0
    var loops: [Loop] = []
    var namespaces: [TemplateObject] = []
    var macros: [Macro] = []
    /// Formats the current time for `strftime_now`.
    let formatNow: (String) -> String

    init(variables: [String: TemplateValue], formatNow: @escaping (String) -> String) {
        scopes = [variables]
        self.formatNow = formatNow
    }

    func render(_ statements: [TemplateStatement]) throws(TemplateError) -> String {
        if case .normal = try execute(statements) { return output }
        throw TemplateError(code: .syntax, line: 1, message: "'break' or 'continue' outside of a loop.")
    }

    // MARK: Limits

    /// Counts work done, so that no template runs for long.
    func charge(_ amount: Int, _ line: Int) throws(TemplateError) {
        steps += amount
        guard steps <= Limits.steps else {
            throw TemplateError(code: .limit, line: line, message: "rendering takes more than \(Limits.steps) steps.")
        }
    }

    func nested<R>(_ line: Int, _ body: () throws(TemplateError) -> R) throws(TemplateError) -> R {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.depth else {
            throw TemplateError(code: .limit, line: line, message: "nested deeper than \(Limits.depth) levels.")
        }
        return try body()
    }

    private func write(_ text: String, _ line: Int) throws(TemplateError) {
        try charge(1 + text.utf8.count / 64, line)
        output += text
        guard output.utf8.count <= Limits.outputBytes else {
            throw TemplateError(
                code: .limit, line: line, message: "the result is longer than \(Limits.outputBytes) bytes.")
        }
    }

    // MARK: Names

    func lookUp(_ name: String) -> TemplateValue? {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        return TemplateFunction(rawValue: name).map { .reference(TemplateReference(kind: .function($0))) }
    }

    func assign(_ value: TemplateValue, to target: TemplateTarget, _ line: Int) throws(TemplateError) {
        switch target {
        case .name(let name): scopes[scopes.count - 1][name] = value
        case .attribute(let name, let member):
            guard case .reference(let reference)? = lookUp(name), case .namespace(let index) = reference.kind else {
                throw TemplateError(
                    code: .invalid, line: line,
                    message: "'\(name).\(member)' can be set only if '\(name)' is a namespace.")
            }
            namespaces[index][member] = value
        case .unpacking(let targets):
            let values = try elements(of: value, line)
            guard values.count == targets.count else {
                throw TemplateError(
                    code: .invalid, line: line, message: "\(values.count) values cannot fill \(targets.count) names.")
            }
            for (target, value) in zip(targets, values) { try assign(value, to: target, line) }
        }
    }

    func withScope<R>(
        _ scope: [String: TemplateValue] = [:], _ body: () throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        scopes.append(scope)
        defer { scopes.removeLast() }
        return try body()
    }

    /// Runs `body` with only the outermost `count` scopes and what it writes collected instead of put out.
    func capturing(
        outermost count: Int? = nil, _ body: () throws(TemplateError) -> Void
    ) throws(TemplateError) -> String {
        let outerOutput = output
        let outerScopes = scopes
        output = ""
        if let count { scopes.removeLast(scopes.count - count) }
        defer {
            output = outerOutput
            if count != nil { scopes = outerScopes }
        }
        try body()
        return output
    }

    // MARK: Statements

    func execute(_ statements: [TemplateStatement]) throws(TemplateError) -> Outcome {
        for statement in statements {
            let outcome = try execute(statement)
            if outcome != .normal { return outcome }
        }
        return .normal
    }

    private func execute(_ statement: TemplateStatement) throws(TemplateError) -> Outcome {
        let line = statement.line
        try charge(1, line)
        switch statement.kind {
        case .text(let text): try write(text, line)
        case .output(let value): try write(try text(of: try evaluate(value), line), line)
        case .condition(let branches, let otherwise):
            return try nested(line) { () throws(TemplateError) in try executeCondition(branches, otherwise) }
        case .loop(let loop): return try nested(line) { () throws(TemplateError) in try executeLoop(loop, line) }
        case .group(let body): return try nested(line) { () throws(TemplateError) in try execute(body) }
        case .scope(let bindings, let body):
            return try nested(line) { () throws(TemplateError) in try executeScope(bindings, body, line) }
        case .assignment(let target, let value): try assign(try evaluate(value), to: target, line)
        case .capture(let target, let filters, let body):
            try assign(try captured(body, filters, line), to: target, line)
        case .filtered(let filters, let body):
            try write(try text(of: try captured(body, filters, line), line), line)
        case .macro(let macro):
            macros.append(Macro(definition: macro, scopeCount: scopes.count))
            let reference = TemplateReference(kind: .macro(macros.count - 1))
            try assign(.reference(reference), to: .name(macro.name), line)
        case .macroCall(let call, let body): try executeMacroCall(call, body, line)
        case .leave: return .leave
        case .next: return .next
        }
        return .normal
    }

    private func executeCondition(
        _ branches: [TemplateBranch], _ otherwise: [TemplateStatement]
    ) throws(TemplateError) -> Outcome {
        for branch in branches {
            if try evaluate(branch.condition).isTrue { return try execute(branch.body) }
        }
        return try execute(otherwise)
    }

    private func executeScope(
        _ bindings: [(TemplateTarget, TemplateExpression)], _ body: [TemplateStatement], _ line: Int
    ) throws(TemplateError) -> Outcome {
        var values: [TemplateValue] = []
        for (_, value) in bindings { values.append(try evaluate(value)) }
        return try withScope { () throws(TemplateError) in
            for ((target, _), value) in zip(bindings, values) { try assign(value, to: target, line) }
            return try execute(body)
        }
    }

    private func executeLoop(_ loop: TemplateLoop, _ line: Int) throws(TemplateError) -> Outcome {
        let all = try elements(of: try evaluate(loop.sequence), line)
        var items: [TemplateValue] = []
        for item in all where try passes(item, loop, line) { items.append(item) }
        guard !items.isEmpty else { return try execute(loop.otherwise) }

        loops.append(Loop(items: items))
        defer { loops.removeLast() }
        let number = loops.count - 1
        for index in items.indices {
            loops[number].index = index
            let reference = TemplateValue.reference(TemplateReference(kind: .loop(number)))
            let outcome = try withScope(["loop": reference]) { () throws(TemplateError) in
                try assign(items[index], to: loop.target, line)
                return try execute(loop.body)
            }
            if outcome == .leave { break }
        }
        return .normal
    }

    private func passes(_ item: TemplateValue, _ loop: TemplateLoop, _ line: Int) throws(TemplateError) -> Bool {
        try charge(1, line)
        guard let condition = loop.condition else { return true }
        return try withScope { () throws(TemplateError) in
            try assign(item, to: loop.target, line)
            return try evaluate(condition).isTrue
        }
    }

    private func captured(
        _ body: [TemplateStatement], _ filters: [TemplateFilterCall], _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        let text = try nested(line) { () throws(TemplateError) in
            try capturing { () throws(TemplateError) in
                _ = try withScope { () throws(TemplateError) in try execute(body) }
            }
        }
        var value = TemplateValue.string(text)
        for filter in filters {
            value = try apply(filter.name, to: value, filter.arguments, filter.line)
        }
        return value
    }

    private func executeMacroCall(
        _ call: TemplateExpression, _ body: [TemplateStatement], _ line: Int
    ) throws(TemplateError) {
        let caller = TemplateMacro(name: "caller", parameters: [], body: body)
        macros.append(Macro(definition: caller, scopeCount: scopes.count))
        let reference = TemplateReference(kind: .macro(macros.count - 1))
        let text = try nested(line) { () throws(TemplateError) in
            try self.text(of: try evaluateCall(call, caller: .reference(reference)), line)
        }
        try write(text, line)
    }

    func failure(_ message: String, _ line: Int) -> TemplateError {
        TemplateError(code: .invalid, line: line, message: "\(message).")
    }
}
