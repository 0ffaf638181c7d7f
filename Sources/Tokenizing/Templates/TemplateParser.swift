/// Builds a template's statements from its tokens.
///
/// Expressions are in `TemplateParser+Expressions.swift`.
struct TemplateParser {
    private let tokens: [TemplateToken]
    private var index = 0
    var nesting = 0

    /// Bounds for blocks inside blocks and expressions inside expressions.
    static let maximumNesting = 32

    static func parse(_ source: String) throws(TemplateError) -> [TemplateStatement] {
        var parser = TemplateParser(tokens: try TemplateLexer.tokenize(source))
        return try parser.parseStatements(until: [])
    }

    private init(tokens: [TemplateToken]) {
        self.tokens = tokens
    }

    // MARK: Tokens

    var current: TemplateToken { tokens[index] }
    var following: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }
    var line: Int { current.line }

    mutating func advance() {
        if index + 1 < tokens.count { index += 1 }
    }

    func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
    func isName(_ name: String) -> Bool { current.kind == .name(name) }

    mutating func skipSymbol(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skipName(_ name: String) -> Bool {
        guard isName(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateError) {
        guard current.kind == kind else {
            throw failure("expected \(TemplateToken(kind: kind, line: 0).description), found \(current.description)")
        }
        advance()
    }

    mutating func readName() throws(TemplateError) -> String {
        guard case .name(let name) = current.kind else {
            throw failure("expected a name, found \(current.description)")
        }
        advance()
        return name
    }

    func failure(_ message: String) -> TemplateError {
        TemplateError(code: .syntax, line: line, message: "\(message).")
    }

    func unsupported(_ construct: String, line: Int? = nil) -> TemplateError {
        TemplateError(code: .unsupported, line: line ?? self.line, message: "\(construct) is not supported.")
    }

    mutating func nested<R>(
        _ body: (inout TemplateParser) throws(TemplateError) -> R
    ) throws(TemplateError) -> R {
        nesting += 1
        guard nesting <= Self.maximumNesting else {
            throw TemplateError(
                code: .limit, line: line, message: "nested deeper than \(Self.maximumNesting) levels.")
        }
        let result = try body(&self)
        nesting -= 1
        return result
    }

    // MARK: Statements

    /// Parses up to a block that begins with one of `ends`, and past its name; to the end of the template for none.
    private mutating func parseStatements(until ends: [String]) throws(TemplateError) -> [TemplateStatement] {
        try nested { parser throws(TemplateError) in
            var statements: [TemplateStatement] = []
            while true {
                let line = parser.line
                switch parser.current.kind {
                case .text(let text):
                    statements.append(TemplateStatement(kind: .text(text), line: line))
                    parser.advance()
                case .variableBegin:
                    parser.advance()
                    let value = try parser.parseTuple()
                    statements.append(TemplateStatement(kind: .output(value), line: line))
                    try parser.expect(.variableEnd)
                case .blockBegin:
                    parser.advance()
                    if case .name(let name) = parser.current.kind, ends.contains(name) { return statements }
                    statements.append(TemplateStatement(kind: try parser.parseBlock(), line: line))
                default:
                    guard ends.isEmpty else { throw parser.failure("'\(ends.last ?? "")' is missing") }
                    return statements
                }
            }
        }
    }

    /// Parses the body of a block up to `end`, and its closing tag.
    private mutating func parseBody(until end: String) throws(TemplateError) -> [TemplateStatement] {
        try expect(.blockEnd)
        let body = try parseStatements(until: [end])
        advance()
        try expect(.blockEnd)
        return body
    }

    private mutating func parseBlock() throws(TemplateError) -> TemplateStatement.Kind {
        let line = line
        let name = try readName()
        switch name {
        case "if": return try parseCondition()
        case "for": return try parseLoop()
        case "set": return try parseAssignment()
        case "macro": return try parseMacro()
        case "call": return try parseMacroCall()
        case "filter": return try parseFilterBlock()
        case "with": return try parseScope()
        case "generation": return .group(try parseBody(until: "endgeneration"))
        case "break", "continue":
            try expect(.blockEnd)
            return name == "break" ? .leave : .next
        default:
            if name.hasPrefix("end") || name.hasPrefix("el") {
                throw TemplateError(code: .syntax, line: line, message: "'\(name)' does not belong here.")
            }
            throw unsupported("the statement '\(name)'", line: line)
        }
    }

    private mutating func parseCondition() throws(TemplateError) -> TemplateStatement.Kind {
        var branches: [TemplateBranch] = []
        while true {
            let condition = try parseTuple()
            try expect(.blockEnd)
            let body = try parseStatements(until: ["elif", "else", "endif"])
            branches.append(TemplateBranch(condition: condition, body: body))
            if skipName("elif") { continue }
            let otherwise = skipName("else") ? try parseBody(until: "endif") : try skipEnd()
            return .condition(branches, otherwise: otherwise)
        }
    }

    /// Passes the name and end of a closing tag; the block has no else part.
    private mutating func skipEnd() throws(TemplateError) -> [TemplateStatement] {
        advance()
        try expect(.blockEnd)
        return []
    }

    private mutating func parseLoop() throws(TemplateError) -> TemplateStatement.Kind {
        let target = try parseTarget()
        guard skipName("in") else { throw failure("expected 'in', found \(current.description)") }
        let sequence = try parseTuple(allowsConditional: false)
        let condition = skipName("if") ? try parseExpression() : nil
        if isName("recursive") { throw unsupported("a recursive loop") }
        try expect(.blockEnd)
        let body = try parseStatements(until: ["else", "endfor"])
        let otherwise = skipName("else") ? try parseBody(until: "endfor") : try skipEnd()
        return .loop(
            TemplateLoop(
                target: target, sequence: sequence, condition: condition, body: body, otherwise: otherwise))
    }

    private mutating func parseAssignment() throws(TemplateError) -> TemplateStatement.Kind {
        let target = try parseTarget()
        if skipSymbol("=") {
            let value = try parseTuple()
            try expect(.blockEnd)
            return .assignment(target, value)
        }
        let filters = skipSymbol("|") ? try parseFilterCalls() : []
        return .capture(target, filters: filters, try parseBody(until: "endset"))
    }

    /// Parses `a`, `a.b`, `a, b` or `(a, b)`.
    private mutating func parseTarget() throws(TemplateError) -> TemplateTarget {
        var targets = [try parseSingleTarget()]
        var isTuple = false
        while skipSymbol(",") {
            isTuple = true
            if isName("in") || isSymbol("=") || isSymbol(")") { break }
            targets.append(try parseSingleTarget())
        }
        return isTuple ? .unpacking(targets) : targets[0]
    }

    private mutating func parseSingleTarget() throws(TemplateError) -> TemplateTarget {
        if skipSymbol("(") {
            let target = try nested { parser throws(TemplateError) in try parser.parseTarget() }
            try expect(.symbol(")"))
            return target
        }
        let name = try readName()
        return skipSymbol(".") ? .attribute(name, try readName()) : .name(name)
    }

    private mutating func parseFilterBlock() throws(TemplateError) -> TemplateStatement.Kind {
        .filtered(try parseFilterCalls(), try parseBody(until: "endfilter"))
    }

    private mutating func parseFilterCalls() throws(TemplateError) -> [TemplateFilterCall] {
        var calls: [TemplateFilterCall] = []
        repeat {
            let line = line
            let name = try parseOperationName(known: TemplateFilter.names, "filter")
            let arguments = isSymbol("(") ? try parseArguments() : TemplateArguments()
            calls.append(TemplateFilterCall(name: name, arguments: arguments, line: line))
        } while skipSymbol("|")
        return calls
    }

    private mutating func parseScope() throws(TemplateError) -> TemplateStatement.Kind {
        var bindings: [(TemplateTarget, TemplateExpression)] = []
        while current.kind != .blockEnd {
            if !bindings.isEmpty { try expect(.symbol(",")) }
            let target = try parseSingleTarget()
            try expect(.symbol("="))
            bindings.append((target, try parseExpression()))
        }
        return .scope(bindings, try parseBody(until: "endwith"))
    }

    private mutating func parseMacro() throws(TemplateError) -> TemplateStatement.Kind {
        let name = try readName()
        var parameters: [(name: String, fallback: TemplateExpression?)] = []
        try expect(.symbol("("))
        while !skipSymbol(")") {
            if !parameters.isEmpty { try expect(.symbol(",")) }
            let parameter = try readName()
            parameters.append((parameter, skipSymbol("=") ? try parseExpression() : nil))
        }
        return .macro(TemplateMacro(name: name, parameters: parameters, body: try parseBody(until: "endmacro")))
    }

    private mutating func parseMacroCall() throws(TemplateError) -> TemplateStatement.Kind {
        if isSymbol("(") { throw unsupported("a 'call' block with parameters") }
        let call = try parseExpression()
        guard case .call = call.kind else { throw failure("'call' needs a call of a macro") }
        return .macroCall(call, try parseBody(until: "endcall"))
    }
}
